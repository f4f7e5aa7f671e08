// The panel at the side: all that is known of what is selected, or of the whole graph.

const details = find('details');

function showPanel() {
  const step = stepAt(state.selected) ?? followed(), scope = scopeAt(state.selected);
  fill(details, scope ? moduleDetails(scope) : step ? stepDetails(step) : overview());
  find('panel').classList.toggle('chosen', Boolean(state.selected));
}

// With nothing selected the panel follows the backward.
const followed = () => (stepping() && state.now > 0 ? turns[state.now - 1] : null);

const heading = (words, aside = '') => html`<h3>${words}${aside && html` <span class="of">${aside}</span>`}</h3>`;
const fine = words => html`<p class="fine">${words}</p>`;
const fact = (name, value, kind = '') => html`<div><dt>${name}</dt><dd class="${kind}">${value}</dd></div>`;
const whole = number => number.toLocaleString('en');

// ---- The whole graph ----

function overview() {
  const { operations, parameters } = scopes[0], value = numberOf(output.value);
  const leaves = steps.filter(step => step.kind === 'leaf');
  const profiled = parameters.length > 1 && turns.length > 0 && !graph.circuit;
  const well = 'None: every gradient is finite, and every parameter is reached.';
  return html`<h2>${graph.circuit ? 'Circuit' : 'Overview'}</h2>
    <dl class="facts">
      ${fact('operations', whole(operations))}
      ${parameters.length ? fact('parameters', whole(parameters.length)) : fact('leaves', whole(leaves.length))}
      ${fact(labelOf(output), value == null ? shapeText(output.shape) : text(value), 'value')}
    </dl>
    ${heading('Findings')}
    ${graph.findings.map(findingMarkup)}
    ${!graph.findings.length && fine(turns.length ? well : 'No gradient was recorded.')}
    ${profiled && [heading('Gradient norm of each parameter'), profile(parameters)]}
    ${heading('How to read it')}
    <p>Values flow ${graph.circuit ? 'to the right' : 'down'}, gradients flow back. Select anything to see its numbers;
      press <kbd>Space</kbd> to run the backward one step at a time and watch each step wait until all of its uses have
      sent their part.</p>`;
}

function findingMarkup(finding) {
  const index = graph.findings.indexOf(finding), n = finding.steps.length;
  const more = n > 1 && html`<em>${whole(n)} steps: click for the next</em>`;
  return html`<button class="finding ${finding.kind}" data-finding="${index}"><b>${finding.title}</b>
    <span>${finding.text}</span><small>${finding.where}${more}</small></button>`;
}

// A bar for each parameter, on a logarithmic scale, from the input on the left to the output.
function profile(parameters) {
  const width = 280, height = 84, slot = width / parameters.length;
  const bars = parameters.map((step, i) => {
    const size = finite(step.grad) ? Math.max(2, level(step.grad?.norm) * (height - 6)) : height; // NaN has no length
    return html`<rect class="${step.flags[0] ?? ''} ${step.grad ? '' : 'none'}" data-go="s${step.id}"
      x="${(i * slot).toFixed(2)}" y="${tenth(height - size)}" width="${Math.max(.6, slot * .8).toFixed(2)}"
      height="${tenth(size)}"><title>${nameOf(step)}: ${normText(step.grad)}</title></rect>`;
  });
  const range = `${text(10 ** least)} to ${text(10 ** most)}`;
  return html`<svg class="profile" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img"
    aria-label="Gradient norms of ${count(parameters.length, 'parameter')}, from ${range}">${bars}</svg>
    <div class="axis"><span>first</span><span>log scale, ${range}</span><span>last</span></div>`;
}

// ---- A module ----

function moduleDetails(scope) {
  const open = state.open.has(scope.number), path = pathOf(scope.number);
  const inside = step => chain(step.scope).includes(scope.number);
  const findings = graph.findings.filter(finding => finding.steps.some(id => inside(steps[id])));
  return html`<h2>${scope.name} <span class="class">${classOf(scope)}</span></h2>
    <p class="path">${path}${scope.description && html`<br>${scope.kind}(${scope.description})`}</p>
    <div class="actions">
      <button data-toggle="${scope.number}">${open ? 'Close' : 'Open'} <kbd>Enter</kbd></button>
      <button data-enter="${scope.number}">See it alone <kbd>o</kbd></button>
    </div>
    <dl class="facts">
      ${fact('operations', whole(scope.operations))}
      ${fact('‖∇‖', scope.lost ? 'NaN' : text(scope.gradNorm), 'grad')}
      ${fact('‖∇‖ / ‖W‖', scope.lost ? 'NaN' : text(scope.ratio))}
    </dl>
    ${findings.length > 0 && [heading('Findings inside'), findings.map(findingMarkup)]}
    ${scope.parameters.length > 0 && parametersSection(scope.parameters, path)}`;
}

const LISTED = 24; // parameters of a module
function parametersSection(parameters, path) {
  const rows = parameters.slice(0, LISTED).map(step => {
    const name = `${pathOf(step.scope)}.${labelOf(step)}`.slice(path.length + 1);
    const share = finite(step.grad) ? level(step.grad?.norm) : null;
    return entry(step, name, normText(step.grad), { share, lost: share == null });
  });
  const left = parameters.length - LISTED;
  return [heading('Gradient norm of each parameter'), parameters.length > 6 && profile(parameters), rows,
    left > 0 && fine(`and ${whole(left)} more`)];
}

// ---- A step ----

function stepDetails(step) {
  const operation = step.kind === 'operation', name = operation && step.name;
  const chips = [shapeText(step.shape), step.dtype, step.kind, `#${step.id}`];
  const quotient = html`∂${labelOf(output)} / ∂${step.name || 'this'}`;
  return html`<h2>${operation ? step.op : labelOf(step)}${name && html` <span class="class">${name}</span>`}</h2>
    <p class="chips">${chips.map(chip => html`<span>${chip}</span>`)}</p>
    ${step.scope > 0 && html`<p class="path">${link(`m${step.scope}`, pathOf(step.scope))}</p>`}
    ${step.line && html`<pre class="code"><b>${step.line[0]}</b>\n${step.line[1]}</pre>`}
    ${graph.findings.filter(finding => finding.steps.includes(step.id)).map(findingMarkup)}
    ${summarySection(heading('Value'), 'value', step.value, 'value not kept: record with autograd.inspect()')}
    ${summarySection(heading('Gradient', quotient), 'grad', gradientNow(step), gradientMissing(step))}
    ${arrivalsSection(step)}
    ${step.rule && html`${heading('Local rule')}<pre class="code rule">${step.rule}</pre>`}
    ${sendsSection(step)}`;
}
const link = (key, words) => html`<button class="link" data-go="${key}">${words}</button>`;

// A gradient is told when it is complete, not before: so one learns that a sum has to wait.
const gradientNow = step =>
  (stepping() && ['waiting', 'unreached'].includes(stateOf(step, state.now)) ? null : step.grad);

function gradientMissing(step) {
  if (step.kind === 'constant') return 'A constant: no gradient is asked for.';
  if (!turns.length) return graph.note || 'No backward was recorded.';
  if (step.grad == null) return 'No gradient has come here.';
  return `Not complete at this turn: it waits for ${count(step.terms.length - arrived(step, state.now), 'term')}.`;
}

function summarySection(title, kind, summary, missing) {
  if (!summary) return [title, fine(missing)];
  const single = numberOf(summary);
  if (single != null) return [title, html`<p class="single ${kind}">${text(single)}</p>`];
  const few = summary.numbers != null && summary.size <= 12; // then the numbers say it all
  return html`<section class="${kind}">${title}
    <dl class="stats">
      ${fact('norm', text(summary.norm), kind)}${fact('mean', text(summary.mean))}
      ${fact('std', text(summary.std))}${fact('zeros', percent(summary.zeros / summary.size))}
      ${fact('min', text(summary.minimum))}${fact('max', text(summary.maximum))}
    </dl>
    ${!finite(summary) && html`<p class="alarm">${alarm(summary)}</p>`}
    ${!few && histogram(summary)}
    ${summary.numbers != null && matrix(summary.numbers, kind)}</section>`;
}

const percent = share => (share > 0 && share < .01 ? '<1 %' : `${Math.round(100 * share)} %`);

function alarm({ nan, inf, size }) {
  const parts = [nan && `NaN: ${whole(nan)}`, inf && `Inf: ${whole(inf)}`].filter(Boolean);
  return `${parts.join(', ')} of ${count(size, 'element')}; the numbers above are of the others`;
}

function histogram({ histogram: bins, minimum, maximum }) {
  if (!bins) return '';
  const zero = minimum < 0 && maximum > 0 ? -minimum / (maximum - minimum) * bins.length : null;
  const bars = [...bins].map((bin, i) => {
    const height = parseInt(bin, 36);
    return html`<rect x="${i + .06}" y="${36 - height}" width=".88" height="${height}"/>`;
  });
  return html`<svg class="histogram" viewBox="0 0 ${bins.length} 36" preserveAspectRatio="none" role="img"
    aria-label="Histogram from ${text(minimum)} to ${text(maximum)}">${bars}
    ${zero != null && html`<line x1="${zero}" x2="${zero}" y1="0" y2="36"/>`}</svg>
    <div class="axis"><span>${text(minimum)}</span><span>${text(maximum)}</span></div>`;
}

// The numbers themselves: a vector in rows as wide as the panel, a table of a matrix, tables of more dimensions.
function matrix(numbers, kind, largest = largestOf(numbers)) {
  if (!Array.isArray(numbers)) return html`<span class="single ${kind}">${text(numbers)}</span>`;
  if (Array.isArray(numbers[0]?.[0])) return numbers.map(part => matrix(part, kind, largest));
  const rows = Array.isArray(numbers[0]) ? numbers : chunks(numbers, columnsFor(numbers));
  const shade = value => (largest && Number.isFinite(value) ? Math.round(4 * Math.abs(value) / largest) : 0);
  const cells = row => row.map(value => html`<td class="shade-${shade(value)}">${text(value)}</td>`);
  return html`<div class="matrix-scroll"><table class="matrix ${kind}"><tbody>${
    rows.map(row => html`<tr>${cells(row)}</tr>`)}</tbody></table></div>`;
}
const largestOf = numbers => Math.max(0, ...[numbers].flat(Infinity).filter(Number.isFinite).map(Math.abs));
const columnsFor = numbers => {
  const longest = Math.max(...numbers.map(number => text(number).length));
  return Math.min(8, Math.floor(290 / (16 + 7.2 * longest)));
};
const chunks = (list, size) =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

// ---- Where a gradient comes from ----

const PATHS = 40; // that are listed

function arrivalsSection(step) {
  const title = 'Gradient arrives from', n = step.terms.length;
  if (step === output && step.grad) return [heading(title), fine(`${seedText(step)}: here the backward begins.`)];
  if (!n) return '';
  const came = arrived(step, state.now), partly = stepping() && came < n;
  const largest = Math.max(0, ...step.terms.map(term => term.norm).filter(Number.isFinite)) || 1;
  return html`${heading(title, n > 1 && (partly ? `${came} of ${n} so far` : count(n, 'path')))}
    ${step.terms.slice(0, PATHS).map(term => arrivalEntry(step, term, largest))}
    ${n > PATHS && fine(`and ${whole(n - PATHS)} more`)}
    ${n > 1 && html`<div class="sum"><span>${partly ? 'sum so far' : `sum of ${n} paths`}</span><b>${
      partly || step.hooked ? partialSum(step) : amount(step.grad)}</b></div>`}
    ${n > 1 && !step.hooked && literalSum(step)}
    ${step.hooked && !partly && fine('A hook then put another gradient in its place.')}`;
}

const seedText = step => (numberOf(step.grad) === 1
  ? `The seed, ∂${labelOf(step)} / ∂${labelOf(step)} = 1` : `The seed that backward was given, ${amount(step.grad)}`);

// A number itself, or the length of more.
const amount = ({ numbers, norm, nan, inf }) =>
  (typeof numbers === 'number' ? text(numbers) : nan ? 'NaN' : inf ? 'Inf' : `‖${text(norm)}‖`);
const termAmount = term => (term.finite ? amount(term) : 'not finite');
const hasCome = term => !stepping() || steps[term.sender].turn < state.now;

function arrivalEntry(step, term, largest) {
  const sender = steps[term.sender];
  const slot = sender.slots[term.slot] ? `as ${sender.slots[term.slot]}` : `input ${term.slot + 1}`;
  const input = sender.inputs.length > 1 ? ` · ${slot}` : '';
  const sums = step.terms.length > 1 && term.finite && typeof term.numbers !== 'number';
  return entry(sender, nameOf(sender) + input, hasCome(term) ? termAmount(term) : 'not yet', {
    share: term.finite ? term.norm / largest : 1, lost: !term.finite, toCome: !hasCome(term),
    before: sums && hasCome(term) && html`<small>Σ ‖${text(term.total)}‖</small>`, // (lengths do not add)
  });
}

function partialSum(step) {
  const last = step.terms.filter(hasCome).at(-1);
  return last ? `‖${text(last.total)}‖` : '–';
}

// The sum in its numbers, of a small gradient.
function literalSum(step) {
  const terms = step.terms.filter(hasCome);
  if (!terms.length || terms.length > 12 || terms.some(term => term.numbers == null)) return '';
  const complete = terms.length === step.terms.length && step.grad?.numbers != null;
  if (typeof terms[0].numbers === 'number') {
    const line = terms.map((term, i) => (i ? signed(term.numbers) : text(term.numbers))).join(' + ');
    return html`<p class="literal">${line}${complete ? html` = <b>${text(step.grad.numbers)}</b>` : ' + …'}</p>`;
  }
  const largest = largestOf([...terms, step.grad].map(part => part.numbers));
  const addend = (sign, numbers, classes = '') => html`<div class="addend ${classes}"><span>${sign}</span>${
    numbers ? matrix(numbers, 'grad', largest) : '…'}</div>`;
  return html`<div class="literal">${terms.map((term, i) => addend(i ? '+' : '', term.numbers))}
    ${complete ? addend('=', step.grad.numbers, 'total') : addend('+', null)}</div>`;
}

// ---- Where it goes ----

function sendsSection(step) {
  const sent = step.inputs.map((input, slot) => (input == null ? '' : sentEntry(step, steps[input], slot)));
  return sent.some(Boolean) && [heading('Sends to'), sent];
}

function sentEntry(step, input, slot) {
  const term = termAt(step, slot), upstream = numberOf(step.grad);
  if (!term) return entry(input, nameOf(input), 'no gradient', { none: true });
  const told = hasCome(term) && term.local != null && upstream != null;
  const rule = told && html`<span class="chain-line">${text(upstream)} × <i>${text(term.local)}</i> =
    ${text(term.numbers)}</span>`;
  const words = hasCome(term) ? termAmount(term) : 'not yet';
  return entry(input, nameOf(input), words, { lost: !term.finite, toCome: !hasCome(term), after: rule });
}

// A line that leads to a step: its name, a number, and a bar.
function entry(step, name, words, { share = null, lost, toCome, none, before, after } = {}) {
  const classes = [lost && 'lost', toCome && 'to-come', none && 'none'].filter(Boolean).join(' ');
  const bar = share != null && html`<svg class="bar" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
    <rect width="100" height="3" class="rest"/><rect width="${tenth(Math.max(1, 100 * share))}" height="3"/></svg>`;
  return html`<button class="entry ${classes}" data-go="s${step.id}"><span>${name}</span><b>${before}${words}</b>${
    after}${bar}</button>`;
}

// ---- Clicks ----

// A second click on a finding goes on to its next step.
function followFinding(finding) {
  if (!finding.steps.length) return; // it is of parameters outside the graph
  const place = finding.steps.indexOf(stepAt(state.selected)?.id);
  select(keyOf('step', finding.steps[(place + 1) % finding.steps.length]), { show: true });
}

details.addEventListener('click', event => {
  const target = event.target.closest('[data-go],[data-toggle],[data-enter],[data-finding]');
  if (!target) return;
  const { go, toggle: number, enter: alone, finding } = target.dataset;
  if (go) select(go, { show: true });
  if (number) { toggle(Number(number)); showPanel(); }
  if (alone) enter(Number(alone));
  if (finding) followFinding(graph.findings[Number(finding)]);
});
