"""The training loop of the demos, and the checkpoint from which it goes on as if it had never stopped."""

from collections.abc import Callable
from pathlib import Path

import autograd
import nn.functional as F
from demos import DemoError, extra


class Checkpoint:
    """A file that holds a training as it stood after its last whole epoch.

    What decides how a training goes on is all in it: weights, optimizer, schedule, and where the random numbers stand
    (they shuffle, shift and drop). So a run that was killed ends, with ``--resume``, at the same weights, bit for bit.

    Parameters
    ----------
    path : the file; without `resume`, what an earlier run left there is deleted
    resume : go on from it, if it is there
    options : what the training depends on; a checkpoint that was made with others is refused
    """

    def __init__(self, path: Path, resume: bool = False, **options) -> None:
        self.path, self.options = path, options
        if not resume:
            path.unlink(missing_ok=True)

    def save(self, history: list[dict], **parts) -> None:
        """Write the state of each part (model, optimizer, scheduler), in one step."""
        states = {name: part.state_dict() for name, part in parts.items()}
        state = {"options": self.options, "history": history, "random": autograd.get_rng_state(), **states}
        autograd.save(state, self.path)

    def restore(self, **parts) -> list[dict]:
        """Put each part back into its state, and return the history so far; it is empty if there is no file yet."""
        if not self.path.exists():
            return []
        state = autograd.load(self.path)
        made_with = state.get("options", {})
        if made_with != self.options:
            differing = [name for name in self.options if made_with.get(name) != self.options[name]]
            there = " ".join(f"--{name} {made_with.get(name)}" for name in differing)
            here = " ".join(f"--{name} {self.options[name]}" for name in differing)
            raise DemoError(
                f"{self.path} was made with {there}, this run has {here}: "
                "give the same options, choose another --out, or leave out --resume to begin anew"
            )
        for name, part in parts.items():
            part.load_state_dict(state[name])
        autograd.set_rng_state(state["random"])
        return state["history"]


def fit(
    model,
    loader,
    test,
    optimizer,
    scheduler,
    epochs: int,
    augment: Callable | None = None,
    loss_function: Callable = F.cross_entropy,
    name: str | None = "",
    checkpoint: Checkpoint | None = None,
) -> list[dict]:
    """Train the model and return the loss and the accuracy of each epoch, in training and on the test images.

    Parameters
    ----------
    loader : gives the batches of training images and labels, in a new order in each epoch
    test : a TensorDataset, watched only: nothing is chosen by it
    scheduler : sets the learning rate after each batch
    augment : images -> images, what the model sees in place of the training images
    name : what the progress bar is called; None for no bar
    checkpoint : where the training is written down after each epoch, and taken up again
    """
    parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
    history = checkpoint.restore(**parts) if checkpoint else []
    try:
        with extra("tqdm").trange(epochs, initial=len(history), desc=name, unit="epoch", disable=name is None) as bar:
            while len(history) < epochs:
                loss, accuracy = train_epoch(model, loader, optimizer, scheduler, augment, loss_function)
                test_loss, test_accuracy = evaluate(model, *test.tensors)
                history.append(
                    {"loss": loss, "accuracy": accuracy, "test loss": test_loss, "test accuracy": test_accuracy}
                )
                if checkpoint:
                    checkpoint.save(history, **parts)
                bar.set_postfix_str(f"loss {loss:.3f}, test accuracy {test_accuracy:.1%}", refresh=False)
                bar.update()
    except KeyboardInterrupt:
        if checkpoint and checkpoint.path.exists():
            print(f"\n{checkpoint.path} keeps the last whole epoch: --resume goes on from there")
        raise
    return history


def train_epoch(model, loader, optimizer, scheduler=None, augment=None, loss_function=F.cross_entropy):
    """Go once through the batches of the loader; return the mean loss and the accuracy on the way."""
    model.train()
    loss_sum = right = seen = 0
    for images, labels in loader:
        logits = model(augment(images) if augment else images)
        loss = loss_function(logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        loss_sum += loss.item() * len(images)
        right += (logits.argmax(dim=1) == labels).sum().item()
        seen += len(images)
    return loss_sum / seen, right / seen


@autograd.no_grad()
def predict(model, images, batch_size: int = 1000):
    """The scores of the model, at rest, for many images: (N, ...) -> (N, C)."""
    model.eval()
    return autograd.cat([model(batch) for batch in images.split(batch_size)])


@autograd.no_grad()
def evaluate(model, images, labels) -> tuple[float, float]:
    """The mean loss and the accuracy of the model, at rest, on these images."""
    logits = predict(model, images)
    return F.cross_entropy(logits, labels).item(), (logits.argmax(dim=1) == labels).float().mean().item()
