import operator
import os
import signal
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


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")
@pytest.mark.parametrize("moment", ["at once", "at work"])
def test_ctrl_c_stops_all_with_one_word(moment, tmp_path):
    (tmp_path / "pulse.py").write_text(PULSE)
    pulse = tmp_path / "one"
    process = subprocess.Popen(
        [sys.executable, "-c", f"import pulse; pulse.tap_in_parallel({str(pulse)!r})"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_for((tmp_path / "one.ready").exists if moment == "at once" else pulse.exists, "no process was started")
    os.killpg(process.pid, signal.SIGINT)  # what a terminal does: it reaches every process
    out, err = process.communicate(timeout=30)
    assert out == "stopped\n" and "Traceback" not in err and "leaked" not in err
    assert not pulse.exists() or beats(pulse) < 20


PULSE = """
import time
from demos.parallel import parallel

def beat(path):
    for _ in range(400):
        open(path, "a").write("x")
        time.sleep(0.05)

def beat_in_parallel(paths):
    parallel(beat, paths)

def tap(path):
    open(path, "a").write("x")
    time.sleep(0.2)

def tap_in_parallel(path):
    try:
        open(path + ".ready", "w").close()
        parallel(tap, [path] * 40)
    except KeyboardInterrupt:
        print("stopped")
"""


def beats(path):
    return path.stat().st_size


def wait_for(condition, complaint, seconds=20):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, complaint
        time.sleep(0.05)
    return found
