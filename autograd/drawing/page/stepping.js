// The backward, turn by turn: the slider, the buttons, and the words that say what happens.

const slider = find('slider'), playButton = find('play');
let playing = 0; // the timer's number

// Go to a turn.
function goTo(turn, follow = true) {
  state.now = Math.max(0, Math.min(turns.length, turn));
  paint();
  if (!playing || paceOf().wait > 200) showPanel();
  showTurn();
  const current = stepping() && state.now > 0 ? standingFor(turns[state.now - 1]) : null;
  if (follow && current) show(current);
}

function showTurn() {
  slider.value = state.now;
  const current = stepping() && turns[state.now - 1];
  slider.setAttribute('aria-valuetext', `${state.now} of ${turns.length}${current ? `: ${nameOf(current)}` : ''}`);
  find('count').textContent = `${state.now.toLocaleString('en')} / ${turns.length.toLocaleString('en')}`;
  fill(find('status'), turnWords());
}

// What happens in this turn, in a sentence.
function turnWords() {
  if (!turns.length) return graph.note || 'No backward was recorded: values only.';
  if (!stepping()) return 'Backward complete.';
  const name = labelOf(output);
  if (state.now === 0) return html`Before the backward: it starts with the seed ∂${name} / ∂${name} = <b>1</b>.`;
  const step = turns[state.now - 1];
  const sent = step.inputs.map((input, slot) => [steps[input], termAt(step, slot)]).filter(([, term]) => term);
  if (!sent.length) {
    const paths = step.terms.length > 1 && `, the sum of ${step.terms.length} paths`;
    return html`<strong>${nameOf(step)}</strong> has its gradient: <b>${amount(step.grad)}</b>${paths}.`;
  }
  const parts = sent.slice(0, 4).map(([input, term], i) =>
    html`${i > 0 && ', '}<b>${termAmount(term)}</b> to ${nameOf(input)}${waits(input)}`);
  return html`<strong>${nameOf(step)}</strong> sends ${parts}${sent.length > 4 && ', …'}.`;
}

function waits(step) {
  const left = step.terms.length - arrived(step, state.now);
  return left ? `, which waits for ${left} more` : '';
}

// A whole run takes ten seconds at most; a short one a leisurely second for each turn.
const paceOf = () => {
  const wait = Math.max(16, Math.min(900, 10_000 / turns.length));
  return { wait, turns: Math.max(1, Math.round(turns.length * wait / 10_000)) };
};

function play() {
  if (!turns.length) return;
  if (playing) return pause();
  if (!stepping()) goTo(0);
  const pace = paceOf();
  find('status').setAttribute('aria-live', 'off'); // a screen reader could not keep up
  playing = setInterval(() => {
    goTo(state.now + pace.turns);
    if (!stepping()) pause();
  }, pace.wait);
  showPlaying();
}

function pause() {
  clearInterval(playing);
  playing = 0;
  find('status').setAttribute('aria-live', 'polite');
  showPlaying();
  showPanel();
}

function showPlaying() {
  playButton.querySelector('span').textContent = playing ? 'Pause' : 'Backward';
  playButton.querySelector('path').setAttribute('d', playing ? 'M4 3h3v10H4zM9 3h3v10H9z' : 'M4 2.5v11L13.5 8z');
}

const byHand = turn => { if (playing) pause(); goTo(turn); };
const stepOn = () => byHand(stepping() ? state.now + 1 : 1);
const stepBack = () => byHand(state.now - 1);
const toStart = () => byHand(0);
const toEnd = () => byHand(turns.length);

slider.max = turns.length;
slider.addEventListener('input', () => byHand(Number(slider.value)));
for (const control of document.querySelectorAll('footer button, footer input')) control.disabled = !turns.length;
