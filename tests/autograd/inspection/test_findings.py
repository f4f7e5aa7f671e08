"""Each finding on a net with that fault planted, and none on a healthy one."""

import autograd
import nn
import nn.functional as F
from autograd.inspection import read


def findings(loss, params=None):
    return {f.kind: f for f in read(loss, params).findings}


def net():
    autograd.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))


def loss_of(model):
    return F.cross_entropy(model(autograd.randn(8, 4)), autograd.randint(0, 3, (8,)))


def test_a_healthy_net_has_none():
    model = net()
    assert findings(loss_of(model), model) == {}


def test_nan_is_found_where_it_begins_not_where_it_goes():
    x = autograd.tensor([-1.0, 4.0], requires_grad=True)
    with autograd.inspect() as record:
        y = (x * 2).sqrt()
        ((y + 1) * 3).sum().backward()
    (value, *gradient) = [f for f in record.findings if f.kind == "nan"]
    assert [record.steps[i].op for i in value.steps] == ["sqrt"] and "1 of 2" in value.text
    assert value.where.startswith("test_findings.py:") and value.title == "NaN starts here"
    assert [record.steps[i].op for f in gradient for i in f.steps] == ["sqrt"]


def test_a_gradient_may_be_infinite_though_all_values_are_finite():
    x = autograd.tensor([0.0, 4.0], requires_grad=True)
    with autograd.inspect() as record:
        x.sqrt().sum().backward()
    (finding,) = record.findings
    assert finding.kind == "inf" and "sqrt receives a finite gradient and sends Inf" in finding.text


def test_dead_relu():
    model = net()
    with autograd.no_grad():
        model[0].bias.fill_(-100.0)
    found = findings(loss_of(model), model)
    assert "100% of its 128 outputs are 0" in found["dead"].text


def test_vanishing_and_exploding():
    model = net()
    assert findings(loss_of(model) * 1e-7, model)["vanishing"].text.startswith("4 parameters")
    assert len(findings(loss_of(model) * 1e7, model)["exploding"].steps) == 4


def test_parameters_never_reached():
    model, x = net(), autograd.randn(8, 4)
    h = model[1](model[0](x))
    with autograd.inspect(model) as record:
        loss = F.linear(h.detach(), model[2].weight).sum() + (model[0].weight * 0).detach().sum()
        loss.backward()
    (finding,) = record.findings  # of parameters that are not even in the graph
    assert finding.kind == "unreached" and "0.weight, 0.bias, 2.bias:" in finding.text and finding.steps == ()
    assert "No gradient" in str(record)
    w = autograd.randn(3, requires_grad=True)
    with autograd.inspect({"w": w}) as record:
        (loss,) = autograd.grad((w * 2).sum() + (y := autograd.ones(3, requires_grad=True)).sum(), [y])
    assert [f.kind for f in record.findings] == ["unreached"] and "w" in record.findings[0].text


def test_broadcast_in_a_loss():
    model, x, y = nn.Linear(3, 1), autograd.randn(5, 3), autograd.randn(5)
    with autograd.inspect(model):
        wrong, right = ((model(x) - y) ** 2).mean(), ((model(x).squeeze(1) - y) ** 2).mean()
        text = findings(wrong)["broadcast"].text
        assert findings(right) == {}
    assert "5×1 with 5" in text and "5×5" in text and "squeeze(1)" in text
