// Where things stand when modules are open. Each scope was laid out by itself, its modules closed; an open module
// stretches the layout around it, along each axis by one monotone map. So order is kept, nothing can overlap, and any
// combination of open modules is valid without a layout program in the page.

const HEADING = 34, PADDING = 14; // of an open module's box
const SPLIT = 24; // how far before the end of its piece of wire the copy point of a circuit lies
const across = graph.circuit ? 1 : 0; // the coordinate along a rank
const along = 1 - across; // that in which the data flow: down, and in a circuit to the right

// The map of an axis on which intervals [from, to] must grow to the lengths they need.
function stretch(intervals) {
  const marks = [...new Set(intervals.flatMap(([from, to]) => [from, to]))].sort((a, b) => a - b);
  const last = marks.length - 1;
  const extra = new Float64Array(Math.max(0, last)); // what is added between two marks
  const gap = i => marks[i + 1] - marks[i];
  const place = new Map(marks.map((mark, i) => [mark, i]));
  for (const [from, to, needed] of [...intervals].sort((a, b) => (a[1] - a[0]) - (b[1] - b[0]))) {
    const first = place.get(from), end = place.get(to);
    let current = 0;
    for (let i = first; i < end; i++) current += gap(i) + extra[i];
    if (needed <= current) continue;
    for (let i = first; i < end; i++) extra[i] += (needed - current) * gap(i) / (to - from);
  }
  const before = [0];
  extra.forEach((length, i) => before.push(before[i] + length));
  return x => {
    if (last < 0 || x <= marks[0]) return x;
    if (x >= marks[last]) return x + before[last];
    let low = 0, high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (marks[middle] <= x) low = middle; else high = middle;
    }
    return x + before[low] + extra[low] * (x - marks[low]) / gap(low);
  };
}

// A scope's size with its open modules, from the inside out.
function measure(number) {
  const { layout, items } = scopes[number];
  const { width, height, boxes } = graph.layouts[layout];
  const inner = new Map(), horizontal = [], vertical = [];
  items.forEach(([kind, child], i) => {
    if (kind !== 'module' || !state.open.has(child)) return;
    const size = measure(child), [x, y, w, h] = boxes[i];
    inner.set(i, size);
    horizontal.push([x - w / 2, x + w / 2, size.width + 2 * PADDING]);
    vertical.push([y - h / 2, y + h / 2, size.height + HEADING + PADDING]);
  });
  const mapX = stretch(horizontal), mapY = stretch(vertical);
  return { mapX, mapY, inner, width: mapX(width), height: mapY(height) };
}

// Everything that is seen, with its place: the boxes and the wires of a scope and of the open modules in it.
function compose(root) {
  const size = measure(root);
  const scene = { items: [], wires: [], width: size.width, height: size.height, byKey: new Map() };
  place(scene, root, size, 0, 0, 0, new Map(), new Map());
  for (const item of scene.items) if (item.key) scene.byKey.set(item.key, item);
  return scene;
}

// `entries` and `exits` are where a value's wire meets the box from outside: value -> point.
function place(scene, number, size, left, top, depth, entries, exits) {
  const scope = scopes[number], { boxes, curves } = graph.layouts[scope.layout];
  const { mapX, mapY, inner } = size;
  const placed = scope.items.map((item, i) => {
    const [x, y, w, h] = boxes[i];
    if (inner.has(i)) {
      const x0 = mapX(x - w / 2), y0 = mapY(y - h / 2);
      return itemAt(item, left + x0, top + y0, mapX(x + w / 2) - x0, mapY(y + h / 2) - y0, depth, true);
    }
    return itemAt(item, left + mapX(x) - w / 2, top + mapY(y) - h / 2, w, h, depth, false);
  });
  scene.items.push(...placed);

  const arrivals = placed.map(() => new Map()), departures = placed.map(() => new Map());
  const carried = placed.map(() => []); // the uses on an item's wires
  curves.forEach(([source, target, curve], w) => {
    const points = [];
    for (let i = 0; i < curve.length; i += 2) points.push([left + mapX(curve[i]), top + mapY(curve[i + 1])]);
    const last = points.length - 1;
    attach(points, 0, 1, placed[source], boxes[source], curve.slice(0, 2));
    attach(points, last, last - 1, placed[target], boxes[target], curve.slice(-2));
    if (placed[source].open || placed[target].open) straighten(points);
    const uses = scope.wires[w];
    scene.wires.push(wireAlong(points, uses, placed[source], placed[target]));
    carried[source].push(...uses);
    carried[target].push(...uses);
    for (const [value] of uses) {
      departures[source].set(value, points[0]);
      arrivals[target].set(value, points[last]);
    }
  });

  placed.forEach((item, i) => {
    const middle = [item.x + item.width / 2, item.y + item.height / 2];
    const [entry, exit] = [entries.get(item.number), exits.get(item.number)];
    if (item.kind === 'in' && entry) scene.wires.push(wireBetween(entry, middle, carried[i]));
    if (item.kind === 'out' && exit) scene.wires.push(wireBetween(middle, exit, carried[i]));
    if (!inner.has(i)) return;
    const child = inner.get(i);
    const x = item.x + (item.width - child.width) / 2;
    const y = item.y + HEADING + (item.height - HEADING - PADDING - child.height) / 2;
    place(scene, item.number, child, x, y, depth + 1, arrivals[i], departures[i]);
  });
}

function itemAt([kind, number, more], x, y, width, height, depth, open) {
  const key = kind === 'step' || kind === 'module' ? keyOf(kind, number) : null;
  return { kind, number, more, key, x, y, width, height, depth, open };
}

// Lead the end of a stretched curve back to its box: an open box's edge, or the same spot of an unstretched one.
function attach(points, end, next, item, [x, y], [endX, endY]) {
  if (item.open) {
    const start = [item.x, item.y][along], extent = [item.width, item.height][along];
    points[end][along] = end === 0 ? start + extent : start;
    return;
  }
  const dx = item.x + item.width / 2 + endX - x - points[end][0];
  const dy = item.y + item.height / 2 + endY - y - points[end][1];
  for (const i of [end, next]) { points[i][0] += dx; points[i][1] += dy; }
  if (end === 0 && item.kind === 'wire' && isCopied(steps[item.number])) points[0][0] -= SPLIT;
}

// Keep a wire between its ends, so that it does not run past an edge and back.
function straighten(points) {
  const [from, to] = [points[0][along], points.at(-1)[along]];
  for (const point of points) if (from <= to) point[along] = Math.max(from, Math.min(to, point[along]));
}

const isCopied = step => step.terms.length > 1;

const tenth = value => Math.round(value * 10) / 10;

// A wire: its Bezier points, what uses it carries, what it leads from and to, and the rectangle around it.
function wireAlong(points, uses, source, target) {
  let [left, top] = points[0], [right, bottom] = points[0];
  for (const [x, y] of points) {
    if (x < left) left = x; else if (x > right) right = x;
    if (y < top) top = y; else if (y > bottom) bottom = y;
  }
  return { points, uses, source, target, left, right, top, bottom };
}

function pathOfWire({ points }) {
  let path = `M${points[0].map(tenth)}`;
  for (let i = 1; i < points.length; i += 3) {
    path += `C${points.slice(i, i + 3).map(point => point.map(tenth)).join(' ')}`;
  }
  return path;
}

// From a box's edge to the port within it, or back.
function wireBetween(from, to, uses) {
  const middle = (from[along] + to[along]) / 2;
  const bends = [[...from], [...to]];
  for (const bend of bends) bend[along] = middle;
  return wireAlong([from, ...bends, to], uses, null, null);
}
