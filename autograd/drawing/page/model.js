'use strict';

// The graph as it was recorded, and what follows from it. Nothing in this file touches the page.

const graph = JSON.parse(document.getElementById('graph').textContent);

// Numbers that JSON does not know came as texts: "NaN", "Infinity".
const numeric = value => (Array.isArray(value) ? value.map(numeric) : value == null ? null : Number(value));

const summaryOf = fields => fields && {
  size: fields[0], norm: numeric(fields[1]), mean: numeric(fields[2]), std: numeric(fields[3]),
  minimum: numeric(fields[4]), maximum: numeric(fields[5]),
  zeros: fields[6], nan: fields[7] ?? 0, inf: fields[8] ?? 0, histogram: fields[9] ?? '', numbers: numeric(fields[10]),
};

const termOf = ([sender, slot, norm, total, finite, numbers, local]) => ({
  sender, slot, norm: numeric(norm), total: numeric(total), finite: Boolean(finite),
  numbers: numeric(numbers), local: numeric(local),
});

function stepOf(record, id) {
  const grad = summaryOf(record.grad), terms = (record.terms ?? []).map(termOf);
  if (terms.length === 1) terms[0].numbers ??= grad?.numbers ?? null; // told once
  return {
    id, op: '', kind: 'operation', name: '', dtype: record.shape ? 'float32' : '', inputs: [], ...record,
    order: record.order ?? null,
    line: record.line == null ? null : graph.lines[record.line],
    rule: record.rule == null ? '' : graph.rules[record.rule],
    slots: record.slots == null ? [] : graph.slots[record.slots],
    value: summaryOf(record.value), grad, terms,
    flags: [], // the kinds of findings about it, the gravest first
  };
}
const steps = graph.steps.map(stepOf);

const output = steps[steps.length - 1];
const turns = steps.filter(step => step.order != null).sort((a, b) => a.order - b.order);
turns.forEach((step, turn) => { step.turn = turn; }); // its place in the backward, without gaps

// A scope is a module, a run of steps, or (number 0) the whole graph.
const scopes = graph.scopes.map((scope, number) => ({ ...scope, number, children: [] }));
scopes.forEach(scope => { if (scope.parent != null) scopes[scope.parent].children.push(scope.number); });

const parents = new Map(); // scope -> the scopes around it from the outermost, itself last, without the whole graph
function chain(number) {
  if (!number) return [];
  if (!parents.has(number)) parents.set(number, [...chain(scopes[number].parent), number]);
  return parents.get(number);
}
const classOf = scope => (scope.kind === scope.name ? '' : scope.kind); // said where it tells more than the name
const pathOf = number => chain(number).map(scope => scopes[scope].name).join('.');

// Keys name what can be selected: "s12" is a step, "m3" a module.
const keyOf = (kind, number) => (kind === 'module' ? 'm' : 's') + number;
const stepAt = key => (key?.[0] === 's' ? steps[Number(key.slice(1))] : null);
const scopeAt = key => (key?.[0] === 'm' ? scopes[Number(key.slice(1))] : null);

// ---- Findings ----

const FLAGS = { // the gravest first
  nan: 'NaN starts here', inf: 'Inf starts here', exploding: 'exploding', dead: 'dead', vanishing: 'vanishing',
  unreached: 'no gradient', broadcast: 'broadcast', lost: 'NaN',
};
const GRAVITY = Object.keys(FLAGS);

for (const finding of graph.findings) for (const id of finding.steps) steps[id].flags.push(finding.kind);
const finite = summary => !summary || !(summary.nan || summary.inf);
for (const step of steps) {
  if (!finite(step.value) || !finite(step.grad)) step.flags.push('lost'); // downstream of where it began
  step.flags.sort((a, b) => GRAVITY.indexOf(a) - GRAVITY.indexOf(b));
}
const flagText = (flag, step) => {
  if (flag === 'lost' && step) return [step.value, step.grad].some(summary => summary?.nan) ? 'NaN' : 'Inf';
  if (flag === 'dead' && step?.value) return `dead ${Math.round(100 * step.value.zeros / step.value.size)} %`;
  return FLAGS[flag] ?? flag;
};

// ---- What a module holds in all ----

for (const scope of scopes) {
  Object.assign(scope, { operations: 0, parameters: [], turns: [], flagged: {}, lost: false, first: Infinity });
}
for (const step of steps) {
  for (const number of [0, ...chain(step.scope)]) {
    const scope = scopes[number];
    scope.first = Math.min(scope.first, step.id);
    if (step.kind === 'operation') scope.operations += 1;
    if (step.kind === 'parameter') scope.parameters.push(step);
    if (step.turn != null) scope.turns.push(step.turn);
    if (!finite(step.grad)) scope.lost = true;
    for (const flag of step.flags) scope.flagged[flag] = (scope.flagged[flag] ?? 0) + 1;
  }
}
const length = (list, of) => Math.sqrt(list.reduce((sum, item) => sum + (of(item) ?? 0) ** 2, 0));
for (const scope of scopes) {
  scope.turns.sort((a, b) => a - b);
  scope.flag = GRAVITY.find(flag => scope.flagged[flag]);
  const reached = scope.parameters.filter(step => step.grad);
  scope.gradNorm = reached.length ? length(reached, step => step.grad.norm) : null;
  const weights = length(reached, step => step.value?.norm);
  scope.ratio = reached.length && weights ? scope.gradNorm / weights : null;
}

// How many of an ascending list are below a bound.
function countBelow(list, bound) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < bound) low = middle + 1; else high = middle;
  }
  return low;
}

// ---- The gradient of a wire ----

const norms = steps.map(step => step.grad?.norm).filter(norm => norm > 0 && norm < Infinity).map(Math.log10);
const [least, most] = [Math.min(...norms, Infinity), Math.max(...norms, -Infinity)];

// Where a norm stands between the smallest and the largest of the graph, on a logarithmic scale from 0 to 1.
function level(norm) {
  if (!(norm > 0)) return 0;
  return Math.max(.04, Math.min(1, (Math.log10(norm) - least + .2) / (most - least + .4)));
}

const termsOf = (source, user) => steps[source].terms.filter(term => term.sender === user);
const termAt = (step, slot) => steps[step.inputs[slot]]?.terms.find(t => t.sender === step.id && t.slot === slot);

// ---- The backward, turn by turn. After `now` turns: ----

// how many terms of a step's gradient have arrived,
const arrived = (step, now) => step.terms.filter(term => steps[term.sender].turn < now).length;

// and how it stands: it has sent its gradients on, is sending them now, is complete and waits for its turn, waits for
// more terms, or nothing has come yet.
function stateOf(step, now) {
  if (step.turn == null) return 'none';
  if (step.turn < now) return step.turn === now - 1 ? 'now' : 'done';
  const count = arrived(step, now);
  if (count === step.terms.length && (count > 0 || step === output)) return 'ready';
  return count > 0 ? 'waiting' : 'unreached';
}

// ---- Words ----

const MINUS = '−';

// A number in a few characters, as Python's text_of writes it: 0, 0.0123, 12.3, 1.2e−7, NaN.
function text(value) {
  if (value == null) return '–';
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return String(value).replace('Infinity', 'Inf').replace('-', MINUS);
  const size = Math.abs(value);
  const digits = size < 1e-3 || size >= 1e5 ? value.toExponential(1)
    : size >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
  return digits.replaceAll('-', MINUS).replace('e+', 'e');
}
const signed = value => (value < 0 ? `(${text(value)})` : text(value));
const count = (n, noun) => `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;
const shapeText = shape => (shape == null ? '?' : shape.length ? shape.join('×') : 'scalar');
const shortened = (name, limit = 22) =>
  (name.length <= limit ? name : `${name.slice(0, limit - 9)}…${name.slice(-8)}`); // without its middle
const labelOf = step => step.label || step.name || step.op || step.kind;
const numberOf = summary => (typeof summary?.numbers === 'number' ? summary.numbers : null);
const normText = summary => (!summary ? '–' : summary.nan ? 'NaN' : summary.inf ? 'Inf' : text(summary.norm));

// A step's name among others: "fc1.weight", "h = relu", "mul #12".
function nameOf(step) {
  if (step.kind === 'operation') return step.name ? `${step.name} = ${step.op}` : `${step.op} #${step.id}`;
  if (step.kind !== 'parameter' || !step.scope || step.name.includes('.')) return step.name || labelOf(step);
  return `${scopes[step.scope].name}.${step.name}`;
}

// What a screen reader says of a card.
function spoken(key) {
  const step = stepAt(key), scope = scopeAt(key);
  if (scope) {
    const warning = scope.flag ? `, warning: ${flagText(scope.flag)}` : '';
    const norm = scope.gradNorm == null ? '' : `, gradient norm ${scope.lost ? 'NaN' : text(scope.gradNorm)}`;
    return `${scope.name}, ${scope.kind || 'module'}, ${count(scope.operations, 'operation')}${norm}${warning}`;
  }
  const value = numberOf(step.value) == null ? '' : `, value ${text(step.value.numbers)}`;
  const gradient = numberOf(step.grad) == null
    ? step.grad ? `, gradient norm ${normText(step.grad)}` : ', no gradient' : `, gradient ${text(step.grad.numbers)}`;
  const warning = step.flags.length ? `, warning: ${flagText(step.flags[0], step)}` : '';
  return `${nameOf(step)}, ${shapeText(step.shape)}${value}${gradient}${warning}`;
}

// ---- Markup in which every value is escaped, unless it is markup itself ----

class Markup {
  constructor(source) { this.source = source; }
}
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
function escaped(value) {
  if (value instanceof Markup) return value.source;
  if (Array.isArray(value)) return value.map(escaped).join('');
  if (value == null || value === false) return '';
  return String(value).replace(/[&<>"']/g, character => ENTITIES[character]);
}
const html = (parts, ...values) =>
  new Markup(parts.map((part, i) => (i ? escaped(values[i - 1]) : '') + part).join(''));
const fill = (element, markup) => { element.innerHTML = escaped(markup); };
const find = id => document.getElementById(id);

// ---- What the person has done ----

const state = {
  open: new Set(), // the modules that are open in place
  root: 0, // the scope that is seen alone; 0 is the whole graph
  selected: null, // a key
  now: turns.length, // how many turns of the backward have passed
};
const stepping = () => state.now < turns.length;
