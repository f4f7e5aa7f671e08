// Search over modules and steps: every word must occur in an op, a name, a shape, a source line or a finding.

const query = find('query'), results = find('results');
const MOST_RESULTS = 60;
let hits = [], active = 0;

const stepText = step => [
  step.op, step.name, shapeText(step.shape), step.shape?.join('x'), step.dtype, pathOf(step.scope), `#${step.id}`,
  step.kind, ...(step.line ?? []), ...step.flags.map(flag => flagText(flag, step)),
  ...graph.findings.filter(finding => finding.steps.includes(step.id)).map(finding => finding.title),
].join(' ').toLowerCase();
const scopeText = scope => `${pathOf(scope.number)} ${scope.kind} ${scope.description}`.toLowerCase();

function hitsOf(words) {
  const found = [];
  for (const scope of scopes.slice(1)) {
    scope.searched ??= scopeText(scope);
    if (words.every(word => scope.searched.includes(word))) found.push(keyOf('module', scope.number));
    if (found.length >= MOST_RESULTS / 3) break;
  }
  for (const step of steps) {
    step.searched ??= stepText(step);
    if (words.every(word => step.searched.includes(word))) found.push(keyOf('step', step.id));
    if (found.length >= MOST_RESULTS) break;
  }
  return found;
}

function search() {
  const words = query.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  hits = words.length ? hitsOf(words) : [];
  active = 0;
  showResults(words.length > 0);
}

function showResults(open) {
  results.hidden = !open;
  query.setAttribute('aria-expanded', open);
  const advice = html`<p>Nothing found. Try an op, a name, a shape like 32×100, or a line like train.py:12.</p>`;
  fill(results, hits.length ? hits.map(resultMarkup) : advice);
  query.setAttribute('aria-activedescendant', open && hits.length ? `result-${active}` : '');
  find(`result-${active}`)?.scrollIntoView({ block: 'nearest' });
}

function resultMarkup(key, i) {
  const step = stepAt(key), scope = scopeAt(key), flag = scope ? scope.flag : step.flags[0];
  const more = scope ? scope.kind : [pathOf(step.scope), shapeText(step.shape)].filter(Boolean).join(' · ');
  return html`<div role="option" id="result-${i}" data-hit="${i}" aria-selected="${i === active}">
    <span class="name">${scope ? pathOf(scope.number) : nameOf(step)}</span><span class="more">${more}</span>${
    flag && html`<span class="mark ${flag}"></span>`}</div>`;
}

function endSearch() {
  query.value = '';
  showResults(false);
  document.body.classList.remove('searching');
}

function choose(i) {
  const key = hits[i];
  if (!key) return;
  endSearch();
  select(key, { show: true });
}

query.addEventListener('input', search);
query.addEventListener('focus', () => { if (query.value) search(); });
query.addEventListener('blur', () => setTimeout(() => showResults(false), 150)); // after a click on a result
results.addEventListener('mousedown', event => event.preventDefault());
results.addEventListener('click', event => choose(Number(event.target.closest('[data-hit]')?.dataset.hit)));
query.addEventListener('keydown', event => {
  const last = hits.length - 1;
  const moves = { ArrowDown: Math.min(last, active + 1), ArrowUp: Math.max(0, active - 1) };
  if (event.key in moves && last >= 0) {
    active = moves[event.key];
    showResults(true);
  } else if (event.key === 'Enter') choose(active);
  else if (event.key === 'Escape') { endSearch(); canvas.focus(); }
  else return;
  event.preventDefault();
  event.stopPropagation();
});
