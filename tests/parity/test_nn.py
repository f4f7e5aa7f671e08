"""Every layer and loss beside torch's: printed form, state_dict, values, slopes to second order, running statistics."""

import inspect
import warnings
from dataclasses import dataclass, field

import numpy as np
import pytest
from opcalls import assert_close

import autograd
import nn

torch = pytest.importorskip("torch")

TOLERANCE = {"float64": 1e-10, "float32": 1e-5}
Y = np.array([2, 0, 4, 1])
SIGNS = np.array([1.0, -1, -1, 1])


@dataclass
class Layer:
    """A layer's constructor, and what to call it with: shapes of random floats, or arrays.

    second : whether torch has a second order to compare with
    domain : the range that random inputs are drawn from, one for all or a list of one each
    inexact : torch's own error, where it computes in float32 what is float64
    """

    name: str
    args: tuple = ()
    inputs: list = None
    settings: dict = field(default_factory=dict)
    second: bool = True
    domain: tuple | list = (-2.0, 2.0)
    inexact: float = 0.0

    def __str__(self):
        settings = [
            f"{key}={'tensor' if isinstance(value, np.ndarray) else value}" for key, value in self.settings.items()
        ]
        return f"{self.name}({', '.join([*map(str, self.args), *settings])})"

    def make(self, library, modules, dtype):
        """The module in one of the two libraries; array settings become tensors."""

        def converted(value):
            if not isinstance(value, np.ndarray):
                return value
            return library.tensor(value.astype(dtype) if value.dtype.kind == "f" else value)

        settings = {key: converted(value) for key, value in self.settings.items()}
        kind = getattr(modules, self.name)
        if "dtype" in inspect.signature(kind).parameters:
            settings["dtype"] = getattr(library, dtype)
        module = kind(*map(converted, self.args), **settings)
        return module

    def arrays(self, dtype):
        rng = np.random.default_rng(len(str(self)))
        domains = self.domain if isinstance(self.domain, list) else [self.domain] * len(self.inputs)
        return [
            rng.uniform(*domain, value).astype(dtype)
            if isinstance(value, tuple)
            else value.astype(dtype)
            if value.dtype.kind == "f"
            else value
            for value, domain in zip(self.inputs, domains, strict=True)
        ]


IMAGES, ROWS, SEQUENCES = [(2, 4, 6, 5)], [(4, 5)], [(2, 4, 7)]
PAIR = [(4, 5), (4, 5)]
W5 = np.array([0.5, 1.0, 2.0, 0.3, 1.5])
WINDOWS = [dict(stride=2), dict(padding=1), dict(stride=(2, 1), padding=(0, 1)), dict(dilation=2)]

LAYERS = [
    Layer("Identity", (3,), ROWS),
    Layer("Linear", (5, 3), ROWS),
    Layer("Linear", (5, 3), [(2, 3, 5)], dict(bias=False)),
    Layer("Linear", (5, 1), [(5,)]),
    Layer("Bilinear", (5, 3, 2), [(4, 5), (4, 3)]),
    Layer("Bilinear", (5, 3, 2), [(2, 4, 5), (2, 4, 3)], dict(bias=False)),
    *[
        Layer("Conv2d", (4, 6, 3), IMAGES, settings)
        for settings in (
            {},
            *WINDOWS,
            dict(groups=2, bias=False),
            dict(padding="same"),
            dict(padding="same", dilation=2),
            dict(padding="valid"),
            dict(padding=1, padding_mode="reflect"),
            dict(padding=(2, 1), padding_mode="circular"),
            dict(padding=2, padding_mode="replicate"),
            dict(padding="same", padding_mode="circular"),
        )
    ],
    Layer("Conv2d", (4, 4, (2, 3)), [(4, 6, 5)], dict(groups=4, padding=(1, 2))),
    Layer("Conv2d", (4, 3, 1), IMAGES),
    Layer("Conv2d", (4, 3, (4, 2)), IMAGES, dict(padding="same")),
    Layer("Conv1d", (4, 6, 3), SEQUENCES, dict(stride=2, padding=2, dilation=2, groups=2)),
    Layer("Conv1d", (4, 2, 3), SEQUENCES, dict(padding=1, padding_mode="reflect")),
    Layer("Conv1d", (4, 2, 2), [(4, 7)]),
    Layer("Conv3d", (2, 2, (2, 3, 1)), [(1, 2, 4, 3, 3)], dict(padding=1, stride=(1, 2, 1))),
    *[
        Layer("ConvTranspose2d", (4, 6, 3), [(2, 4, 3, 4)], settings)
        for settings in (
            {},
            *WINDOWS,
            dict(stride=3, output_padding=(2, 1)),
            dict(groups=2, bias=False, stride=2),
            dict(dilation=3, output_padding=2),
        )
    ],
    Layer("ConvTranspose1d", (4, 2, 3), SEQUENCES, dict(stride=2, padding=1, output_padding=1)),
    Layer("ConvTranspose3d", (2, 3, 2), [(1, 2, 2, 3, 2)], dict(stride=2)),
    *[
        Layer("MaxPool2d", (2,), IMAGES, settings)
        for settings in ({}, dict(stride=1), dict(padding=1, ceil_mode=True), dict(dilation=(2, 1)))
    ],
    Layer("MaxPool2d", ((3, 2),), [(4, 6, 5)]),
    Layer("MaxPool1d", (3,), SEQUENCES, dict(stride=2)),
    Layer("MaxPool3d", (2,), [(1, 2, 4, 4, 2)]),
    *[
        Layer("AvgPool2d", (2,), IMAGES, settings)
        for settings in (
            {},
            dict(stride=1, padding=1),
            dict(padding=1, ceil_mode=True, count_include_pad=False),
            dict(divisor_override=3),
        )
    ],
    Layer("AvgPool1d", (3,), SEQUENCES, dict(padding=1)),
    Layer("AvgPool3d", (2,), [(1, 2, 4, 4, 2)]),
    Layer("LPPool2d", (2, 2), IMAGES, dict(stride=1), domain=(0.5, 2)),
    Layer("LPPool1d", (3, 2), SEQUENCES, domain=(0.5, 2)),
    Layer("LPPool3d", (2, 2), [(1, 2, 4, 4, 2)], domain=(0.5, 2)),
    Layer("AdaptiveAvgPool2d", ((3, None),), IMAGES),
    Layer("AdaptiveAvgPool2d", (1,), IMAGES),
    Layer("AdaptiveAvgPool1d", (3,), SEQUENCES),
    Layer("AdaptiveAvgPool3d", (2,), [(1, 2, 4, 3, 2)]),
    Layer("AdaptiveMaxPool2d", ((2, 3),), IMAGES),
    Layer("AdaptiveMaxPool1d", (3,), SEQUENCES),
    Layer("AdaptiveMaxPool3d", (2,), [(1, 2, 4, 3, 2)]),
    Layer("MaxUnpool2d", (2,), [(1, 2, 2, 2), np.array([[[[0, 3], [8, 10]], [[5, 2], [13, 15]]]])]),
    Layer("MaxUnpool1d", (2,), [(2, 2), np.array([[0, 3], [1, 2]])]),
    Layer("Flatten", (), IMAGES),
    Layer("Flatten", (0, 2), IMAGES),
    Layer("Unflatten", (1, (2, 2)), IMAGES),
    Layer("Dropout", (0.0,), ROWS),
    Layer("Dropout2d", (0.0,), IMAGES),
    Layer("AlphaDropout", (0.0,), ROWS),
    *[
        Layer(f"BatchNorm{n}d", (4,), inputs, settings)
        for n, inputs in ((1, [(3, 4)]), (1, [(2, 4, 3)]), (2, IMAGES), (3, [(2, 4, 2, 1, 2)]))
        for settings in (dict(eps=1e-2),)
    ],
    Layer("BatchNorm2d", (4,), IMAGES, dict(momentum=None)),
    Layer("BatchNorm2d", (4,), IMAGES, dict(affine=False), second=False),
    Layer("BatchNorm2d", (4,), IMAGES, dict(track_running_stats=False)),
    Layer("BatchNorm1d", (4,), [(3, 4)], dict(bias=False, momentum=0.5), second=False),
    Layer("LayerNorm", (5,), [(2, 3, 5)]),
    Layer("LayerNorm", ((3, 5),), [(2, 3, 5)], dict(eps=1e-2)),
    Layer("LayerNorm", ([5],), [(4, 5)], dict(bias=False), second=False),
    Layer("LayerNorm", (5,), [(4, 5)], dict(elementwise_affine=False), second=False),
    Layer("RMSNorm", (5,), [(2, 3, 5)]),
    Layer("RMSNorm", ((3, 5),), [(2, 3, 5)], dict(eps=1e-2, elementwise_affine=False)),
    Layer("GroupNorm", (2, 4), IMAGES),
    Layer("GroupNorm", (4, 4), [(3, 4, 3)], dict(affine=False), second=False),
    Layer("InstanceNorm2d", (4,), IMAGES, second=False),
    Layer("InstanceNorm2d", (4,), IMAGES, dict(affine=True)),
    Layer("InstanceNorm1d", (4,), SEQUENCES, dict(track_running_stats=True, momentum=0.3, affine=True)),
    Layer("InstanceNorm2d", (4,), [(4, 3, 3)], dict(affine=True)),
    Layer("LocalResponseNorm", (3,), IMAGES, dict(alpha=0.1)),
    Layer("Embedding", (5, 3), [Y]),
    Layer("Embedding", (5, 3), [Y.reshape(2, 2)], dict(padding_idx=2)),
    Layer("Embedding", (5, 3), [np.array([1, 1, 2])], dict(scale_grad_by_freq=True)),
    Layer("Embedding", (5, 3), [Y], dict(max_norm=1.0, norm_type=1.0)),
    Layer("EmbeddingBag", (5, 3), [Y.reshape(2, 2)], second=False),
    Layer("EmbeddingBag", (5, 3), [np.array([1, 2, 1, 4, 3]), np.array([0, 2, 2])], dict(mode="sum"), second=False),
    Layer("EmbeddingBag", (5, 3), [np.array([1, 2, 1, 4, 3]), np.array([0, 2, 2])], dict(mode="max"), second=False),
    Layer("EmbeddingBag", (5, 3), [np.array([1, 2, 1, 4, 3]), np.array([0, 2])], dict(padding_idx=1), second=False),
    *[
        Layer(name, (), ROWS)
        for name in (
            "ReLU",
            "ReLU6",
            "LeakyReLU",
            "ELU",
            "SELU",
            "CELU",
            "GELU",
            "SiLU",
            "Mish",
            "Sigmoid",
            "Tanh",
            "LogSigmoid",
            "Softsign",
            "Softplus",
            "Tanhshrink",
            "Hardtanh",
            "Hardswish",
            "Hardshrink",
            "Softshrink",
            "PReLU",
        )
    ],
    Layer("Hardsigmoid", (), ROWS, second=False, inexact=1e-7),
    Layer("LeakyReLU", (0.3, True), ROWS),
    Layer("ReLU", (True,), ROWS),
    Layer("ELU", (0.5, True), ROWS),
    Layer("PReLU", (4,), IMAGES),
    Layer("CELU", (0.5,), ROWS),
    Layer("GELU", ("tanh",), ROWS),
    Layer("Softplus", (2, 3.0), ROWS),
    Layer("Hardtanh", (-0.5, 1.5), ROWS),
    Layer("Threshold", (0.1, 20), ROWS),
    Layer("Hardshrink", (0.3,), ROWS),
    Layer("Softshrink", (0.3,), ROWS),
    Layer("GLU", (0,), ROWS),
    Layer("Softmax", (1,), ROWS),
    Layer("Softmax", (), ROWS),
    Layer("LogSoftmax", (-1,), IMAGES),
    Layer("Softmin", (0,), ROWS),
    Layer("Softmax2d", (), IMAGES),
    Layer("ReLU6", (True,), ROWS),
    Layer("SELU", (True,), ROWS),
    Layer("ZeroPad2d", (1,), IMAGES),
    Layer("ZeroPad1d", ((1, 2),), SEQUENCES),
    Layer("ConstantPad2d", ((1, 0, 2, 1), 3.0), IMAGES),
    Layer("ReflectionPad2d", (2,), IMAGES),
    Layer("ReplicationPad1d", ((2, 1),), SEQUENCES),
    Layer("CircularPad2d", (1,), IMAGES),
    Layer("ReplicationPad3d", (1,), [(1, 1, 2, 2, 2)]),
    Layer("Upsample", (), IMAGES, dict(scale_factor=2)),
    Layer("Upsample", ((9, 4),), IMAGES, dict(mode="bilinear")),
    Layer("Upsample", (), SEQUENCES, dict(scale_factor=1.5, mode="linear", align_corners=True)),
    Layer("UpsamplingNearest2d", ((9, 4),), IMAGES),
    Layer("UpsamplingBilinear2d", (), IMAGES, dict(scale_factor=2)),
    Layer("Upsample", (), [(1, 2, 2, 3, 2)], dict(scale_factor=2, mode="trilinear")),
    Layer("PixelShuffle", (2,), IMAGES),
    Layer("PixelUnshuffle", (2,), [(1, 2, 4, 6)]),
    Layer("ChannelShuffle", (2,), IMAGES),
    Layer("Unfold", ((2, 3),), IMAGES, dict(padding=1, stride=2)),
    Layer("Fold", ((6, 5), (2, 3)), [(2, 12, 15)]),
    Layer("CosineSimilarity", (), PAIR),
    Layer("PairwiseDistance", (), PAIR),
    Layer("PairwiseDistance", (1.0,), PAIR, dict(keepdim=True)),
]

REDUCTIONS = [{}, dict(reduction="sum"), dict(reduction="none")]
P = (0.05, 0.95)
SIMPLE = ("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss")

LOSSES = [
    *[Layer(name, (), PAIR, settings) for name in SIMPLE for settings in REDUCTIONS],
    Layer("SmoothL1Loss", (), PAIR, dict(beta=0.5)),
    Layer("SmoothL1Loss", (), PAIR, dict(beta=0.0)),
    Layer("HuberLoss", (), PAIR, dict(delta=0.5)),
    Layer("MSELoss", (), [(4, 5), (5,)]),
    *[
        Layer("CrossEntropyLoss", (), [(4, 5), Y], settings)
        for settings in (
            *REDUCTIONS,
            dict(weight=W5),
            dict(weight=W5, reduction="none"),
            dict(label_smoothing=0.2),
            dict(ignore_index=0),
            dict(weight=W5, label_smoothing=0.2, ignore_index=2),
            dict(weight=W5, label_smoothing=0.2, reduction="sum"),
            dict(weight=W5 * [1, 0, 1, 1, 1], label_smoothing=0.2),
        )
    ],
    *[
        Layer("CrossEntropyLoss", (), [(2, 5, 2), Y.reshape(2, 2)], settings)
        for settings in (*REDUCTIONS, dict(weight=W5))
    ],
    *[
        Layer("CrossEntropyLoss", (), PAIR, settings, domain=[(-2, 2), P])
        for settings in (*REDUCTIONS, dict(weight=W5, label_smoothing=0.2))
    ],
    Layer("CrossEntropyLoss", (), [(2, 5, 3), (2, 5, 3)], domain=[(-2, 2), P]),
    Layer("CrossEntropyLoss", (), [(5,), np.array(3)]),
    Layer("CrossEntropyLoss", (), [(5,), (5,)], domain=[(-2, 2), P]),
    *[Layer("NLLLoss", (), [(4, 5), Y], settings) for settings in (*REDUCTIONS, dict(weight=W5), dict(ignore_index=0))],
    Layer("NLLLoss", (), [(2, 5, 2, 1), Y.reshape(2, 2, 1)], dict(reduction="none")),
    *[
        Layer("MultiMarginLoss", (), [(4, 5), Y], settings, second=False)
        for settings in (*REDUCTIONS, dict(p=2), dict(p=2, margin=0.5, weight=W5), dict(weight=W5, reduction="none"))
    ],
    Layer("MultiLabelMarginLoss", (), [(2, 5), np.array([[3, 0, -1, 1, 2], [-1, 0, 1, 2, 3]])], second=False),
    Layer("MultiLabelMarginLoss", (), [(5,), np.array([3, 0, -1, 1, 2])], dict(reduction="none"), second=False),
    Layer("MultiLabelSoftMarginLoss", (), PAIR, dict(weight=W5), domain=[(-2, 2), P]),
    *[Layer("BCELoss", (), PAIR, settings, domain=P) for settings in (*REDUCTIONS, dict(weight=W5))],
    *[
        Layer("BCEWithLogitsLoss", (), PAIR, settings, domain=[(-3, 3), P])
        for settings in (*REDUCTIONS, dict(weight=W5), dict(pos_weight=W5))
    ],
    *[
        Layer("KLDivLoss", (), PAIR, settings, domain=[(-3, 0), P])
        for settings in (*REDUCTIONS, dict(reduction="batchmean"), dict(log_target=True))
    ],
    *[
        Layer("HingeEmbeddingLoss", (), [(4,), SIGNS.astype(int)], settings)
        for settings in (*REDUCTIONS, dict(margin=0.5))
    ],
    *[Layer("SoftMarginLoss", (), [(4,), SIGNS.astype(int)], settings) for settings in REDUCTIONS],
    *[
        Layer("MarginRankingLoss", (), [(4,), (4,), SIGNS.astype(int)], settings)
        for settings in (*REDUCTIONS, dict(margin=0.5))
    ],
    *[
        Layer("CosineEmbeddingLoss", (), [(4, 5), (4, 5), SIGNS.astype(int)], settings)
        for settings in (*REDUCTIONS, dict(margin=0.2))
    ],
    *[
        Layer("TripletMarginLoss", (), [(4, 5)] * 3, settings)
        for settings in (*REDUCTIONS, dict(swap=True), dict(p=1.0, margin=0.3))
    ],
    Layer("TripletMarginWithDistanceLoss", (), [(4, 5)] * 3),
    *[
        Layer("GaussianNLLLoss", (), [(4, 5), (4, 5), (4, 1)], settings, domain=[(-2, 2), (-2, 2), (0.1, 2)])
        for settings in (*REDUCTIONS, dict(full=True))
    ],
    *[
        Layer("PoissonNLLLoss", (), PAIR, settings, domain=[(0.1, 2), (0.5, 3)])
        for settings in (*REDUCTIONS, dict(full=True), dict(log_input=False))
    ],
]


def state_of(module):
    return {name: value.detach().numpy().copy() for name, value in module.state_dict().items()}


def run(layer, library, module, arrays, second):
    """The output, its slopes, and theirs, of one library."""
    tensors = [library.tensor(a, requires_grad=a.dtype.kind == "f") for a in arrays]
    leaves = [t for t in tensors if t.requires_grad] + list(module.parameters())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out = module(*[t.clone() if t.requires_grad else t for t in tensors])  # in-place layers need no leaf
    found = [out]
    if leaves and out.requires_grad:
        rng = np.random.default_rng(9)

        def draw(like):
            return library.tensor(rng.uniform(-1, 1, tuple(like.shape)).astype(arrays_dtype(like)))

        grad = autograd.grad if library is autograd else torch.autograd.grad
        firsts = grad(out, leaves, draw(out), create_graph=second, allow_unused=True)
        found += firsts
        recorded = [g for g in firsts if g is not None]
        weights = [draw(g) for g in recorded]
        pairs = [(g, w) for g, w in zip(recorded, weights, strict=True) if g.requires_grad]
        if second and pairs:
            found += grad([g for g, _ in pairs], leaves, [w for _, w in pairs], allow_unused=True)
    return [
        None if t is None else t.detach().numpy(force=True) if library is torch else t.detach().numpy() for t in found
    ]


def arrays_dtype(like):
    return str(like.dtype).removeprefix("torch.")


def compare(ours, theirs, tolerance, what):
    for place in range(max(len(ours), len(theirs))):
        one, other = (found[place] if place < len(found) else None for found in (ours, theirs))
        if one is None and other is None:
            continue
        one = np.zeros(other.shape, other.dtype) if one is None else one
        other = np.zeros(one.shape, one.dtype) if other is None else other
        assert one.dtype == other.dtype, f"{what}, result {place}: {one.dtype}, torch gives {other.dtype}"
        assert_close(one, other, tolerance, f"{what}, result {place}")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("layer", [*LAYERS, *LOSSES], ids=str)
def test_layer(layer, dtype):
    """In training and in evaluation: the same state in, the same results and state out."""
    theirs, ours = layer.make(torch, torch.nn, dtype), layer.make(autograd, nn, dtype)
    assert repr(ours) == repr(theirs)
    state = state_of(theirs)
    assert list(ours.state_dict()) == list(state)
    ours.load_state_dict({name: autograd.tensor(value) for name, value in state.items()})
    for mode in (True, False):
        ours.train(mode), theirs.train(mode)
        arrays = layer.arrays(dtype)
        second = layer.second and (mode or "Norm" not in layer.name)  # torch lacks the second order of evaluation
        compare(
            run(layer, autograd, ours, arrays, second),
            run(layer, torch, theirs, arrays, second),
            max(TOLERANCE[dtype], layer.inexact),
            f"{layer}, {'training' if mode else 'evaluation'}",
        )
    for name, value in state_of(theirs).items():
        assert_close(ours.state_dict()[name].numpy(), value, TOLERANCE[dtype], f"{layer}: {name}")
    theirs.load_state_dict({name: torch.tensor(value.numpy()) for name, value in ours.state_dict().items()})


DRAWN = [
    ("Linear", (400, 300), {}),
    ("Bilinear", (40, 30, 20), {}),
    ("Conv1d", (40, 30, 5), {}),
    ("Conv2d", (40, 30, 5), dict(groups=2)),
    ("Conv3d", (8, 6, 3), {}),
    ("ConvTranspose2d", (40, 30, 5), {}),
    ("Embedding", (300, 40), {}),
    ("EmbeddingBag", (300, 40), {}),
    ("PReLU", (5,), {}),
    ("BatchNorm2d", (5,), {}),
    ("LayerNorm", (5,), {}),
    ("GroupNorm", (2, 6), {}),
    ("RMSNorm", (5,), {}),
]


@pytest.mark.parametrize("name, args, settings", DRAWN, ids=[name for name, _, _ in DRAWN])
def test_start(name, args, settings):
    """Each parameter starts from the distribution of torch's: the same bounds and spread, and anew at each reset."""
    torch.manual_seed(0), autograd.manual_seed(0)
    theirs, ours = getattr(torch.nn, name)(*args, **settings), getattr(nn, name)(*args, **settings)
    for (key, right), (_, value) in zip(theirs.named_parameters(), ours.named_parameters(), strict=True):
        right, value = right.detach().numpy(), value.detach().numpy()
        assert value.dtype == right.dtype and value.shape == right.shape
        if right.std() == 0:
            np.testing.assert_array_equal(value, right)
            continue
        few = right.size < 1000
        assert value.std() == pytest.approx(right.std(), rel=0.5 if few else 0.06), key
        assert np.abs(value).max() == pytest.approx(
            np.abs(right).max(), rel=0.4 if few or "Embedding" in name else 0.02
        ), key
        assert abs(value.mean()) < 4 * right.std() / np.sqrt(right.size), key
    before = state_of(ours)
    ours.reset_parameters()
    if not name.endswith(("Norm", "Norm2d", "PReLU", "ReLU")):
        assert not np.array_equal(before["weight"], ours.weight.detach().numpy())


INDICES = np.arange(3)
MISUSES = [
    ("Linear", (3, 2), [(4, 5)]),
    ("Linear", (3, 2), [np.ones((4, 3))]),
    ("Bilinear", (0, 2, 3), None),
    ("Bilinear", (2, 3, 4), [(5, 2), (5, 4)]),
    ("Conv2d", (3, 4, 3), [(2, 8, 8, 3)]),
    ("Conv2d", (3, 4, 3), [(8, 8)]),
    ("Conv2d", (3, 4, 3), [(1, 3, 2, 2)]),
    ("Conv2d", (3, 4, 3), [np.ones((1, 3, 8, 8))]),
    ("Conv2d", (3, 4, 3, 0), [(1, 3, 8, 8)]),
    ("Conv2d", (3, 4, 3, 1, -1), [(1, 3, 8, 8)]),
    ("Conv2d", (3, 4, 3, 1, 0, 1, 2), None),
    ("Conv2d", (4, 3, 3, 1, 0, 1, 2), None),
    ("Conv2d", (3, 4, 3, 1, 0, 1, 0), None),
    ("Conv2d", (3, 4, 3, 1, "full"), None),
    ("Conv2d", (3, 4, 3, 2, "same"), None),
    ("Conv2d", (3, 4, 3, 1, 0, 1, 1, True, "mirror"), None),
    ("Conv2d", (3, -4, 3), None),
    ("Conv1d", (3, 4, 3), [(2, 3, 8, 8)]),
    ("ConvTranspose2d", (3, 4, 3), [(1, 4, 5, 5)]),
    ("ConvTranspose2d", (3, 4, 3, 1, 0, 1), [(1, 3, 5, 5)]),
    ("MaxPool2d", (9,), [(1, 3, 8, 8)]),
    ("MaxPool2d", (2, 2, 2), [(1, 3, 8, 8)]),
    ("MaxPool2d", (0,), [(1, 3, 8, 8)]),
    ("MaxPool2d", (2,), [(8, 8)]),
    ("AvgPool2d", (9,), [(1, 3, 8, 8)]),
    ("AvgPool2d", (2, 2, 2), [(1, 3, 8, 8)]),
    ("AdaptiveAvgPool2d", (-1,), [(1, 3, 8, 8)]),
    ("AdaptiveAvgPool2d", ((1, 2, 3),), [(1, 3, 8, 8)]),
    ("Unflatten", (1, 2), None),
    ("Unflatten", (1, (2, 3)), [(4, 5)]),
    ("Flatten", (3,), [(4, 5)]),
    ("Dropout", (1.5,), None),
    ("Dropout", (-0.1,), None),
    ("Dropout", (0.5,), [np.ones((2, 2), int)]),
    ("Dropout1d", (0.5,), [(3,)]),
    ("BatchNorm2d", (3,), [(2, 3, 4)]),
    ("BatchNorm1d", (3,), [(2, 3, 4, 5)]),
    ("BatchNorm1d", (3,), [(2, 4)]),
    ("BatchNorm1d", (3,), [(1, 3)]),
    ("BatchNorm2d", (3,), [(2, 5, 5, 3)]),
    ("LayerNorm", (4,), [(2, 3)]),
    ("LayerNorm", (4,), [np.ones((2, 4), int)]),
    ("GroupNorm", (3, 4), None),
    ("GroupNorm", (2, 4), [(2, 6, 4)]),
    ("GroupNorm", (2, 4), [(4,)]),
    ("RMSNorm", (4,), [(2, 3)]),
    ("InstanceNorm2d", (3,), [(2, 3)]),
    ("InstanceNorm2d", (3,), [(2, 3, 1, 1)]),
    ("Embedding", (3, 2), [np.array([3])]),
    ("Embedding", (3, 2), [np.array([-1])]),
    ("Embedding", (3, 2), [np.array([1.0])]),
    ("Embedding", (3, 2, 4), None),
    ("EmbeddingBag", (3, 2), [INDICES]),
    ("EmbeddingBag", (3, 2), [INDICES, np.array([1])]),
    ("PReLU", (3,), [(2, 4)]),
    ("GLU", (), [(3,)]),
    ("Softmax2d", (), [(2, 3)]),
    ("Softmax", (5,), [(2,)]),
    ("GELU", ("fast",), [(3,)]),
    ("ELU", (), [INDICES]),
    ("Hardtanh", (1, -1), None),
    ("CrossEntropyLoss", (), [(3, 5), np.array([0, 5, 1])]),
    ("CrossEntropyLoss", (), [(3, 5), np.array([0, -1, 1])]),
    ("CrossEntropyLoss", (), [(3, 5), INDICES[:2]]),
    ("CrossEntropyLoss", (), [(3, 5), INDICES.astype(np.int32)]),
    ("CrossEntropyLoss", (), [(3, 5), INDICES / 1.0]),
    ("CrossEntropyLoss", (), [(3, 5), np.zeros((3, 5), int)]),
    ("CrossEntropyLoss", (), [(3, 5), (3, 4)]),
    ("CrossEntropyLoss", (), [np.ones((3, 5), int), INDICES]),
    ("NLLLoss", (), [(3, 5), INDICES[:, None]]),
    ("NLLLoss", (), [(3, 5), INDICES + 3]),
    ("MSELoss", (None, None, "avg"), [(3,), (3,)]),
    ("MSELoss", (), [(3, 2), (3,)]),
    ("MSELoss", (), [INDICES, INDICES]),
    ("L1Loss", (), [(3, 2), (3,)]),
    ("BCELoss", (), [np.array([0.5, 1.5]), np.zeros(2)]),
    ("BCELoss", (), [(3, 2), (3,)]),
    ("BCEWithLogitsLoss", (), [(3, 2), (3,)]),
    ("KLDivLoss", (), [(3,), INDICES]),
    ("MultiMarginLoss", (3,), None),
    ("MultiMarginLoss", (), [(3, 5), INDICES + 3]),
    ("MultiMarginLoss", (), [(3, 5), INDICES[:2]]),
    ("MarginRankingLoss", (), [(3,), (3,), (3, 2)]),
    ("CosineEmbeddingLoss", (), [(3, 2), (3, 2), np.ones((3, 3))]),
    ("TripletMarginLoss", (0.0,), None),
    ("GaussianNLLLoss", (), [(3, 2), (3, 2), -np.ones((3, 1))]),
    ("PixelShuffle", (2,), [(1, 3, 2, 2)]),
    ("Fold", ((4, 4), 2), [(1, 5, 9)]),
]


@pytest.mark.parametrize(
    "name, args, inputs", MISUSES, ids=[f"{name}{args}{place}" for place, (name, args, _) in enumerate(MISUSES)]
)
def test_misuse(name, args, inputs):
    """The exception is torch's in type, and names the layer, or its op, and what was given."""

    def failure(library, modules):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                module = getattr(modules, name)(*args)
                if inputs is not None:
                    module(*[library.zeros(*v) if isinstance(v, tuple) else library.tensor(v) for v in inputs])
            except Exception as error:
                return error
        return None

    theirs, ours = failure(torch, torch.nn), failure(autograd, nn)
    assert theirs is not None, "torch accepts it: no misuse"
    assert type(ours) is type(theirs), f"torch: {theirs!r}; ours: {ours!r}"
    assert str(ours) and any(mark in str(ours) for mark in (":", name)), str(ours)


def test_the_other_way_round():
    """A model written for torch loads its state here, and ours loads there, buffers and all."""

    def model(modules):
        return modules.Sequential(
            modules.Conv2d(1, 4, 3), modules.BatchNorm2d(4), modules.ReLU(), modules.Flatten(), modules.Linear(16, 3)
        )

    theirs, ours = model(torch.nn), model(nn)
    theirs(torch.randn(5, 1, 4, 4))
    ours.load_state_dict({name: autograd.tensor(value.numpy()) for name, value in theirs.state_dict().items()})
    assert ours[1].num_batches_tracked.item() == 1
    x = np.random.default_rng(0).standard_normal((2, 1, 4, 4)).astype(np.float32)
    theirs.eval(), ours.eval()
    assert_close(
        ours(autograd.tensor(x)).detach().numpy(), theirs(torch.tensor(x)).detach().numpy(), 1e-5, "after loading"
    )


def test_signatures():
    """Every layer that both libraries have takes the same arguments in the same order with the same defaults."""
    for name in dir(nn):
        kind, right = getattr(nn, name), getattr(torch.nn, name, None)
        if not inspect.isclass(kind) or right is None or name in ("Identity", "Softmax2d", "Module", "Hardtanh"):
            continue
        ours, theirs = (
            [(p.name, p.default, p.kind) for p in inspect.signature(c).parameters.values()] for c in (kind, right)
        )
        if theirs and theirs[0][0] == "args":  # torch's layers without settings take anything
            continue
        assert ours == theirs, f"{name}: {ours}, torch has {theirs}"
