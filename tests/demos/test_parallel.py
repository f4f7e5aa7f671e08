import operator
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demos.parallel import cores, parallel

pytestmark = pytest.mark.demo
ROOT = Path(__file__).parents[2]


def test_results_come_in_order():
    assert parallel(operator.mul, range(5), range(5)) == [0, 1, 4, 9, 16]
    assert cores() >= 1


def test_an_error_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        parallel(operator.truediv, [1, 1], [1, 0])


def test_no_process_outlives_a_killed_parent(tmp_path):
    (tmp_path / "pulse.py").write_text(PULSE)
    pulses = [tmp_path / "one", tmp_path / "two"]
    parent = subprocess.Popen(
        [sys.executable, "-c", f"import pulse; pulse.beat_in_parallel({[str(path) for path in pulses]})"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)])},
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: pulses[0].exists(), "no process was started")
    parent.kill()
    parent.wait()
    wait_for(lambda: beats(pulses[0]) == (time.sleep(0.3), beats(pulses[0]))[1], "a process lives on")


PULSE = """
import time
from demos.parallel import parallel

def beat(path):
    for _ in range(400):
        open(path, "a").write("x")
        time.sleep(0.05)

def beat_in_parallel(paths):
    parallel(beat, paths)
"""


def beats(path):
    return path.stat().st_size


def wait_for(condition, complaint, seconds=20):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, complaint
        time.sleep(0.05)
    return found
