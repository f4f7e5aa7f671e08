import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import autograd
import nn
import optim
from autograd.utils.data import DataLoader, TensorDataset
from demos import DemoError
from demos.training import Checkpoint, evaluate, fit, predict

ROOT = Path(__file__).parents[2]


def toy(epochs, checkpoint=None, augment=None, seed=0):
    """A net with dropout, a shuffled loader, momentum and a schedule: all that a checkpoint must bring back."""
    autograd.manual_seed(seed)
    images = autograd.randn(24, 5)
    data = TensorDataset(images, (images[:, 0] > 0).long())
    model = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 2))
    loader = DataLoader(data, batch_size=8, shuffle=True)
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=4 * len(loader))
    history = fit(model, loader, data, optimizer, scheduler, epochs, augment, checkpoint=checkpoint)
    return model, history


def same(one, other):
    return all(autograd.equal(one[name], other[name]) for name in one)


@pytest.mark.demo
def test_a_training_learns_and_tells_each_epoch():
    _, history = toy(4)
    assert len(history) == 4 and set(history[0]) == {"loss", "accuracy", "test loss", "test accuracy"}
    assert history[-1]["test loss"] < history[0]["test loss"] < 0.9
    assert history[-1]["test accuracy"] > 0.8


@pytest.mark.demo
def test_a_training_goes_on_as_if_it_had_never_stopped(tmp_path):
    whole, history = toy(4)
    toy(2, Checkpoint(tmp_path / "c.npz", epochs=4))
    resumed, found = toy(4, Checkpoint(tmp_path / "c.npz", resume=True, epochs=4))
    assert found == history and same(resumed.state_dict(), whole.state_dict())


@pytest.mark.demo
def test_a_training_that_was_done_is_only_read_back(tmp_path):
    first = toy(4, Checkpoint(tmp_path / "c.npz", epochs=4))
    written = (tmp_path / "c.npz").read_bytes()
    again = toy(4, Checkpoint(tmp_path / "c.npz", resume=True, epochs=4))
    assert first[1] == again[1] and same(first[0].state_dict(), again[0].state_dict())
    assert (tmp_path / "c.npz").read_bytes() == written


@pytest.mark.demo
def test_ctrl_c_keeps_the_last_whole_epoch(tmp_path, capsys):
    calls = []

    def interrupted(images):
        calls.append(images)
        if len(calls) == 5:  # in the second epoch of three batches
            raise KeyboardInterrupt
        return images

    with pytest.raises(KeyboardInterrupt):
        toy(4, Checkpoint(tmp_path / "c.npz", epochs=4), augment=interrupted)
    assert "c.npz keeps the last whole epoch: --resume goes on from there" in capsys.readouterr().out
    assert len(autograd.load(tmp_path / "c.npz")["history"]) == 1
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.demo
def test_without_resume_an_old_checkpoint_is_no_longer_there(tmp_path):
    toy(1, Checkpoint(tmp_path / "c.npz", epochs=1))
    Checkpoint(tmp_path / "c.npz", epochs=1)
    assert not list(tmp_path.iterdir())


@pytest.mark.demo
def test_a_checkpoint_of_other_options_is_refused(tmp_path):
    toy(1, Checkpoint(tmp_path / "c.npz", epochs=1, seed=0))
    with pytest.raises(DemoError, match=r"c.npz was made with --epochs 1, this run has --epochs 4: give the same"):
        toy(4, Checkpoint(tmp_path / "c.npz", resume=True, epochs=4, seed=0))


def test_many_images_are_scored_in_batches():
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Dropout(0.5), nn.Linear(3, 2))
    images = autograd.randn(7, 3)
    assert autograd.allclose(predict(model, images, batch_size=3), model[1](images))
    labels = model[1](images).argmax(dim=1)
    assert evaluate(model, images, labels)[1] == 1 and evaluate(model, images, 1 - labels)[1] == 0


def start(arguments, stdout=None):
    """Run a demo in a process of its own."""
    command = [sys.executable, "-m", "demos", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=stdout, stderr=subprocess.PIPE, text=True)


def wait_for_checkpoint(process, checkpoint: Path):
    while not checkpoint.exists():
        assert process.poll() is None, f"it ended before its checkpoint was there: {process.communicate()[1]}"
        time.sleep(0.002)


UNDRAWN = """
import sys
import demos.plots
demos.plots.save = lambda figure, path: None  # the pictures take more time than the training
from demos.__main__ import run
"""
DIES = """
import os, signal
from demos import training

save = training.Checkpoint.save

def save_and_die(self, history, **parts):
    save(self, history, **parts)
    if parts and len(history) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

training.Checkpoint.save = save_and_die
"""


@pytest.mark.demo
@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill -9")
@pytest.mark.parametrize("name", ["digits", "convnet", "two_layer"])
def test_a_demo_killed_and_resumed_ends_with_the_same_weights(name, tmp_path):
    def begin(folder, *more, before=""):
        words = [name, "--quick", "--epochs", "3", "--splits", "1", "--out", str(tmp_path / folder), *more]
        command = [sys.executable, "-c", f"{UNDRAWN}{before}sys.exit(run(sys.argv[1:]))", *words]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    uninterrupted, dying = begin("whole"), begin("killed", before=DIES)
    assert dying.wait(timeout=60) == -signal.SIGKILL
    assert len(autograd.load(tmp_path / "killed" / "checkpoint-0.npz")["history"]) == 2
    resumed = begin("killed", "--resume")
    assert [process.wait(timeout=60) for process in (uninterrupted, resumed)] == [0, 0]
    killed, whole = (autograd.load(tmp_path / folder / "checkpoint-0.npz") for folder in ("killed", "whole"))
    assert len(whole["history"]) == 3 and killed["history"] == whole["history"]
    assert same(killed["model"], whole["model"])
    assert autograd.equal(killed["random"], whole["random"])


@pytest.mark.demo
@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")
def test_ctrl_c_ends_a_demo_with_a_word(tmp_path):
    process = start(["digits", "--out", str(tmp_path)], stdout=subprocess.PIPE)
    wait_for_checkpoint(process, tmp_path / "checkpoint-0.npz")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "keeps the last whole epoch" in out and err.endswith("digits: stopped\n") and "Traceback" not in err
