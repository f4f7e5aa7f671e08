import math

import pytest

from demos import DemoError, schedules

STEPS = 140
T = STEPS / 7
CLOSED_FORMS = {
    "constant": lambda t: 1,
    "step": lambda t: 1 if t < STEPS / 2 else 0.1 if t < STEPS * 3 / 4 else 0.01,
    "cosine": lambda t: (1 + math.cos(math.pi * t / STEPS)) / 2,
    "linear": lambda t: 1 - t / STEPS,
    "inverse sqrt": lambda t: 1 / math.sqrt(1 + 10 * t / STEPS),
}


@pytest.mark.parametrize("name", schedules.DECAYS)
def test_the_rates_from_the_start(name):
    rates = schedules.rates(schedules.DECAYS[name], STEPS, rate=0.5)
    assert rates == pytest.approx([0.5 * CLOSED_FORMS[name](t) for t in range(STEPS)])
    assert rates[0] == 0.5 and len(rates) == STEPS


@pytest.mark.parametrize("name", schedules.DECAYS)
def test_a_warmup_rises_to_the_start_and_then_leaves_the_schedule_alone(name):
    rates = schedules.rates(schedules.GROUPS["after a warm-up"][name], 100, rate=0.5)
    assert rates[:10] == pytest.approx([0.5 * (0.01 + 0.99 * t / 10) for t in range(10)])
    assert rates[10:] == pytest.approx(schedules.rates(schedules.DECAYS[name], 90, rate=0.5))


def test_restarts_double_their_length():
    rates = schedules.rates(schedules.restarts, STEPS, rate=0.5)
    tops = [t for t in range(1, STEPS) if rates[t] > rates[t - 1]]
    assert tops == [T, 3 * T] and all(rates[t] == 0.5 for t in (0, *tops))
    assert schedules.rates(schedules.restarts, STEPS - 1, rate=0.5)[-1] < 0.01  # no fourth one for the last step


def test_one_cycle_has_one_top():
    rates = schedules.rates(schedules.one_cycle, STEPS, rate=0.5)
    top = rates.index(max(rates))
    assert rates[:top] == sorted(rates[:top]) and rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[0] == pytest.approx(0.5 / 25) and rates[top] == pytest.approx(0.5, rel=1e-3) and rates[-1] < 1e-3
    assert top / STEPS == pytest.approx(0.3, abs=0.01)


@pytest.mark.demo
def test_the_linear_scaling_rule_holds_and_breaks():
    scaling = schedules.scale(schedules.datasets.load(), epochs=10, seed=0, factors=(1, 2, 4, 8, 16, 128))
    for factor in (2, 4, 8, 16):
        assert 0.8 < scaling.ratio(factor) < 1.25
    assert scaling.ratio(8, kept=True) > 4 and scaling.ratio(16, kept=True) > 10
    assert scaling.ratio(128) > 10


@pytest.mark.demo
def test_a_rate_that_falls_ends_lower():
    data = schedules.datasets.load()
    ends = {name: schedules.train(data, each, 10, 0).losses[-1] for name, each in schedules.DECAYS.items()}
    ends["cosine restarts"] = schedules.train(data, schedules.restarts, 10, 0).losses[-1]
    ends["one-cycle"] = schedules.train(data, schedules.one_cycle, 10, 0).losses[-1]
    assert max(loss for name, loss in ends.items() if name != "constant") < ends.pop("constant") / 2
    assert max(loss for name, loss in ends.items() if name != "step") < 0.03


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"seed": -1}])
def test_bad_options_are_told(wrong, tmp_path):
    with pytest.raises(DemoError, match="starts at"):
        schedules.main(out=str(tmp_path), **wrong)


@pytest.mark.demo
def test_all_is_trained_printed_and_drawn(tmp_path, capsys):
    trainings, scaling = schedules.main(quick=True, out=str(tmp_path))
    for group, each in trainings.items():
        assert set(each) == set(schedules.GROUPS[group])
        assert all(training.accuracies[-1] > 0.85 for training in each.values())
    assert set(scaling.scaled) == {1, 8, 128} and scaling.ratio(128) > 3
    printed = capsys.readouterr().out
    assert "inverse sqrt     after a warm-up" in printed and f"{scaling.ratio(8):.2f}" in printed
    for name in ("schedules.png", "scaling.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.demo
@pytest.mark.filterwarnings("error")
def test_the_same_seed_gives_the_same_numbers_even_in_one_epoch():
    data = schedules.datasets.load()
    once, again = (schedules.train(data, schedules.warmed_up(schedules.restarts), 1, 3, batch=512) for _ in range(2))
    assert once == again
