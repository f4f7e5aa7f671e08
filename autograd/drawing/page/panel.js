// The panel at the side: all that is known of what is selected, or of the whole graph.

const details = find('details');

function showPanel() {
  const step = stepAt(state.selected) ?? followed(), scope = scopeAt(state.selected);
  fill(details, scope ? moduleDetails(scope) : step ? stepDetails(step) : overview());
  find('panel').classList.toggle('chosen', Boolean(state.selected));
}

// With nothing selected the panel follows the backward.
const followed = () => (stepping() && state.now > 0 ? turns[state.now - 1] : null);

// ---- The whole graph ----

function overview() {
  const whole = scopes[0], value = numberOf(output.value);
  return html`<h2>${graph.circuit ? 'Circuit' : 'Overview'}</h2>
    <dl class="facts">
      <div><dt>operations</dt><dd>${whole.operations.toLocaleString('en')}</dd></div>
      <div><dt>${whole.parameters.length ? 'parameters' : 'leaves'}</dt><dd>${
        (whole.parameters.length || steps.filter(step => step.kind === 'leaf').length).toLocaleString('en')}</dd></div>
      <div><dt>${labelOf(output)}</dt><dd class="value">${value == null ? shapeText(output.shape) : text(value)}</dd></div>
    </dl>
    <h3>Findings</h3>
    ${graph.findings.length ? graph.findings.map(findingMarkup) : html`<p class="fine">${
      turns.length ? 'None: every gradient is finite, and every parameter is reached.' : 'No gradient was recorded.'}</p>`}
    ${whole.parameters.length > 1 && turns.length > 0 && html`<h3>Gradient norm of each parameter</h3>${profile(whole.parameters)}`}
    <h3>How to read it</h3>
    <p>Values flow ${graph.circuit ? 'to the right' : 'down'}, gradients flow back. Select anything to see its numbers;
      press <kbd>Space</kbd> to run the backward one step at a time and watch each step wait until all of its uses have
      sent their part.</p>`;
}

function findingMarkup(finding) {
  const index = graph.findings.indexOf(finding), n = finding.steps.length;
  return html`<button class="finding ${finding.kind}" data-finding="${index}"><b>${finding.title}</b>
    <span>${finding.text}</span><small>${finding.where}${n > 1 && html`<em>${n.toLocaleString('en')} steps: click for the next</em>`}</small></button>`;
}

// A bar for each parameter, on a logarithmic scale, from the input on the left to the output.
function profile(parameters) {
  const width = 280, height = 84, slot = width / parameters.length;
  const bars = parameters.map((step, i) => {
    const size = Math.max(2, level(step.grad?.norm) * (height - 6));
    return html`<rect class="${step.flags[0] ?? ''} ${step.grad ? '' : 'none'}" data-go="s${step.id}" x="${(i * slot).toFixed(2)}"
      y="${tenth(height - size)}" width="${Math.max(.6, slot * .8).toFixed(2)}" height="${tenth(size)}"><title>${
      nameOf(step)}: ${normText(step.grad)}</title></rect>`;
  });
  return html`<svg class="profile" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img"
    aria-label="Gradient norms of ${count(parameters.length, 'parameter')}, from ${text(10 ** least)} to ${text(10 ** most)}">${bars}</svg>
    <div class="axis"><span>first</span><span>log scale, ${text(10 ** least)} to ${text(10 ** most)}</span><span>last</span></div>`;
}

// ---- A module ----

function moduleDetails(scope) {
  const open = state.open.has(scope.number), path = pathOf(scope.number);
  const inside = step => chain(step.scope).includes(scope.number);
  const findings = graph.findings.filter(finding => finding.steps.some(id => inside(steps[id])));
  return html`<h2>${scope.name} <span class="class">${scope.kind}</span></h2>
    <p class="path">${path}${scope.description && html`<br>${scope.kind}(${scope.description})`}</p>
    <div class="actions"><button data-toggle="${scope.number}">${open ? 'Close' : 'Open'} <kbd>Enter</kbd></button>
      <button data-enter="${scope.number}">See it alone <kbd>o</kbd></button></div>
    <dl class="facts"><div><dt>operations</dt><dd>${scope.operations.toLocaleString('en')}</dd></div>
      <div><dt>‖∇‖</dt><dd class="grad">${scope.lost ? 'NaN' : text(scope.gradNorm)}</dd></div>
      <div><dt>‖∇‖ / ‖W‖</dt><dd>${text(scope.ratio)}</dd></div></dl>
    ${findings.length > 0 && html`<h3>Findings inside</h3>${findings.map(findingMarkup)}`}
    ${scope.parameters.length > 0 && html`<h3>Gradient norm of each parameter</h3>
      ${scope.parameters.length > 6 && profile(scope.parameters)}
      ${scope.parameters.slice(0, 24).map(step => rowButton(step, parameterName(step, path), normText(step.grad), level(step.grad?.norm)))}
      ${scope.parameters.length > 24 && html`<p class="fine">and ${scope.parameters.length - 24} more</p>`}`}`;
}
const parameterName = (step, path) => `${pathOf(step.scope)}.${labelOf(step)}`.slice(path.length + 1);

// ---- A step ----

function stepDetails(step) {
  const findings = graph.findings.filter(finding => finding.steps.includes(step.id));
  const operation = step.kind === 'operation';
  return html`<h2>${operation ? step.op : labelOf(step)}${operation && step.name && html` <span class="class">${step.name}</span>`}</h2>
    <p class="chips"><span>${shapeText(step.shape)}</span><span>${step.dtype}</span><span>${step.kind}</span><span>#${step.id}</span></p>
    ${step.scope > 0 && html`<p class="path"><button class="link" data-go="m${step.scope}">${pathOf(step.scope)}</button></p>`}
    ${step.line && html`<pre class="code"><b>${step.line[0]}</b>\n${step.line[1]}</pre>`}
    ${findings.map(findingMarkup)}
    ${summarySection('Value', 'value', step.value, 'value not kept: record with autograd.inspect()')}
    ${summarySection(html`Gradient <span class="of">∂${labelOf(output)} / ∂${step.name || 'this'}</span>`, 'grad', hiddenYet(step) ? null : step.grad, gradientMissing(step))}
    ${arrivalsSection(step)}
    ${step.rule && html`<h3>Local rule</h3><pre class="code rule">${step.rule}</pre>`}
    ${sendsSection(step)}`;
}

// A gradient is told when it is complete, not before: so one learns that a sum has to wait.
const hiddenYet = step => stepping() && ['waiting', 'unreached'].includes(stateOf(step, state.now));

function gradientMissing(step) {
  if (step.kind === 'constant') return 'A constant: no gradient is asked for.';
  if (!turns.length) return graph.note || 'No backward was recorded.';
  if (step.grad == null) return 'No gradient has come here.';
  const left = step.terms.length - arrived(step, state.now);
  return `Not complete at this turn: it waits for ${count(left, 'term')}.`;
}

function summarySection(title, kind, summary, missing) {
  if (!summary) return html`<h3>${title}</h3><p class="fine">${missing}</p>`;
  const single = numberOf(summary);
  if (single != null) return html`<h3>${title}</h3><p class="single ${kind}">${text(single)}</p>`;
  const percent = 100 * summary.zeros / summary.size;
  const facts = [['norm', text(summary.norm), kind], ['mean', text(summary.mean)], ['std', text(summary.std)],
    ['zeros', `${percent > 0 && percent < 1 ? '<1' : Math.round(percent)} %`], ['min', text(summary.minimum)], ['max', text(summary.maximum)]];
  return html`<section class="${kind}"><h3>${title}</h3>
    <dl class="stats">${facts.map(([name, value, strong]) => html`<div><dt>${name}</dt><dd class="${strong ?? ''}">${value}</dd></div>`)}</dl>
    ${!finite(summary) && html`<p class="alarm">${summary.nan > 0 && `NaN: ${summary.nan.toLocaleString('en')}`} ${
      summary.inf > 0 && `Inf: ${summary.inf.toLocaleString('en')}`} of ${count(summary.size, 'element')}; the rest is told above</p>`}
    ${(summary.numbers == null || summary.size > 12) && histogram(summary)}${summary.numbers != null && matrix(summary.numbers, kind)}</section>`;
}

function histogram({ histogram: bins, minimum, maximum }) {
  if (!bins) return '';
  const zero = minimum < 0 && maximum > 0 ? -minimum / (maximum - minimum) * bins.length : null;
  return html`<svg class="histogram" viewBox="0 0 ${bins.length} 36" preserveAspectRatio="none" role="img"
    aria-label="Histogram from ${text(minimum)} to ${text(maximum)}">
    ${[...bins].map((bin, i) => {
      const height = parseInt(bin, 36);
      return html`<rect x="${i + .06}" y="${36 - height}" width=".88" height="${height}"/>`;
    })}
    ${zero != null && html`<line x1="${zero}" x2="${zero}" y1="0" y2="36"/>`}</svg>
    <div class="axis"><span>${text(minimum)}</span>${zero != null && html`<span>0</span>`}<span>${text(maximum)}</span></div>`;
}

// The numbers themselves: a row for a vector, a table for a matrix, tables for more dimensions.
function matrix(numbers, kind) {
  if (!Array.isArray(numbers)) return html`<span class="single ${kind}">${text(numbers)}</span>`;
  if (Array.isArray(numbers[0]?.[0])) return numbers.map(part => matrix(part, kind));
  const rows = Array.isArray(numbers[0]) ? numbers : chunks(numbers, 8);
  const largest = Math.max(...rows.flat().filter(Number.isFinite).map(Math.abs), 0);
  const shade = value => (largest && Number.isFinite(value) ? Math.round(4 * Math.abs(value) / largest) : 0);
  return html`<div class="matrix-scroll"><table class="matrix ${kind}"><tbody>${rows.map(row =>
    html`<tr>${row.map(value => html`<td class="shade-${shade(value)}">${text(value)}</td>`)}</tr>`)}</tbody></table></div>`;
}
const chunks = (list, size) => Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, i * size + size));

// ---- Where a gradient comes from, and where it goes ----

function arrivalsSection(step) {
  if (step === output && step.grad) {
    return html`<h3>Gradient arrives from</h3><p class="fine">The seed: ∂${labelOf(output)} / ∂${labelOf(output)} = 1. Here the backward begins.</p>`;
  }
  if (!step.terms.length) return '';
  const n = step.terms.length, came = arrived(step, state.now);
  const largest = Math.max(...step.terms.map(term => term.norm).filter(Number.isFinite), 0) || 1;
  const shown = step.terms.slice(0, 40);
  return html`<h3>Gradient arrives from ${n > 1 && html`<span class="of">${stepping() ? `${came} of ${n} so far` : count(n, 'path')}</span>`}</h3>
    ${shown.map(term => arrivalRow(step, term, largest))}
    ${n > shown.length && html`<p class="fine">and ${n - shown.length} more</p>`}
    ${n > 1 && html`<div class="sum"><span>${came < n && stepping() ? 'sum so far' : `sum of ${n} paths`}</span><b>${sumText(step, came)}</b></div>`}
    ${n > 1 && literalSum(step)}`;
}

const inputWords = (user, slot) => (user.inputs.length > 1 ? ` · input ${slot + 1}` : '');

function arrivalRow(step, term, largest) {
  const sender = steps[term.sender], here = !stepping() || sender.turn < state.now;
  const words = !term.finite ? 'not finite' : typeof term.numbers === 'number' ? text(term.numbers) : `‖${text(term.norm)}‖`;
  return rowButton(sender, `${nameOf(sender)}${inputWords(sender, term.slot)}`, here ? words : 'not yet', term.finite ? term.norm / largest : 1,
    `${here ? '' : 'to-come'} ${term.finite ? '' : 'lost'}`);
}

function sumText(step, came) {
  if (came === step.terms.length && step.grad) {
    const single = numberOf(step.grad);
    return single == null ? `‖${normText(step.grad)}‖` : text(single);
  }
  const last = step.terms.filter(term => steps[term.sender].turn < state.now).at(-1);
  return last ? `‖${text(last.total)}‖` : '–';
}

// The sum in its numbers, of a small gradient.
function literalSum(step) {
  const terms = step.terms.filter(term => !stepping() || steps[term.sender].turn < state.now);
  if (!terms.length || terms.length > 12 || terms.some(term => term.numbers == null)) return '';
  const complete = terms.length === step.terms.length && step.grad?.numbers != null;
  if (typeof terms[0].numbers === 'number') {
    const line = terms.map((term, i) => (i ? signed(term.numbers) : text(term.numbers))).join(' + ');
    return html`<p class="literal">${line}${complete ? html` = <b>${text(step.grad.numbers)}</b>` : ' + …'}</p>`;
  }
  return html`<div class="literal">${terms.map((term, i) => html`<div class="addend"><span>${i ? '+' : ''}</span>${matrix(term.numbers, 'grad')}</div>`)}
    ${complete ? html`<div class="addend"><span>=</span>${matrix(step.grad.numbers, 'grad')}</div>` : html`<div class="addend"><span>+</span>…</div>`}</div>`;
}

function sendsSection(step) {
  if (!step.inputs.some(input => input != null)) return '';
  const sent = step.inputs.map((input, slot) => input != null && sentRow(step, steps[input], slot));
  return html`<h3>Sends to</h3>${sent}`;
}

function sentRow(step, input, slot) {
  const term = termAt(step, slot), here = !stepping() || step.turn < state.now;
  if (!term) return rowButton(input, nameOf(input), 'no gradient', null, 'none');
  const words = !term.finite ? 'not finite' : typeof term.numbers === 'number' ? text(term.numbers) : `‖${text(term.norm)}‖`;
  const upstream = numberOf(step.grad);
  const rule = here && term.local != null && upstream != null && html`<span class="chain-line">${text(upstream)} ×
    <i>${text(term.local)}</i> = ${text(term.numbers)}</span>`;
  return rowButton(input, nameOf(input), here ? words : 'not yet', null, `${here ? '' : 'to-come'} ${term.finite ? '' : 'lost'}`, rule);
}

// A line that leads to a step: its name, a number, and a bar.
function rowButton(step, name, words, share = null, classes = '', more = '') {
  const bar = share != null && html`<svg class="bar" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="3" class="rest"/>
    <rect width="${tenth(Math.max(1, 100 * share))}" height="3"/></svg>`;
  return html`<button class="entry ${classes}" data-go="s${step.id}"><span>${name}</span><b>${words}</b>${more}${bar}</button>`;
}

// A second click on a finding goes on to its next step.
function followFinding(finding) {
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
