// The outline: the same graph as a tree of modules and steps, which a screen reader reads best.

const tree = find('tree');

const inOrder = number => scopes[number].items
  .filter(([kind]) => kind === 'step' || kind === 'module')
  .sort((a, b) => firstOf(a) - firstOf(b));
const firstOf = ([kind, number]) => (kind === 'step' ? number : scopes[number].first);

function rowMarkup([kind, number], depth) {
  const key = keyOf(kind, number);
  const scope = kind === 'module' ? scopes[number] : null, step = scope ? null : steps[number];
  const open = scope && state.open.has(number), flag = scope ? scope.flag : step.flags[0];
  const name = scope ? scope.name : step.kind === 'operation' ? step.op : labelOf(step);
  const own = step?.kind === 'operation' ? step.name : '';
  const value = step && numberOf(step.value);
  const more = scope ? classOf(scope) : `${own} ${value == null ? shapeText(step.shape) : `= ${text(value)}`}`;
  const chosen = state.selected === key;
  return html`<li role="treeitem" data-key="${key}" tabindex="-1" aria-level="${depth}" aria-selected="${chosen}"
    ${scope ? new Markup(`aria-expanded="${open}"`) : ''} aria-label="${spoken(key)}">
    <div class="row"><span class="twist" aria-hidden="true"></span><span class="name">${name}</span>
    <span class="more">${more}</span>${
      flag && html`<span class="mark ${flag}" title="${flagText(flag, step)}"></span>`}</div>
    ${open && groupMarkup(number, depth + 1)}</li>`;
}

const groupMarkup = (number, depth) =>
  html`<ul role="group">${inOrder(number).map(item => rowMarkup(item, depth))}</ul>`;

function rebuildOutline() {
  fill(tree, inOrder(0).map(item => rowMarkup(item, 1)));
  markOutline();
}

const outlineRow = key => tree.querySelector(`[data-key="${key}"]`);

// One module has been opened or closed: only its branch changes.
function outlineToggled(number) {
  const row = outlineRow(keyOf('module', number));
  if (!row) return;
  const open = state.open.has(number);
  row.setAttribute('aria-expanded', open);
  row.querySelector(':scope > ul')?.remove();
  const depth = Number(row.getAttribute('aria-level')) + 1;
  if (open) row.insertAdjacentHTML('beforeend', escaped(groupMarkup(number, depth)));
}

// Show which row is selected; it, or else the first, can be reached by Tab.
function markOutline() {
  for (const row of tree.querySelectorAll('[aria-selected=true]')) row.setAttribute('aria-selected', 'false');
  for (const row of tree.querySelectorAll('[tabindex="0"]')) row.tabIndex = -1;
  const row = state.selected && outlineRow(state.selected);
  row?.setAttribute('aria-selected', 'true');
  const reachable = row ?? tree.querySelector('[role=treeitem]');
  if (reachable) reachable.tabIndex = 0;
  row?.querySelector('.row').scrollIntoView({ block: 'nearest' });
}

tree.addEventListener('click', event => {
  const row = event.target.closest('[data-key]');
  if (!row) return;
  const scope = scopeAt(row.dataset.key);
  if (scope && event.target.closest('.twist')) return toggle(scope.number);
  select(row.dataset.key, { show: true });
});

tree.addEventListener('dblclick', event => {
  const scope = scopeAt(event.target.closest('[data-key]')?.dataset.key);
  if (scope) toggle(scope.number);
});

// The keys of a tree view: up and down over what is visible, right and left to open, close and go to the parent.
tree.addEventListener('keydown', event => {
  const row = event.target.closest('[data-key]');
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...tree.querySelectorAll('[role=treeitem]')], place = rows.indexOf(row);
  const scope = scopeAt(row.dataset.key), open = scope && state.open.has(scope.number);
  const go = target => target && focusRow(target);
  const actions = {
    ArrowDown: () => go(rows[place + 1]),
    ArrowUp: () => go(rows[place - 1]),
    Home: () => go(rows[0]),
    End: () => go(rows.at(-1)),
    ArrowRight: () => (scope && !open ? toggle(scope.number) : scope && go(rows[place + 1])),
    ArrowLeft: () => (open ? toggle(scope.number) : go(row.parentElement.closest('[role=treeitem]'))),
    Enter: () => select(row.dataset.key, { show: true, focus: false }),
    ' ': () => select(row.dataset.key, { show: true, focus: false }),
  };
  if (!actions[event.key]) return;
  actions[event.key]();
  event.preventDefault();
  event.stopPropagation();
});

function focusRow(row) {
  for (const other of tree.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
  row.tabIndex = 0;
  row.focus();
}
