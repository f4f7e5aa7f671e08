"""autograd.utils.data.transforms: on one image and on batches, and again after the generator is set back."""

import numpy as np
import pytest

import autograd
from autograd.utils.data import DataLoader, Dataset
from autograd.utils.data import transforms as T

SHAPES = [(3, 6, 5), (7, 3, 6, 5)]


def pixels(*shape):
    return autograd.from_numpy(np.random.RandomState(0).randint(0, 256, shape).astype(np.uint8))


def augment():
    return T.Compose([T.RandomCrop(4, padding=1), T.RandomHorizontalFlip(), T.ToTensor(), T.Normalize([0.5], [0.2])])


@pytest.mark.parametrize("shape", SHAPES)
def test_bytes_become_numbers_up_to_one(shape):
    images = pixels(*shape)
    for transform in (T.ToTensor(), T.ToDtype(autograd.float32, scale=True)):
        out = transform(images)
        assert out.dtype == autograd.float32 and np.array_equal(out.numpy(), images.numpy().astype(np.float32) / 255)
        assert np.array_equal(transform(out).numpy(), out.numpy())  # floats are scaled already
    assert np.array_equal(T.ToDtype(autograd.float64)(images).numpy(), images.numpy())


def test_other_types_have_their_own_full_range():
    images = pixels(3, 2, 2)
    half = T.ToDtype(autograd.float64, scale=True)(images.to(autograd.int16) * 0 + 2**14)
    assert half.dtype == autograd.float64 and (half == 2**14 / (2**15 - 1)).all()
    mask = images > 128
    assert np.array_equal(T.ToDtype(autograd.float32, scale=True)(mask).numpy(), mask.numpy().astype(np.float32))
    assert T.ToDtype(autograd.uint8, scale=True)(images) is images


@pytest.mark.parametrize("images", [pixels(3, 2, 2), pixels(3, 2, 2) / 255])
def test_scaling_to_other_whole_numbers_is_refused(images):
    with pytest.raises(
        NotImplementedError, match=r"not to .*int64: compute it, as in \(255 \* images\)\.to\(.*uint8\)"
    ):
        T.ToDtype(autograd.int64, scale=True)(images)
    assert T.ToDtype(autograd.int64)(images).dtype == autograd.int64


@pytest.mark.parametrize("shape", SHAPES)
def test_normalize_goes_by_channel(shape):
    images, mean, std = pixels(*shape).float(), [1.0, 2.0, 3.0], [4.0, 5.0, 6.0]
    out = T.Normalize(mean, std)(images).numpy()
    for channel in range(3):
        expected = (images.numpy()[..., channel, :, :] - mean[channel]) / std[channel]
        assert np.array_equal(out[..., channel, :, :], expected.astype(np.float32))
    exact = T.Normalize([0.1307] * 3, [0.3081] * 3)(images.double())
    assert np.array_equal(exact.numpy(), (images.numpy().astype(np.float64) - 0.1307) / 0.3081)


def test_normalize_tells_what_is_wrong():
    with pytest.raises(TypeError, match="should be a float tensor"):
        T.Normalize([0.5], [0.5])(pixels(3, 4, 4))
    with pytest.raises(ValueError, match="mean has 3 numbers, the images 1 channels"):
        T.Normalize([0.5] * 3, [0.5] * 3)(pixels(1, 4, 4).float())
    with pytest.raises(ValueError, match="holds a zero"):
        T.Normalize([0.5], [0.0])


def test_crops_are_windows_of_the_padded_images_each_at_its_own_place():
    autograd.manual_seed(0)
    images = pixels(300, 2, 5, 4)
    crops = T.RandomCrop((5, 4), padding=1, fill=7)(images)
    assert crops.shape == images.shape and crops.dtype == images.dtype
    padded = np.pad(images.numpy(), ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=7)
    places = [
        next((y, x) for y in range(3) for x in range(3) if np.array_equal(old[:, y : y + 5, x : x + 4], new))
        for old, new in zip(padded, crops.numpy(), strict=True)
    ]
    assert set(places) == {(y, x) for y in range(3) for x in range(3)}


@pytest.mark.parametrize(
    "padding, widths", [(2, (2, 2, 2, 2)), ((1, 3), (1, 1, 3, 3)), ((1, 2, 3, 4), (1, 3, 2, 4)), (None, (0, 0, 0, 0))]
)
def test_the_border_has_torchvisions_order(padding, widths):
    left, right, top, bottom = widths
    image = pixels(3, 6, 5)
    whole = T.RandomCrop((6 + top + bottom, 5 + left + right), padding)(image)
    assert np.array_equal(whole.numpy(), np.pad(image.numpy(), ((0, 0), (top, bottom), (left, right))))


@pytest.mark.parametrize("mode", ["edge", "reflect"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_border_may_go_on_with_the_image(mode, shape):
    image = pixels(*shape)
    around = [(0, 0)] * (len(shape) - 2) + [(2, 2), (2, 2)]
    whole = T.RandomCrop((10, 9), padding=2, padding_mode=mode)(image)
    assert np.array_equal(whole.numpy(), np.pad(image.numpy(), around, mode=mode))


@pytest.mark.parametrize(
    "size, shape",
    [(4, (4, 4)), ([4], (4, 4)), ((4, 3), (4, 3)), (np.int64(4), (4, 4)), (autograd.Size([2, 5]), (2, 5))],
)
def test_a_size_is_one_number_or_two(size, shape):
    assert T.RandomCrop(size)(pixels(3, 6, 5)).shape == (3, *shape)


@pytest.mark.parametrize("size", [0, -1, 4.0, (1, 2, 3), (), (4, 2.5), "4", None])
def test_other_sizes_are_refused(size):
    with pytest.raises(ValueError, match=r"RandomCrop: size is one whole number above 0, or \(height, width\), not "):
        T.RandomCrop(size)


def test_crop_tells_what_is_wrong():
    with pytest.raises(ValueError, match=r"crop size \(8, 8\) is larger than input image size \(6, 5\)"):
        T.RandomCrop(8)(pixels(3, 6, 5))
    with pytest.raises(ValueError, match="'wrap' is none of constant, edge, reflect"):
        T.RandomCrop(8, padding_mode="wrap")
    with pytest.raises(ValueError, match="1, 2 or 4 numbers, not 3"):
        T.RandomCrop(8, padding=(1, 2, 3))
    with pytest.raises(ValueError, match=r"got the shape \(1, 1, 3, 6, 5\)"):
        T.RandomCrop(4)(pixels(1, 1, 3, 6, 5))


def test_each_image_is_mirrored_or_not():
    autograd.manual_seed(0)
    images = pixels(1000, 1, 2, 3)
    out = T.RandomHorizontalFlip(0.25)(images).numpy()
    mirrored = (out == images.numpy()[..., ::-1]).all(axis=(1, 2, 3))
    assert ((out == images.numpy()).all(axis=(1, 2, 3)) | mirrored).all()
    assert 0.2 < mirrored.mean() < 0.3
    image = pixels(1, 2, 3)
    assert np.array_equal(T.RandomHorizontalFlip(1)(image).numpy(), image.numpy()[..., ::-1])
    assert np.array_equal(T.RandomHorizontalFlip(0)(image).numpy(), image.numpy())
    with pytest.raises(ValueError, match="p is a probability"):
        T.RandomHorizontalFlip(2)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_run_that_goes_on_sees_the_same_images(shape):
    autograd.manual_seed(1)
    images, transform = pixels(*shape), augment()
    transform(images)
    state = autograd.get_rng_state()
    first = [transform(images).numpy() for _ in range(3)]
    autograd.set_rng_state(state)
    again = [augment()(images).numpy() for _ in range(3)]
    assert all(map(np.array_equal, first, again))
    assert not np.array_equal(first[0], first[1])


class Cropped(Dataset):
    """64 windows of one image."""

    def __len__(self):
        return 64

    def __getitem__(self, index):
        return T.Compose([T.RandomCrop(4), T.RandomHorizontalFlip()])(pixels(1, 9, 9))


@pytest.mark.parametrize("num_workers", [0, 3])
def test_a_seed_repeats_the_images_of_a_loader_whatever_the_order_of_its_threads(num_workers):
    def epoch():
        autograd.manual_seed(0)
        return np.concatenate([batch.numpy() for batch in DataLoader(Cropped(), batch_size=2, num_workers=num_workers)])

    first = epoch()
    assert len(np.unique(first, axis=0)) > 16
    assert all(np.array_equal(first, epoch()) for _ in range(5))


def test_compose_takes_several():
    with pytest.raises(TypeError, match="should be a list of callables, not a ToTensor"):
        T.Compose(T.ToTensor())


@pytest.mark.parametrize("transform", [T.ToTensor(), T.Normalize([1], [1]), T.RandomCrop(2), T.RandomHorizontalFlip()])
def test_only_images_are_taken(transform):
    with pytest.raises(TypeError, match=r"got a ndarray: make one with autograd.from_numpy\(\)"):
        transform(np.zeros((3, 4, 4)))
    with pytest.raises(ValueError, match=r"got the shape \(4, 4\)"):
        transform(autograd.zeros(4, 4))
