// Selection, the mouse, fingers and keys, dark mode, printing, and the start.

// ---- Selection ----

// Select what a key names, or nothing. `show` brings it into view, opening what hides it.
function select(key, { show: bring = false, focus = bring } = {}) {
  state.selected = key;
  if (key && bring) reveal(key);
  if (key && scopeAt(key)?.number === state.root && state.root) bring = false;
  paint();
  showPanel();
  markOutline();
  if (key && !bring && narrow.matches) show(key); // the drawer may have come to lie over it
  if (key && bring) {
    openDrawer(null);
    show(key);
    if (focus) elements.get(key)?.focus({ preventScroll: true });
  }
}

// The neighbour along a wire in the direction of an arrow key; without one, the nearest card that way.
function neighbour(key, arrow) {
  const from = scene.byKey.get(key);
  if (!from) return scene.items.find(item => item.key)?.key;
  const forward = graph.circuit ? 'ArrowRight' : 'ArrowDown', back = graph.circuit ? 'ArrowLeft' : 'ArrowUp';
  const linked = arrow === forward || arrow === back ? linkedKeys(key, arrow === forward) : new Set();
  let best = null, least_ = Infinity;
  for (const item of scene.items) {
    if (!item.key || item.key === key) continue;
    const dx = item.x + item.width / 2 - from.x - from.width / 2;
    const dy = item.y + Math.min(item.height, 46) / 2 - from.y - Math.min(from.height, 46) / 2;
    const [ahead, aside] = { ArrowDown: [dy, dx], ArrowUp: [-dy, dx], ArrowRight: [dx, dy], ArrowLeft: [-dx, dy] }[arrow];
    if (ahead <= 2 && !linked.has(item.key)) continue;
    const distance = ahead + 2.2 * Math.abs(aside) - (linked.has(item.key) ? 1e6 : 0);
    if (distance < least_) { least_ = distance; best = item.key; }
  }
  return best;
}

// What stands for the users, or the inputs, of what a key names.
function linkedKeys(key, forward) {
  const keys = new Set(), step = stepAt(key), scope = scopeAt(key);
  for (const { uses } of scene.wires) {
    for (const use of uses) {
      const [here, there] = (forward ? use : [...use].reverse()).map(id => steps[id]);
      const mine = step ? here === step : chain(here.scope).includes(scope.number) && !chain(there.scope).includes(scope.number);
      const other = mine && standingFor(there);
      if (other) keys.add(other);
    }
  }
  return keys;
}

// ---- The mouse and fingers ----

const pointers = new Map(); // the fingers, or the mouse, that are down
let moved = false; // a drag is no click

const spot = event => [event.clientX - frame.left, event.clientY - frame.top];

canvas.addEventListener('pointerdown', event => {
  cancelAnimationFrame(flight);
  pointers.set(event.pointerId, spot(event));
  if (pointers.size === 1) moved = false;
});

canvas.addEventListener('pointermove', event => {
  const before = pointers.get(event.pointerId);
  if (!before) return;
  const now = spot(event), [dx, dy] = [now[0] - before[0], now[1] - before[1]];
  if (!moved && Math.hypot(dx, dy) < 4) return;
  if (!moved) canvas.setPointerCapture(event.pointerId);
  moved = true;
  pointers.set(event.pointerId, now);
  const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
  if (!others.length) return moveTo({ ...view, x: view.x + dx, y: view.y + dy });
  const distance = point => Math.hypot(point[0] - others[0][0], point[1] - others[0][1]) || 1;
  zoomBy(distance(now) / distance(before), (now[0] + others[0][0]) / 2, (now[1] + others[0][1]) / 2);
});

for (const kind of ['pointerup', 'pointercancel']) {
  addEventListener(kind, event => { pointers.delete(event.pointerId); });
}

// A wheel zooms, a trackpad pans and zooms by pinching, which browsers tell as a wheel with Ctrl.
canvas.addEventListener('wheel', event => {
  event.preventDefault();
  const wheel = event.deltaX === 0 && Math.abs(event.deltaY) >= 50;
  if (event.ctrlKey || event.metaKey || wheel) zoomBy(Math.exp(-event.deltaY * (wheel ? .0016 : .01)), ...spot(event));
  else moveTo({ ...view, x: view.x - event.deltaX, y: view.y - event.deltaY });
}, { passive: false });

canvas.addEventListener('click', event => {
  if (moved) return;
  const close = event.target.closest('[data-close]');
  if (close) return toggle(Number(close.dataset.close));
  const target = event.target.closest('[data-key]'), key = target?.dataset.key;
  if (!key) return select(null);
  const scope = scopeAt(key);
  if (scope && !state.open.has(scope.number)) toggle(scope.number);
  select(key, { show: target.matches('.again, .outside'), focus: true });
});

canvas.addEventListener('dblclick', event => {
  const scope = scopeAt(event.target.closest('[data-key]')?.dataset.key);
  if (scope) enter(scope.number);
});

minimap.addEventListener('pointerdown', event => {
  const go = ({ clientX, clientY }) => {
    const { left, top } = minimap.getBoundingClientRect(), { width, height } = frame;
    const x = (clientX - left - MAP.margin) / mapScale, y = (clientY - top - MAP.margin) / mapScale;
    moveTo({ ...view, x: width / 2 - x * view.zoom, y: height / 2 - y * view.zoom });
  };
  go(event);
  minimap.setPointerCapture(event.pointerId);
  minimap.onpointermove = go;
  minimap.onpointerup = () => { minimap.onpointermove = null; };
});

find('crumbs').addEventListener('click', event => {
  const button_ = event.target.closest('[data-scope]');
  if (button_) leaveTo(Number(button_.dataset.scope));
});

function leaveTo(number) {
  enter(number);
  select(number ? keyOf('module', number) : null);
}

// ---- Keys ----

const KEYS = [
  ['Arrow keys', 'follow the wires'], ['Enter', 'open or close a module'], ['o, double click', 'see a module alone'],
  ['e, c', 'open, close every module'], ['Space', 'run the backward, or pause'], [', and .', 'one step back, one on'],
  ['Home, End', 'before, after the backward'], ['n', 'next finding'], ['/', 'search'], ['f, + and −', 'see it all, zoom'],
  ['l', 'legend'], ['d', 'dark mode'], ['Esc', 'back out'],
];

function nextFinding() {
  const all = graph.findings.flatMap(finding => finding.steps);
  if (!all.length) return;
  const place = all.indexOf(stepAt(state.selected)?.id);
  select(keyOf('step', all[(place + 1) % all.length]), { show: true });
}

function backOut() {
  if (!find('legend').hidden) return toggleLegend();
  if (document.body.dataset.drawer) return openDrawer(null);
  if (state.root) return leaveTo(scopes[state.root].parent ?? 0);
  select(null);
}

function enterKey(shift) {
  const scope = scopeAt(state.selected);
  if (!scope) return;
  if (shift) return enter(scope.number);
  toggle(scope.number);
  showPanel();
  elements.get(state.selected)?.focus({ preventScroll: true });
}

const ACTIONS = {
  '/': () => openSearch(), e: openAll, c: closeAll, f: fit, d: () => toggleTheme(), l: () => toggleLegend(), n: nextFinding,
  o: () => scopeAt(state.selected) && enter(scopeAt(state.selected).number), '?': () => openHelp(),
  ' ': play, '.': stepOn, ']': stepOn, ',': stepBack, '[': stepBack, Home: toStart, End: toEnd, Escape: backOut,
  '+': () => zoomBy(1.25), '=': () => zoomBy(1.25), '-': () => zoomBy(.8),
};

addEventListener('keydown', event => {
  const target = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest('dialog') || target === query) return;
  if (event.key === 'Tab') return;
  const control = target.closest('button, summary'), ranged = target === slider;
  if (control && (event.key === 'Enter' || event.key === ' ')) return; // it presses the button
  if (ranged && /^(Arrow|Home|End|Page)/.test(event.key)) return;
  if (event.key.startsWith('Arrow')) {
    const key = neighbour(state.selected, event.key);
    if (key) select(key, { show: true });
  } else if (event.key === 'Enter') enterKey(event.shiftKey);
  else if (ACTIONS[event.key]) ACTIONS[event.key]();
  else return;
  event.preventDefault();
});

document.addEventListener('click', event => {
  const name = event.target.closest('[data-do]')?.dataset.do;
  const actions = {
    openAll, closeAll, fit, play, stepOn, stepBack, toStart, toEnd, zoomIn: () => zoomBy(1.25), zoomOut: () => zoomBy(.8),
  };
  actions[name]?.();
});

// ---- Help, legend, drawers of a narrow screen, dark mode ----

function openHelp() {
  const help = find('help');
  fill(help, html`<h2 id="help-title">Keys</h2><dl>${KEYS.map(([keys, words]) => html`<div><dt><kbd>${keys}</kbd></dt><dd>${words}</dd></div>`)}</dl>
    <button autofocus>Close</button>`);
  help.showModal();
}
find('help').addEventListener('click', event => {
  if (event.target.matches('button') || event.target === find('help')) find('help').close(); // or beside the box
});

const swatch = content => html`<svg viewBox="0 0 40 18" aria-hidden="true">${content}</svg>`;
function toggleLegend() {
  const legend = find('legend');
  legend.hidden = !legend.hidden;
  find('legend-button').setAttribute('aria-expanded', !legend.hidden);
  if (!legend.hidden) fill(legend, legendMarkup());
}

function legendMarkup() {
  const line = (classes, width) => swatch(html`<path class="wire ${classes}" d="M2 9H38" stroke-width="${width}"/>`);
  const pill = kind => swatch(html`<g class="item card ${kind}"><rect class="face" x="2" y="2" width="36" height="14" rx="7"/></g>`);
  const pips = swatch(html`<g class="pips legend-pips"><circle class="filled" cx="14" cy="9" r="4"/><circle cx="26" cy="9" r="4"/></g>`);
  const word = (kind, words) => swatch(html`<text class="${kind} legend-word" x="20" y="13">${words}</text>`);
  const shared = [[word('value', '2.5'), 'value'], [word('grad', '∇ 1.2'), graph.circuit ? 'gradient of the output' : 'norm of the gradient']];
  const circuit = [[word('local', '× 3'), 'local slope: upstream × local = downstream'], [line('blocked', 1.6), 'blocked: the local slope is 0'],
    [swatch(html`<circle class="copy" cx="20" cy="9" r="3.5"/>`), 'copy: used more than once, its gradients add up']];
  const network = [[line('', 5), 'wire: the wider, the larger its gradient (log scale)'], [line('quiet', 1.4), 'no gradient flows here'],
    [pill('parameter'), 'parameter'], [pill('constant'), 'input or constant'],
    [swatch(html`<g class="again"><rect class="face" x="2" y="2" width="36" height="14" rx="7"/><text x="20" y="13">↑</text></g>`), 'the same value, used again']];
  const backward = [[line('lit', 3), 'stepping: the gradient has passed'], [pips, 'waits: one of its two uses has sent']];
  const flags = Object.keys(FLAGS).filter(flag => scopes[0].flagged[flag]);
  const found = flags.map(flag => [html`<span class="mark ${flag}"></span>`, flagText(flag)]);
  return html`<dl>${[...shared, ...(graph.circuit ? circuit : network), ...backward, ...found].map(([sign, words]) =>
    html`<div><dt>${sign}</dt><dd>${words}</dd></div>`)}</dl>`;
}

// On a narrow screen the outline and the panel are drawers; at most one is open.
function openDrawer(name) {
  if (name) document.body.dataset.drawer = name; else delete document.body.dataset.drawer;
  find('outline-button').setAttribute('aria-expanded', name === 'outline');
}

function openSearch() {
  document.body.classList.add('searching');
  query.focus();
}

const systemDark = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (document.documentElement.dataset.theme ?? (systemDark.matches ? 'dark' : 'light')) === 'dark';
function showTheme() { find('theme-button').setAttribute('aria-pressed', isDark()); }
function toggleTheme() {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
  showTheme();
}

find('help-button').addEventListener('click', openHelp);
find('legend-button').addEventListener('click', toggleLegend);
find('theme-button').addEventListener('click', toggleTheme);
find('search-button').addEventListener('click', openSearch);
find('outline-button').addEventListener('click', () => openDrawer(document.body.dataset.drawer ? null : 'outline'));
find('findings-button').addEventListener('click', nextFinding);
find('panel-close').addEventListener('click', () => select(null));
systemDark.addEventListener('change', showTheme);

// ---- Printing: the whole graph on the paper, whatever is in view ----

const paper = matchMedia('print');
function preparePrint() {
  if (canvas.hasAttribute('viewBox')) return;
  canvas.setAttribute('viewBox', `-10 -14 ${Math.ceil(scene.width) + 20} ${Math.ceil(scene.height) + 28}`);
  world.removeAttribute('transform');
  drawView(true);
}
function endPrint() {
  if (!canvas.hasAttribute('viewBox')) return;
  canvas.removeAttribute('viewBox');
  drawn = null;
  moveTo(view);
}
paper.addEventListener('change', event => (event.matches ? preparePrint() : endPrint()));
addEventListener('beforeprint', preparePrint);
addEventListener('afterprint', endPrint);

// ---- The start ----

// The address may say what to show, so that a view can be linked to: #select=s12&turn=5&open=all&theme=dark
function followAddress() {
  const wishes = new URLSearchParams(location.hash.slice(1));
  if (wishes.get('theme')) document.documentElement.dataset.theme = wishes.get('theme') === 'dark' ? 'dark' : 'light';
  if (wishes.get('open') === 'all') openAll();
  if (scopes[wishes.get('alone')]) enter(Number(wishes.get('alone')));
  if (wishes.has('turn')) goTo(Number(wishes.get('turn')));
  if (scene.byKey.has(wishes.get('select')) || stepAt(wishes.get('select')) || scopeAt(wishes.get('select'))) select(wishes.get('select'), { show: true });
}

function showHeading() {
  const value = numberOf(output.value), n = graph.findings.length;
  const parts = [count(scopes[0].operations, 'operation'), scopes[0].parameters.length && count(scopes[0].parameters.length, 'parameter'),
    value != null && `${labelOf(output)} ${text(value)}`];
  find('subtitle').textContent = parts.filter(Boolean).join(' · ');
  const button_ = find('findings-button');
  button_.hidden = !n;
  button_.className = GRAVITY.find(flag => graph.findings.some(finding => finding.kind === flag)) ?? '';
  fill(button_, html`<span class="mark"></span>${count(n, 'finding')}`);
  button_.title = 'Next finding (n)';
  const note = find('note');
  note.hidden = !graph.note;
  note.textContent = graph.note;
}

function start() {
  showHeading();
  showTheme();
  measureFrame();
  state.open = startingOpen();
  redraw(home);
  rebuildOutline();
  showTurn();
  showPanel();
  followAddress();
  new ResizeObserver(() => { measureFrame(); drawView(); moveWindow(); }).observe(canvas);
}
start();
