// The canvas: cards, gates, boxes and wires as SVG. Only what is in view is in the document, so that thousands of
// steps stay quick; far away, where no text can be read, a card is a plain rectangle.

const canvas = find('canvas'), world = find('world');
const view = { x: 0, y: 0, zoom: 1 };
const ZOOM = { least: .001, most: 4, far: .28, read: .85 };
const stillness = matchMedia('(prefers-reduced-motion: reduce)');

let scene = compose(0);
let drawn = null; // the region of the scene that is in the document, and how: near or far
let elements = new Map(); // key -> its group in the document
let drawnWires = []; // [wire, its path]

// ---- Drawing: the whole of it, and what is in view of it ----

// The open modules have changed: place everything anew, and aim the camera.
function redraw(aim) {
  scene = compose(state.root);
  drawn = null;
  aim();
  drawMinimap();
  drawCrumbs();
}
const stay = () => moveTo(view);

// The canvas on the screen; to ask the browser each time would make it lay out the page each time.
let frame = canvas.getBoundingClientRect();
const measureFrame = () => { frame = canvas.getBoundingClientRect(); };

// What is in view, in the scene's coordinates, and a margin around it as a share of it.
const region = margin => {
  const { width, height } = frame;
  const mx = margin * width, my = margin * height;
  return {
    left: (-view.x - mx) / view.zoom, right: (width - view.x + mx) / view.zoom,
    top: (-view.y - my) / view.zoom, bottom: (height - view.y + my) / view.zoom,
  };
};
const within = (a, b) => a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
const meets = (a, b) => a.left <= b.right && a.right >= b.left && a.top <= b.bottom && a.bottom >= b.top;

// Put what is in view, and a margin around it, into the document, unless it is there.
function drawView(everything = false) {
  const far = view.zoom < ZOOM.far && !everything;
  if (!everything && drawn && drawn.far === far && within(region(0), drawn)) return;
  const area = everything ? { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity } : region(.6);
  drawn = { ...area, far };
  const focused = document.activeElement?.closest?.('#world [data-key]')?.dataset.key;

  const items = scene.items.filter(({ x, y, width, height }) =>
    meets({ left: x - 8, right: x + width + 60, top: y - 12, bottom: y + height + 8 }, area));
  const wires = scene.wires.filter(wire => meets(wire, area));
  const boxes = items.filter(item => item.open);
  fill(world, [
    boxes.map(boxMarkup),
    wires.map(wire => wireMarkup(wire, far)),
    items.filter(item => !item.open).map(item => (far ? farMarkup(item) : itemMarkup(item))),
    far ? [] : boxes.map(headingMarkup),
  ]);
  elements = new Map();
  for (const element of world.querySelectorAll('.item')) elements.set(element.dataset.key, element);
  const paths = world.querySelectorAll('.wire');
  drawnWires = wires.map((wire, i) => [wire, paths[i]]);
  paint();
  if (focused) elements.get(focused)?.focus({ preventScroll: true });
}

// ---- Painting: selection and the backward's progress change classes and words, never places ----

function paint() {
  const now = stepping() && state.now > 0 ? turns[state.now - 1] : null;
  const current = now && standingFor(now), chosen = stepAt(state.selected);
  document.body.classList.toggle('stepping', stepping());
  for (const [key, element] of elements) {
    element.classList.toggle('selected', key === state.selected);
    const step = stepAt(key);
    if (step) paintStep(element, step);
    else if (key) paintScope(element, scopeAt(key), key === current);
  }
  for (const element of world.querySelectorAll('.piece')) paintPiece(element, stepAt(element.dataset.key), chosen);
  for (const element of world.querySelectorAll('.use')) {
    const user = steps[element.dataset.use], value = stepAt(element.dataset.key);
    element.classList.toggle('to-come', !(user.turn < state.now));
    element.classList.toggle('chosen', Boolean(chosen) && (user === chosen || value === chosen));
  }
  for (const [wire, path] of drawnWires) paintWire(wire, path, now, chosen);
}

const STATES = ['done', 'now', 'ready', 'waiting', 'unreached'];
const gradientWords = (step, standing) => {
  if (!stepping()) return step.grad ? `∇ ${normText(step.grad)}` : step.kind === 'constant' ? '' : '∇ –';
  if (standing === 'waiting') return `${arrived(step, state.now)} of ${step.terms.length} came`;
  return ['done', 'now', 'ready'].includes(standing) ? `∇ ${normText(step.grad)}` : '';
};

function setState(element, standing) {
  for (const name of STATES) element.classList.toggle(name, stepping() && name === standing);
}

function paintStep(element, step) {
  const standing = stateOf(step, state.now);
  setState(element, standing);
  if (drawn.far) return;
  const words = element.querySelector('.grad');
  if (words) words.textContent = gradientWords(step, standing);
  paintPips(element, step);
}

function paintPips(element, step) {
  element.querySelectorAll('.pips circle').forEach((pip, i) => {
    pip.classList.toggle('filled', steps[step.terms[i].sender].turn < state.now);
  });
}

function paintScope(element, scope, current) {
  const passed = countBelow(scope.turns, state.now);
  const share = scope.turns.length ? passed / scope.turns.length : 0;
  setState(element, current ? 'now' : share === 0 && scope.turns.length ? 'unreached' : 'done');
  const bar = element.querySelector('.level');
  const full = bar?.previousElementSibling.getAttribute('width');
  bar?.setAttribute('width', tenth(full * share));
}

function paintPiece(element, step, chosen) {
  element.classList.toggle('chosen', Boolean(chosen) && (step === chosen || chosen.inputs.includes(step.id)));
  const standing = stateOf(step, state.now);
  setState(element, standing);
  const terms = step.terms.filter(term => steps[term.sender].turn < state.now);
  const complete = !stepping() || ['done', 'now', 'ready'].includes(standing);
  const sum = terms.map(term => signed(term.numbers)).join(' + ');
  element.querySelector('.grad').textContent = !step.grad ? (step.kind === 'constant' ? '' : '–')
    : complete ? text(step.grad.numbers) : standing === 'waiting' ? '…' : '';
  const line = element.querySelector('.sum');
  if (line) line.textContent = complete ? `= ${sum}` : sum ? `${sum} + …` : '';
}

function paintWire(wire, path, now, chosen) {
  const own = wire.uses.length ? null : steps[wire.source?.number]; // of a gate to its own piece of wire
  const sent = own ? arrived(own, state.now) > 0 : wire.uses.some(([, user]) => steps[user].turn < state.now);
  const moving = now && wire.uses.some(([source, user]) => user === now.id && termsOf(source, user).length);
  path.classList.toggle('lit', Boolean(stepping() && sent && (own || wire.flow.of)));
  path.classList.toggle('moving', Boolean(moving));
  path.classList.toggle('chosen', Boolean(chosen && (own
    ? own === chosen || chosen.inputs.includes(own.id) : wire.uses.some(use => use.includes(chosen.id)))));
}

// What stands for a step in the present view: its card, or the closed module that holds it.
function standingFor(step) {
  const path = chain(step.scope);
  const closed = path.slice(path.indexOf(state.root) + 1).find(number => !state.open.has(number));
  const key = closed == null ? keyOf('step', step.id) : keyOf('module', closed);
  return scene.byKey.has(key) ? key : null;
}

// ---- The minimap ----

const minimap = find('minimap');
const MAP = { width: 140, height: 170, margin: 6 };
let mapScale = 1;

function drawMinimap() {
  mapScale = Math.min(MAP.width / scene.width, MAP.height / scene.height);
  const outlines = {}; // by flag
  for (const { key, kind, number, open, x, y, width, height } of scene.items) {
    if (!key || open) continue;
    const flag = kind === 'module' ? scopes[number].flag : steps[number].flags[0];
    const [w, h] = [Math.max(1.5, width * mapScale), Math.max(1.5, height * mapScale)].map(tenth);
    outlines[flag ?? 'plain'] ??= '';
    outlines[flag ?? 'plain'] += `M${tenth(x * mapScale)} ${tenth(y * mapScale)}h${w}v${h}h${-w}z`;
  }
  const size = side => Math.ceil(scene[side] * mapScale) + 2 * MAP.margin;
  minimap.setAttribute('width', size('width'));
  minimap.setAttribute('height', size('height'));
  fill(minimap, html`<g transform="translate(${MAP.margin} ${MAP.margin})">${
    Object.entries(outlines).map(([flag, path]) => html`<path class="${flag}" d="${path}"/>`)}
    <rect id="window" rx="2"/></g>`);
  moveWindow();
}

function moveWindow() {
  const seen = region(0), window_ = find('window');
  if (!window_) return;
  const x = Math.max(0, seen.left), y = Math.max(0, seen.top);
  const right = Math.min(scene.width, seen.right), bottom = Math.min(scene.height, seen.bottom);
  const places = { x, y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) };
  for (const [name, length_] of Object.entries(places)) window_.setAttribute(name, tenth(length_ * mapScale));
  minimap.classList.toggle('needless', places.width > scene.width - 2 && places.height > scene.height - 2);
}

// ---- The camera ----

function moveTo({ x, y, zoom }) {
  Object.assign(view, { x, y, zoom: Math.max(ZOOM.least, Math.min(ZOOM.most, zoom)) });
  world.setAttribute('transform', `translate(${tenth(view.x)} ${tenth(view.y)}) scale(${view.zoom.toFixed(4)})`);
  drawView();
  moveWindow();
}

const narrow = matchMedia('(max-width: 900px)');
const insets = () => {
  const names = state.root ? 30 : 0; // of the ports of a module that is seen alone
  const [x, top, bottom] = narrow.matches ? [14, 54, 20] : [40, 60, 34];
  return { x, top: top + names, bottom: bottom + names };
};

// All of it, as large as fits.
function fit() {
  const { width, height } = frame, { x, top, bottom } = insets();
  const zoom = Math.min((width - 2 * x) / scene.width, (height - top - bottom) / scene.height, 1.5);
  moveTo({ zoom, x: (width - scene.width * zoom) / 2, y: top + (height - top - bottom - scene.height * zoom) / 2 });
}

// Large enough to be read, from where the data come in.
function home() {
  const { width, height } = frame, { x, top, bottom } = insets();
  const all = Math.min((width - 2 * x) / scene.width, (height - top - bottom) / scene.height, 1.25);
  const wide = graph.circuit ? ZOOM.read : (width - 2 * x) / scene.width;
  const zoom = all > .7 ? all : Math.max(all, Math.min(ZOOM.read, wide));
  const spare = [width - scene.width * zoom, height - scene.height * zoom];
  moveTo({
    zoom,
    x: spare[0] > 2 * x ? spare[0] / 2 : graph.circuit ? x : spare[0] / 2,
    y: spare[1] > top + bottom ? top + (spare[1] - top - bottom) / 2 : top,
  });
}

function zoomBy(factor, x, y) {
  const { width, height } = frame;
  const [cx, cy] = [x ?? width / 2, y ?? height / 2];
  const zoom = Math.max(ZOOM.least, Math.min(ZOOM.most, view.zoom * factor)), by = zoom / view.zoom;
  moveTo({ zoom, x: cx - (cx - view.x) * by, y: cy - (cy - view.y) * by });
}

// What the drawer of a narrow screen hides of the canvas, at its bottom.
function hidden() {
  const panel = find('panel');
  if (!narrow.matches || !state.selected) return 0;
  return Math.max(0, panel.offsetHeight - (innerHeight - frame.bottom));
}

// Where to move a side of the scene so that a point is in the middle, without showing much beyond the scene's ends.
function centred(point, extent, room, zoom, [before, after]) {
  const free = room - extent * zoom;
  if (free > before + after) return before + (free - before - after) / 2;
  return Math.max(free - after, Math.min(before, room / 2 - point * zoom));
}

const zoomIn = () => zoomBy(1.25), zoomOut = () => zoomBy(.8);

let flight = 0;
// Glide until a point of the scene is in the middle; at once for those who asked for less motion.
function flyTo(x, y, zoom = view.zoom) {
  const { width, height } = frame, room = insets();
  const from = { ...view }, to = {
    zoom,
    x: centred(x, scene.width, width, zoom, [room.x, room.x]),
    y: centred(y, scene.height, height - hidden(), zoom, [room.top, room.bottom]),
  };
  cancelAnimationFrame(flight);
  if (stillness.matches) return moveTo(to);
  const begin = performance.now();
  const glide = time => {
    const share = Math.min(1, Math.max(0, (time - begin) / 240)), eased = share * (2 - share);
    const between = name => from[name] + (to[name] - from[name]) * eased;
    moveTo({ x: between('x'), y: between('y'), zoom: between('zoom') });
    if (share < 1) flight = requestAnimationFrame(glide);
  };
  flight = requestAnimationFrame(glide);
}

// Bring an item into view, if it is not.
function show(key, always = false) {
  const item = scene.byKey.get(key);
  if (!item) return;
  const seen = region(-.08);
  seen.bottom -= hidden() / view.zoom;
  const x = item.x + item.width / 2, y = item.open ? item.y + 60 : item.y + item.height / 2;
  if (!always && view.zoom >= .4 && x > seen.left && x < seen.right && y > seen.top && y < seen.bottom) return;
  flyTo(x, y, Math.max(view.zoom, always ? .8 : .5));
}

// ---- Opening and closing ----

// Open or close a module in place: it stays where it is on the screen, the rest makes room.
function toggle(number, open = !state.open.has(number)) {
  if (open === state.open.has(number)) return;
  const key = keyOf('module', number), before = scene.byKey.get(key);
  if (open) state.open.add(number); else state.open.delete(number);
  scene = compose(state.root);
  const after = scene.byKey.get(key);
  if (before && after) {
    view.x += (before.x + before.width / 2 - after.x - after.width / 2) * view.zoom;
    view.y += (before.y - after.y) * view.zoom;
  }
  drawn = null;
  moveTo(view);
  drawMinimap();
  outlineToggled(number);
}

// See a module alone.
function enter(number) {
  state.root = number;
  redraw(home);
  rebuildOutline();
}

function openAll() {
  for (const scope of scopes) if (scope.number) state.open.add(scope.number);
  redraw(home);
  rebuildOutline();
}

function closeAll() {
  state.open = startingOpen();
  state.root = 0;
  redraw(home);
  rebuildOutline();
}

// At the start modules are open from the outside in, while all can be taken in at a glance.
function startingOpen() {
  const open = new Set();
  let shown = scopes[0].items.length, level_ = scopes[0].children;
  while (level_.length) {
    const within_ = level_.reduce((sum, number) => sum + scopes[number].items.length, 0);
    const opens = level_.length <= 2 && open.size < 3;
    if (shown + within_ > 48 && !opens) break;
    shown += within_;
    for (const number of level_) open.add(number);
    level_ = level_.flatMap(number => scopes[number].children);
  }
  return open;
}

// Open whatever hides a key.
function reveal(key) {
  const step = stepAt(key), path = step ? chain(step.scope) : chain(Number(key.slice(1))).slice(0, -1);
  let changed = false;
  if (state.root && !path.includes(state.root)) { state.root = 0; changed = true; }
  for (const number of path) if (!state.open.has(number)) { state.open.add(number); changed = true; }
  if (changed) { redraw(stay); rebuildOutline(); }
}

function drawCrumbs() {
  const path = state.root ? [0, ...chain(state.root)] : [];
  const here = number => (number === state.root ? 'page' : 'false');
  const crumb = number => html`<button data-scope="${number}" aria-current="${here(number)}">${
    number ? scopes[number].name : 'Whole graph'}</button>`;
  fill(find('crumbs'), path.map((number, i) => [i > 0 && html`<span aria-hidden="true">›</span>`, crumb(number)]));
}
