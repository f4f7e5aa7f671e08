// What the person does: selection, the mouse, fingers and keys.

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
    const turned = { ArrowDown: [dy, dx], ArrowUp: [-dy, dx], ArrowRight: [dx, dy], ArrowLeft: [-dx, dy] };
    const [ahead, aside] = turned[arrow];
    if (ahead <= 2 && !linked.has(item.key)) continue;
    const distance = ahead + 2.2 * Math.abs(aside) - (linked.has(item.key) ? 1e6 : 0);
    if (distance < least_) { least_ = distance; best = item.key; }
  }
  return best;
}

// What stands for the users, or the inputs, of what a key names.
function linkedKeys(key, forward) {
  const keys = new Set(), step = stepAt(key), scope = scopeAt(key);
  const holds = other => chain(other.scope).includes(scope.number);
  for (const { uses } of scene.wires) {
    for (const use of uses) {
      const [here, there] = (forward ? use : [...use].reverse()).map(id => steps[id]);
      const mine = step ? here === step : holds(here) && !holds(there);
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
  ['Arrow keys', 'follow the wires'],
  ['Enter', 'open or close a module'],
  ['o, double click', 'see a module alone'],
  ['e, c', 'open, close every module'],
  ['Space', 'run the backward, or pause'],
  [', and .', 'one step back, one on'],
  ['Home, End', 'before, after the backward'],
  ['n', 'next finding'],
  ['/', 'search'],
  ['f, + and −', 'see it all, zoom'],
  ['l', 'legend'],
  ['d', 'dark mode'],
  ['Esc', 'back out'],
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
  e: openAll, c: closeAll, f: fit, n: nextFinding, Escape: backOut,
  o: () => scopeAt(state.selected) && enter(scopeAt(state.selected).number),
  ' ': play, '.': stepOn, ']': stepOn, ',': stepBack, '[': stepBack, Home: toStart, End: toEnd,
  '+': zoomIn, '=': zoomIn, '-': zoomOut,
  '/': () => openSearch(), '?': () => openHelp(), l: () => toggleLegend(), d: () => toggleTheme(),
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

const BUTTONS = { openAll, closeAll, fit, zoomIn, zoomOut, play, stepOn, stepBack, toStart, toEnd };
document.addEventListener('click', event => BUTTONS[event.target.closest('[data-do]')?.dataset.do]?.());
