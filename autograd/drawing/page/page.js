// Around the graph: help, legend, drawers, dark mode, printing; and the start.

// ---- Help, legend, drawers of a narrow screen, dark mode ----

function openHelp() {
  const help = find('help'), line = ([keys, words]) => html`<div><dt><kbd>${keys}</kbd></dt><dd>${words}</dd></div>`;
  fill(help, html`<h2 id="help-title">Keys</h2><dl>${KEYS.map(line)}</dl><button autofocus>Close</button>`);
  help.showModal();
}
find('help').addEventListener('click', event => {
  if (event.target.matches('button') || event.target === find('help')) find('help').close(); // or beside the box
});

function toggleLegend() {
  const legend = find('legend');
  legend.hidden = !legend.hidden;
  find('legend-button').setAttribute('aria-expanded', !legend.hidden);
  if (legend.hidden) return;
  const entries = [...LEGEND, ...(graph.circuit ? CIRCUIT_LEGEND : NETWORK_LEGEND), ...flagLegend()];
  fill(legend, html`<dl>${entries.map(([sign, words]) => html`<div><dt>${sign}</dt><dd>${words}</dd></div>`)}</dl>`);
}

// The signs of the legend are drawn as on the canvas.
const swatch = content => html`<svg viewBox="0 0 40 18" aria-hidden="true">${content}</svg>`;
const word = (kind, words) => swatch(html`<text class="${kind} legend-word" x="20" y="13">${words}</text>`);
const wireSign = (classes, width) =>
  swatch(html`<path class="wire ${classes}" d="M2 9H38" stroke-width="${width}"/>`);
const cardSign = (classes, words = '') => swatch(html`<g class="${classes}">
  <rect class="face" x="2" y="2" width="36" height="14" rx="7"/><text x="20" y="13">${words}</text></g>`);
const copySign = swatch(html`<circle class="copy" cx="20" cy="9" r="3.5"/>`);
const pipsSign = swatch(html`<g class="pips legend-pips">
  <circle class="filled" cx="14" cy="9" r="4"/><circle cx="26" cy="9" r="4"/></g>`);

const LEGEND = [
  [word('value', '2.5'), 'value'],
  [word('grad', graph.circuit ? '1.2' : '∇ 1.2'), graph.circuit ? 'gradient of the output' : 'norm of the gradient'],
  [wireSign('lit', 3), 'while stepping: the gradient has passed'],
];
const CIRCUIT_LEGEND = [
  [word('local', '× 3'), 'local slope: upstream × local = downstream'],
  [wireSign('blocked', 1.6), 'blocked: the local slope is 0'],
  [copySign, 'copy: used more than once, its gradients add up'],
  [word('grad', '3 + …'), 'it waits for the gradient of another use'],
];
const NETWORK_LEGEND = [
  [pipsSign, 'it waits: one of its two uses has sent'],
  [wireSign('', 5), 'wire: the wider, the larger its gradient (log scale)'],
  [wireSign('quiet', 1.4), 'no gradient flows here'],
  [cardSign('card parameter'), 'parameter'],
  [cardSign('card constant'), 'input or constant'],
  [cardSign('again', '↑'), 'the same value, shown again beside a distant use'],
];
const flagLegend = () => Object.keys(FLAGS).filter(flag => scopes[0].flagged[flag])
  .map(flag => [html`<span class="mark ${flag}"></span>`, flagText(flag)]);

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
  const key = wishes.get('select');
  if (stepAt(key) || scopeAt(key)) select(key, { show: true });
}

function showHeading() {
  const value = numberOf(output.value), n = graph.findings.length;
  const { operations, parameters } = scopes[0];
  const parts = [count(operations, 'operation'), parameters.length && count(parameters.length, 'parameter'),
    value != null && `${labelOf(output)} ${text(value)}`];
  find('subtitle').textContent = parts.filter(Boolean).join(' · ');
  const button_ = find('findings-button');
  button_.hidden = !n;
  button_.className = GRAVITY.find(flag => graph.findings.some(finding => finding.kind === flag)) ?? '';
  fill(button_, html`<span class="mark"></span>${n}<span class="wide">${n === 1 ? 'finding' : 'findings'}</span>`);
  button_.setAttribute('aria-label', `${count(n, 'finding')}: go to the next`);
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
