// What each thing on the canvas looks like, as SVG markup.

const GATES = { // the signs of the lecture's gates; others are called by their names
  __proto__: null,
  add: '+', sub: '−', mul: '×', div: '÷', neg: '×−1', reciprocal: '1/x', maximum: 'max', minimum: 'min',
  pow: 'xⁿ', square: 'x²', sqrt: '√', exp: 'eˣ', log: 'log', sigmoid: 'σ', abs: '|x|',
};

const at = ({ x, y }) => `translate(${tenth(x)} ${tenth(y)})`;
const flagClass = flag => (flag ? `flagged ${flag}` : '');

function itemMarkup(item) {
  switch (item.kind) {
    case 'module': return moduleMarkup(item);
    case 'in': case 'out': return portMarkup(item);
    case 'again': return againMarkup(item);
    case 'wire': return pieceMarkup(item);
    case 'use': return useMarkup(item);
    default: {
      const step = steps[item.number];
      if (graph.circuit) return step.kind === 'operation' ? gateMarkup(item, step) : leafMarkup(item, step);
      return step.kind === 'constant' ? constantMarkup(item, step) : cardMarkup(item, step);
    }
  }
}

// What can be selected: a group that is a button to the keyboard and to a screen reader.
const button = (item, classes, content, more = '') => html`<g class="item ${classes}" data-key="${item.key}"
  tabindex="-1" role="button" aria-label="${spoken(item.key)}"${more} transform="${at(item)}">${content}</g>`;

const badge = (flag, words, right) => {
  const width = words.length * 6 + 14;
  return html`<g class="badge"><rect x="${right - width}" y="-9" width="${width}" height="17" rx="8.5"/>
    <text x="${right - width / 2}" y="3">${words}</text></g>`;
};

function cardMarkup(item, step) {
  const { width, height } = item, flag = step.flags[0];
  const operation = step.kind === 'operation', value = numberOf(step.value);
  const title = shortened(operation ? step.op : labelOf(step));
  const name = operation && step.name ? html`<tspan class="name" dx="7">${shortened(step.name)}</tspan>` : '';
  const corner = value == null ? html`<text class="shape" x="${width - 11}" y="18">${shapeText(step.shape)}</text>`
    : html`<text class="value" x="${width - 11}" y="18">${text(value)}</text>`;
  return button(item, `card ${step.kind} ${flagClass(flag)}`, html`
    <rect class="face" width="${width}" height="${height}" rx="${operation ? 8 : 14}"/>
    <text class="label" x="12" y="18">${title}${name}</text>${corner}
    <rect class="track" x="12" y="31" width="40" height="4" rx="2"/>
    <rect class="level" x="12" y="31" width="${tenth(40 * level(step.grad?.norm))}" height="4" rx="2"/>
    <text class="grad" x="${width - 11}" y="37"></text>
    ${pipsMarkup(step, width / 2, height, 10, 0)}
    ${flag && badge(flag, flagText(flag, step), width - 8)}`);
}

function constantMarkup(item, step) {
  const value = numberOf(step.value), flag = step.flags[0];
  return button(item, `card constant ${flagClass(flag)}`, html`
    <rect class="face" width="${item.width}" height="${item.height}" rx="13"/>
    <text class="label" x="13" y="17">${shortened(labelOf(step))}</text>
    <text class="${value == null ? 'shape' : 'value'}" x="${item.width - 12}" y="17">${
      value == null ? shapeText(step.shape) : text(value)}</text>
    ${flag && badge(flag, flagText(flag, step), item.width - 8)}`);
}

function moduleMarkup(item) {
  const scope = scopes[item.number], { width, height } = item, flag = scope.flag;
  const counted = scope.flagged[flag] > 1 && !['nan', 'inf', 'lost'].includes(flag);
  const words = flag && `${counted ? `${scope.flagged[flag]} ` : ''}${flagText(flag)}`;
  const held = [count(scope.operations, 'op'), scope.parameters.length && count(scope.parameters.length, 'param')];
  return button(item, `module ${flagClass(flag)}`, html`
    <rect class="stack" x="4" y="4" width="${width}" height="${height}" rx="10"/>
    <rect class="face" width="${width}" height="${height}" rx="10"/>
    ${moduleName(scope, 13, 21)}
    <path class="plus" d="M${width - 22} 17h9M${width - 17.5} 12.5v9"/>
    <text class="shape start" x="13" y="39">${held.filter(Boolean).join(' · ')}</text>
    ${scope.gradNorm != null && html`<text class="grad" x="${width - 12}" y="39">∇ ${
      scope.lost ? 'NaN' : text(scope.gradNorm)}</text>`}
    <rect class="track" x="13" y="${height - 9}" width="${width - 26}" height="3" rx="1.5"/>
    <rect class="level" x="13" y="${height - 9}" width="${width - 26}" height="3" rx="1.5"/>
    ${flag && badge(flag, words, width - 30)}`, new Markup(' aria-expanded="false"'));
}

const moduleName = (scope, x, y) => html`<text class="label" x="${x}" y="${y}">${shortened(scope.name)}<tspan
  class="class" dx="7">${shortened(classOf(scope))}</tspan></text>`;

const boxMarkup = item => button(item, 'box', html`<rect class="face" width="${tenth(item.width)}"
  height="${tenth(item.height)}" rx="14"/>`, new Markup(' aria-expanded="true"'));

// An open module's name lies over the wires, and closes it.
function headingMarkup(item) {
  const scope = scopes[item.number];
  return html`<g class="heading" data-key="${item.key}" transform="${at(item)}">
    ${moduleName(scope, 14, 22)}
    <g class="close" data-close="${item.number}">
    <rect x="${tenth(item.width - 32)}" y="6" width="24" height="22" rx="6"/>
    <path class="plus" d="M${tenth(item.width - 25)} 17h10"/></g></g>`;
}

// Where a value enters or leaves a module; with its name, if the module is seen alone.
function portMarkup(item) {
  const { x, y, width } = item, step = steps[item.number];
  const middle = `translate(${tenth(x + width / 2)} ${tenth(y + width / 2)})`;
  if (item.depth || !state.root) return html`<circle class="port" r="2.4" transform="${middle}"/>`;
  const incoming = item.kind === 'in', target = incoming ? step : outsideUsers(item)[0] ?? step;
  const line = incoming ? -9 - 15 * lineOfLabel(item) : 18 + 15 * lineOfLabel(item);
  return html`<g class="outside" data-key="s${target.id}" transform="${middle}"><circle class="port" r="4"/>
    <text x="-4" y="${line}">${portWords(item)}</text></g>`;
}
const outsideUsers = item =>
  steps.filter(user => user.inputs.includes(item.number) && !chain(user.scope).includes(state.root));
const portWords = item => shortened(item.kind === 'in' ? `from ${nameOf(steps[item.number])}`
  : `to ${outsideUsers(item).map(nameOf).join(', ')}`, 28);

// Neighbouring ports have their names on different lines, so that all can be read.
function lineOfLabel(item) {
  if (!item.line) {
    const ends = []; // where the last name of each line ends
    const row = scene.items.filter(other => other.kind === item.kind && !other.depth);
    for (const port of row.sort((a, b) => (graph.circuit ? a.y - b.y : a.x - b.x))) {
      let line = ends.findIndex(end => graph.circuit || end < port.x);
      if (line < 0) line = ends.length;
      ends[line] = port.x + 7.4 * portWords(port).length + 8;
      port.line = { number: line };
    }
  }
  return item.line.number;
}

// A value that is shown a second time, beside a distant use of it.
const againMarkup = item => html`<g class="again" data-key="s${item.number}" role="link" tabindex="-1"
  aria-label="${nameOf(steps[item.number])}, used again" transform="${at(item)}">
  <rect class="face" width="${item.width}" height="${item.height}" rx="12"/>
  <text x="${item.width / 2}" y="16">↑ ${shortened(labelOf(steps[item.number]))}</text></g>`;

// A mark for each use of a value that is filled when its gradient has come: so one sees a step wait.
function pipsMarkup(step, x, y, dx, dy) {
  const n = step.terms.length;
  if (n < 2 || n > 8) return '';
  return html`<g class="pips">${step.terms.map((_, i) =>
    html`<circle cx="${x + (i - (n - 1) / 2) * dx}" cy="${y + (i - (n - 1) / 2) * dy}" r="3.6"/>`)}</g>`;
}

// ---- A circuit of single numbers, as the lecture draws it ----

function gateMarkup(item, step) {
  const radius = item.width / 2, sign = GATES[step.op] ?? step.op, flag = step.flags[0];
  return button(item, `gate ${flagClass(flag)}`, html`
    <circle class="face" cx="${radius}" cy="${radius}" r="${radius}"/>
    <text class="sign ${sign.length > 3 ? 'long' : ''}" x="${radius}" y="${radius}">${shortened(sign, 8)}</text>
    ${flag && badge(flag, flagText(flag, step), radius + 34)}`);
}

const leafMarkup = (item, step) => button(item, `variable ${step.kind} ${flagClass(step.flags[0])}`, html`
  <rect class="face" width="${item.width}" height="${item.height}" rx="8"/>
  <text class="variable-name" x="${item.width / 2}" y="${item.height / 2}">${
    step.name && shortened(labelOf(step))}</text>
  ${!step.name && html`<circle class="port" cx="${item.width - 4}" cy="${item.height / 2}" r="3"/>`}`);

// The piece of wire behind a gate: its value above, its gradient below, and the sum that it is.
function pieceMarkup(item) {
  const step = steps[item.number], middle = item.height / 2, { width } = item;
  const name = step.kind === 'operation' && step.name ? html`<tspan class="name">${shortened(step.name)}</tspan> ` : '';
  const value = step.value ? text(step.value.numbers) : 'not kept';
  const end = isCopied(step) ? width - SPLIT : width;
  const quiet = step.kind === 'constant' ? 'quiet' : '';
  return html`<g class="piece ${quiet}" data-key="s${step.id}" transform="${at(item)}">
    <rect class="touch" width="${width}" height="${item.height}"/>
    <path class="line" d="M0 ${middle}H${end}"/>
    <text class="value" x="7" y="${middle - 8}">${name}${value}</text>
    <text class="grad" x="7" y="${middle + 18}"></text>
    ${isCopied(step) && html`<text class="sum" x="7" y="${middle + 33}"></text>
      <circle class="copy" cx="${end}" cy="${middle}" r="3.5"/>`}
    ${step === output && html`<path class="head" d="M${width} ${middle}l-9 -4v8z"/>`}</g>`;
}

// The piece in front of a gate: upstream × local above, what flows on below: the chain rule in numbers.
function useMarkup(item) {
  const user = steps[item.number], slot = item.more, term = termAt(user, slot);
  const x = item.width / 2, middle = item.height / 2;
  const classes = term ? (term.local === 0 ? 'blocked' : '') : 'quiet';
  const rule = term && html`
    <text class="chain" x="${x}" y="${middle - 7}"><tspan class="grad">${text(numberOf(user.grad))}</tspan> × <tspan
      class="local">${text(term.local)}</tspan></text>
    <text class="chain" x="${x}" y="${middle + 15}">= <tspan class="grad strong">${text(term.numbers)}</tspan></text>`;
  return html`<g class="use ${classes}" data-use="${user.id}" data-key="s${user.inputs[slot]}" transform="${at(item)}">
    <path class="line" d="M0 ${middle}H${item.width}"/>${rule}</g>`;
}

// ---- Wires ----

// What flows back on a wire: its length, and whether all of it is finite. Null where nothing does.
function flow(uses) {
  const terms = uses.flatMap(([source, user]) => termsOf(source, user));
  return terms.length ? { norm: length(terms, term => term.norm), finite: terms.every(term => term.finite) } : null;
}

function wireMarkup(wire, far) {
  wire.flow ??= { of: flow(wire.uses) };
  const back = wire.flow.of, own = wire.uses.length ? null : steps[wire.source.number];
  const blocked = graph.circuit && wire.uses.length && back?.norm === 0;
  const quiet = own ? own.kind === 'constant' : !back;
  const classes = quiet ? 'quiet' : blocked ? 'blocked' : back && !back.finite ? 'lost' : '';
  const width = graph.circuit || far || !back ? 1.4 : 1.2 + 4.6 * level(back.norm);
  return html`<path class="wire ${classes}" d="${pathOfWire(wire)}" stroke-width="${tenth(width)}">${
    !far && !own && html`<title>${wireWords(wire, back)}</title>`}</path>`;
}

function wireWords({ uses }, back) {
  const [[source, user]] = uses, names = `${nameOf(steps[source])} → ${nameOf(steps[user])}`;
  const others = uses.length > 1 ? ` and ${count(uses.length - 1, 'more use')}` : '';
  const gradient = !back ? 'no gradient' : back.finite ? `gradient ‖${text(back.norm)}‖` : 'gradient not finite';
  return `${names}${others}: ${gradient}`;
}

function farMarkup(item) {
  if (!item.key && item.kind !== 'wire') return '';
  const flag = item.kind === 'module' ? scopes[item.number].flag : steps[item.number].flags[0];
  const kind = item.kind === 'module' ? 'module' : steps[item.number].kind;
  return html`<rect class="item dot ${kind} ${flagClass(flag)}" data-key="${item.key ?? ''}" transform="${at(item)}"
    width="${item.width}" height="${item.height}" rx="8"/>`;
}
