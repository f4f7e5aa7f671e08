"""What GPUs would do: questions are answered, precautions do nothing, and real work says what to do instead."""

import pytest

import autograd
from autograd import amp, cuda, devices


@pytest.mark.parametrize(
    "work",
    [
        lambda: autograd.ones(2).cuda(),
        lambda: autograd.ones(2).to("cuda:0"),
        lambda: autograd.ones(2, device="mps"),
        lambda: autograd.set_default_device("cuda"),
        lambda: cuda.set_device(0),
        lambda: cuda.get_device_name(),
        lambda: cuda.Stream(),
        lambda: autograd.device("xpu").__enter__(),
        lambda: autograd.accelerator.current_device_index(),
    ],
)
def test_work_on_a_gpu_says_what_to_do(work):
    with pytest.raises(RuntimeError, match=r"computes on the CPU only: ask autograd\.cuda\.is_available\(\)"):
        work()


def test_there_is_no_gpu():
    places = (cuda, autograd.mps, autograd.xpu, autograd.accelerator, autograd.backends.cudnn, autograd.backends.mps)
    assert not any(place.is_available() for place in places)
    assert cuda.device_count() == 0 and autograd.accelerator.current_accelerator() is None
    assert cuda.memory_allocated() == cuda.max_memory_reserved(0) == 0
    assert not autograd.backends.cuda.is_built() and autograd.backends.cudnn.version() is None


def test_precautions_do_nothing():
    for call in (cuda.empty_cache, cuda.synchronize, cuda.reset_peak_memory_stats, autograd.mps.empty_cache):
        assert call() is None
    assert cuda.manual_seed_all(3) is None and autograd.mps.manual_seed(3) is None


@pytest.mark.parametrize("make", [amp.autocast, amp.GradScaler])
def test_mixed_precision_on_the_cpu_is_refused_and_for_a_gpu_turned_off(make):
    with pytest.raises(RuntimeError, match="mixed precision is for GPUs: pass enabled=False"):
        make("cpu")
    with pytest.warns(UserWarning, match="no device 'cuda' here, so it does nothing"):
        assert make("cuda")._enabled is False
    assert make("cpu", enabled=False)._enabled is False


def test_a_scaler_that_is_off_passes_everything_through():
    class Optimizer:
        def step(self, closure=None):
            return closure

    scaler = amp.GradScaler(enabled=False)
    loss = autograd.ones(1)
    assert scaler.scale(loss) is loss and scaler.step(Optimizer(), 3) == 3
    assert scaler.get_scale() == 1.0 and scaler.state_dict() == {} and not scaler.is_enabled()


def test_decorators_of_mixed_precision_leave_functions_alone():
    def forward(ctx, x):
        return x

    assert amp.custom_fwd(forward) is forward and amp.custom_bwd(forward) is forward
    assert amp.custom_fwd(device_type="cuda")(forward) is forward
    assert amp.autocast("cpu", enabled=False)(forward)(None, 3) == 3


def test_devices():
    assert devices.device("cpu") == devices.device("cpu") != devices.device("cuda")
    assert str(devices.device("cuda", 1)) == "cuda:1" and devices.device(0).type == "cuda"
    assert repr(devices.device("cuda:1")) == "device(type='cuda', index=1)"
    with pytest.raises(RuntimeError, match="Expected one of cpu, cuda"):
        devices.device("fridge")
    x = autograd.ones(2)
    assert x.device.type == "cpu" and x.get_device() == -1 and x.is_cpu and not x.is_cuda
    assert x.to("cpu") is x and x.cpu() is x and x.pin_memory() is x and not x.is_pinned()
