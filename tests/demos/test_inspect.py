import pytest

from demos import inspect


@pytest.fixture(scope="module")
def found():
    """What is found in each entry of the gallery: kinds, and the steps of the first."""
    graphs = {name: make().graph() for name, (_, make) in inspect.GALLERY.items()}
    return {
        name: [(f.kind, [graph.steps[i] for i in f.steps]) for f in graph.findings] for name, graph in graphs.items()
    }


def test_the_planted_nan_is_found_at_its_root(found):
    ((kind, (step,)),) = found["deep"]
    assert kind == "nan" and step.op == "sqrt"
    assert step.module == ("model", "3", str(inspect.BLOCKS // 2), "norm2")
    assert step.line.text == "std = centred.square().mean(0).sqrt()"


def test_the_dead_layer_is_found_with_what_it_cuts_off(found):
    (dead, (relu,)), (vanishing, parameters) = found["dead"]
    assert (dead, relu.module) == ("dead", ("model", "4"))
    assert vanishing == "vanishing"
    assert [p.name for p in parameters] == ["1.weight", "1.bias", "3.weight", "3.bias", "5.weight"]


def test_the_others_are_healthy(found):
    assert {name for name, findings in found.items() if findings} == {"deep", "dead"}


def test_the_deep_net_has_about_three_thousand_operations():
    steps = inspect.deep().steps
    assert 2900 < sum(step.kind == "operation" for step in steps) < 3100


def test_it_writes_a_page_and_says_what_it_found(tmp_path, capsys):
    written = inspect.main(out=str(tmp_path), only="dead", quick=True)
    assert written == [tmp_path / "dead.html"] and "Dead ReLU" in written[0].read_text(encoding="utf-8")
    assert "Dead ReLU: 100% of its 2,048 outputs are 0" in capsys.readouterr().out
