"""What the tests of the learning-rate schedules share."""

import autograd
import optim


def sgd(lr=0.4, groups=1):
    """An optimizer whose groups have the rates lr, lr / 2, lr / 3, ..."""
    leaves = [autograd.tensor([1.0], requires_grad=True) for _ in range(groups)]
    return optim.SGD([{"params": [p], "lr": lr / (1 + index)} for index, p in enumerate(leaves)])


def curve(optimizer, scheduler, epochs=40):
    """The learning rate of the first group at each epoch from the present one."""
    rates = scheduler.get_last_lr()[:1]
    for _ in range(epochs):
        optimizer.step()
        scheduler.step()
        assert scheduler.get_last_lr() == [group["lr"] for group in optimizer.param_groups]
        rates = [*rates, scheduler.get_last_lr()[0]]
    return rates
