"""autograd.utils.data.datasets: small files in the published formats, in a folder and from a local server."""

import functools
import gzip
import hashlib
import http.server
import io
import sys
import tarfile
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd.utils.data import DataLoader, datasets
from autograd.utils.data.datasets import CIFAR10, MNIST, FashionMNIST
from autograd.utils.data.idx import read_idx

RNG = np.random.RandomState(0)
IMAGES = {"train": RNG.randint(0, 256, (6, 28, 28)), "t10k": RNG.randint(0, 256, (3, 28, 28))}
LABELS = {"train": np.array([5, 0, 9, 1, 5, 5]), "t10k": np.array([7, 2, 1])}


def idx(array):
    """The bytes of an IDX file."""
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
    return header + array.astype(np.uint8).tobytes()


def idx_files(ending=".gz"):
    """The four files of a small MNIST: their names and bytes."""
    files = {}
    for part in ("train", "t10k"):
        files[f"{part}-images-idx3-ubyte.gz"] = gzip.compress(idx(IMAGES[part]), mtime=0)
        files[f"{part}-labels-idx1-ubyte.gz"] = gzip.compress(idx(LABELS[part]), mtime=0)
    if ending != ".gz":
        return {name.removesuffix(".gz"): gzip.decompress(raw) for name, raw in files.items()}
    return files


def cifar_records(seed, count=2):
    """A label and 3,072 bytes, for each image."""
    rng = np.random.RandomState(seed)
    return np.concatenate([rng.randint(0, 10, (count, 1)), rng.randint(0, 256, (count, 3072))], axis=1).astype(np.uint8)


BATCHES = {f"data_batch_{i}.bin": cifar_records(i) for i in (1, 3, 4)}
BATCHES |= {
    "test_batch.bin": cifar_records(6),
    "data_batch_5.bin": cifar_records(5),
    "data_batch_2.bin": cifar_records(2),
}


def cifar_archive():
    """The archive of a small CIFAR-10, its members out of order, as they are in the published one."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, records in {**BATCHES, "batches.meta.txt": np.frombuffer(b"airplane\n", np.uint8)}.items():
            entry = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            entry.size = records.size
            archive.addfile(entry, io.BytesIO(records.tobytes()))
    return file.getvalue()


def small(dataset, files, mirrors=()):
    """A data set whose release consists of these files, at these addresses."""
    sums = {name: hashlib.sha256(raw).hexdigest() for name, raw in files.items()}
    release = replace(dataset.release, checksums=sums, mirrors=tuple(mirrors))
    return type(dataset.__name__, (dataset,), {"release": release, "records": 2})


def put(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, raw in files.items():
        (folder / name).write_bytes(raw)


def files_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def server(tmp_path):
    """A folder, and the address at which it is served."""
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def end_headers(self):
            if self.path.startswith("/short/"):  # promises more than it sends
                self._headers_buffer = [
                    line if not line.lower().startswith(b"content-length") else b"Content-Length: 1000000\r\n"
                    for line in self._headers_buffer
                ]
            super().end_headers()

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as instance:
        threading.Thread(target=instance.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{instance.server_port}/"
        instance.shutdown()


# Read from a folder


@pytest.mark.parametrize("place", [".", "MNIST/raw"])
@pytest.mark.parametrize("ending", [".gz", ""])
def test_mnist_is_read_packed_and_unpacked_from_the_folder_or_from_torchvisions_place_in_it(tmp_path, place, ending):
    put(tmp_path / place, idx_files(ending))
    digits = small(MNIST, idx_files())(tmp_path, train=True, download=False)
    assert digits.data.dtype == autograd.uint8 and digits.targets.dtype == autograd.int64
    assert np.array_equal(digits.data.numpy(), IMAGES["train"]) and np.array_equal(digits.targets, LABELS["train"])
    assert digits.images.shape == (6, 1, 28, 28) and digits.labels.tolist() == LABELS["train"].tolist()
    tests = small(MNIST, idx_files())(str(tmp_path), train=False, download=False)
    assert len(tests) == 3 and np.array_equal(tests.data.numpy(), IMAGES["t10k"])


def test_a_sample_is_an_image_and_its_class(tmp_path):
    put(tmp_path, idx_files())
    digits = small(MNIST, idx_files())(tmp_path)
    image, target = digits[2]
    assert image.shape == (1, 28, 28) and np.array_equal(image[0].numpy(), IMAGES["train"][2])
    assert target == 9 and type(target) is int
    assert digits.classes[target] == "9 - nine" and digits.class_to_idx["9 - nine"] == 9
    changed = small(MNIST, idx_files())(tmp_path, transform=lambda x: x.float() / 255, target_transform=lambda t: t + 1)
    assert changed[2][0].dtype == autograd.float32 and changed[2][1] == 10


@pytest.mark.parametrize("dataset", [MNIST, CIFAR10])
def test_a_transform_that_writes_leaves_the_data_alone(tmp_path, dataset):
    put(tmp_path, idx_files() | {name: records.tobytes() for name, records in BATCHES.items()})
    images = small(dataset, idx_files())(tmp_path, transform=lambda image: image.fill_(7))
    before = images.images.clone()
    assert (images[0][0] == 7).all() and (images.images == before).all()


def test_a_loader_stacks_the_samples(tmp_path):
    put(tmp_path, idx_files())
    images, labels = next(iter(DataLoader(small(MNIST, idx_files())(tmp_path), batch_size=4)))
    assert images.shape == (4, 1, 28, 28) and labels.tolist() == [5, 0, 9, 1]


def test_fashion_mnist_does_not_take_mnists_files(tmp_path):
    put(tmp_path / "MNIST/raw", idx_files())
    with pytest.raises(RuntimeError, match="FashionMNIST: Dataset not found"):
        small(FashionMNIST, idx_files())(tmp_path, download=False)
    put(tmp_path / "FashionMNIST/raw", idx_files())
    clothes = small(FashionMNIST, idx_files())(tmp_path, download=False)
    assert clothes.classes[clothes[2][1]] == "Ankle boot"


@pytest.mark.parametrize("place", [".", "cifar-10-batches-bin"])
def test_cifar10_is_read_from_unpacked_files(tmp_path, place):
    put(tmp_path / place, {name: records.tobytes() for name, records in BATCHES.items()})
    check_cifar(small(CIFAR10, {}), tmp_path)


def test_cifar10_is_read_from_the_archive(tmp_path):
    files = {"cifar-10-binary.tar.gz": cifar_archive()}
    put(tmp_path, files)
    check_cifar(small(CIFAR10, files), tmp_path)
    assert files_in(tmp_path) == ["cifar-10-binary.tar.gz"]


def check_cifar(dataset, folder):
    photographs = dataset(folder, download=False)
    records = np.concatenate([BATCHES[f"data_batch_{i}.bin"] for i in range(1, 6)])
    assert photographs.targets == records[:, 0].tolist() and type(photographs.targets[0]) is int
    assert photographs.data.shape == (10, 32, 32, 3) and photographs.data.dtype == np.uint8
    assert photographs.data[3, 0, 1].tolist() == records[3, [2, 1026, 2050]].tolist()  # red, green, blue
    assert np.array_equal(photographs.images.numpy(), records[:, 1:].reshape(-1, 3, 32, 32))
    image, target = photographs[3]
    assert image.shape == (3, 32, 32) and target == records[3, 0]
    assert dataset(folder, train=False, download=False).targets == BATCHES["test_batch.bin"][:, 0].tolist()


# What is wrong is told


def test_missing_files_are_named_with_their_place(tmp_path):
    with pytest.raises(RuntimeError) as caught:
        MNIST(tmp_path, download=False)
    text = str(caught.value)
    assert f"Dataset not found in {tmp_path}: download=True fetches it" in text
    assert all(name in text for name in MNIST.release.checksums) and str(tmp_path / "MNIST/raw") in text
    assert all(mirror in text for mirror in MNIST.release.mirrors)


def test_a_file_that_is_not_the_published_one_is_told_and_left_alone(tmp_path):
    put(tmp_path, idx_files() | {"train-labels-idx1-ubyte.gz": b"something else"})
    with pytest.raises(ValueError, match="train-labels-idx1-ubyte.gz is damaged, or is another file: its SHA-256 sum"):
        small(MNIST, idx_files())(tmp_path)
    assert (tmp_path / "train-labels-idx1-ubyte.gz").read_bytes() == b"something else"


@pytest.mark.parametrize(
    "raw, ndim, told",
    [
        (b"", 1, r"begins with the bytes , not 00 00 08 01"),
        (b"\x89PNG" + bytes(40), 3, "begins with the bytes 89 50 4e 47, not 00 00 08 03"),
        (idx(IMAGES["t10k"]), 1, "with 1 dimensions: it begins with the bytes 00 00 08 03"),
        (idx(IMAGES["t10k"])[:-1], 3, r"tells of the shape \(3, 28, 28\), and 2351 bytes follow"),
        (idx(IMAGES["t10k"]) + b"!", 3, r"tells of the shape \(3, 28, 28\), and 2353 bytes follow"),
        (idx(IMAGES["t10k"])[:9], 3, "its header is cut off, and 0 bytes follow"),
        (bytes([0, 0, 8, 1, 255, 255, 255, 255]), 1, r"tells of the shape \(-1,\), and 0 bytes follow"),
    ],
)
def test_a_damaged_idx_file_is_told(tmp_path, raw, ndim, told):
    path = tmp_path / "x-ubyte"
    path.write_bytes(raw)
    with pytest.raises(ValueError, match=told):
        read_idx(path, ndim)


def test_the_files_must_agree(tmp_path):
    put(tmp_path, idx_files("") | {"train-labels-idx1-ubyte": idx(LABELS["t10k"])})
    with pytest.raises(ValueError, match="MNIST: 6 images with 3 labels"):
        MNIST(tmp_path)
    put(tmp_path, {"train-labels-idx1-ubyte": idx(LABELS["train"] + 1)})
    with pytest.raises(ValueError, match="is 10, the last class 9"):
        MNIST(tmp_path)


def test_a_cifar_file_of_another_length_is_told(tmp_path):
    put(tmp_path, {"test_batch.bin": BATCHES["test_batch.bin"].tobytes()[:-1]})
    with pytest.raises(
        ValueError, match=r"test_batch\.bin is damaged: 2 records of 3073 bytes make 6146 bytes, and it"
    ):
        small(CIFAR10, {})(tmp_path, train=False)


@pytest.mark.parametrize("absent", ["pooch", "tqdm"])
def test_without_the_extra_a_download_says_what_to_install(tmp_path, monkeypatch, absent):
    if absent == "tqdm":
        monkeypatch.setitem(sys.modules, "pooch", sys)
    monkeypatch.setitem(sys.modules, absent, None)
    with pytest.raises(ImportError, match=rf"MNIST: a download needs {absent}, .*gategrad\[demos\].* or give root="):
        MNIST(tmp_path)


def test_what_is_published_can_be_named():
    for dataset in (MNIST, FashionMNIST, CIFAR10):
        assert len(dataset.classes) == 10 and len(dataset.mean) == len(dataset.std)
        assert all(len(bytes.fromhex(sum_)) == 32 for sum_ in dataset.release.checksums.values())
        assert len(dataset.release.mirrors) > 1 and all(mirror.endswith("/") for mirror in dataset.release.mirrors)
    assert datasets.MNIST is MNIST


# Downloads


@pytest.mark.demo
def test_files_come_from_the_first_mirror_that_serves_them_whole(tmp_path, server):
    served, address = server
    put(served / "damaged", dict.fromkeys(idx_files(), b"half of i"))
    put(served / "short", idx_files())
    put(served / "good", idx_files())
    mirrors = [f"{address}{name}/" for name in ("absent", "damaged", "short", "good")]
    digits = small(MNIST, idx_files(), ["http://127.0.0.1:9/", *mirrors])(tmp_path / "data")
    assert np.array_equal(digits.data.numpy(), IMAGES["train"])
    kept = ["MNIST/raw/train-images-idx3-ubyte.gz", "MNIST/raw/train-labels-idx1-ubyte.gz"]
    assert files_in(tmp_path / "data") == kept
    again = small(MNIST, idx_files(), mirrors=[])(tmp_path / "data", download=False)
    assert len(again) == 6


@pytest.mark.demo
def test_where_no_mirror_serves_a_file_whole_every_reason_is_told_and_nothing_kept(tmp_path, server):
    served, address = server
    put(served / "damaged", dict.fromkeys(idx_files(), b"half of i"))
    put(served / "short", idx_files())
    mirrors = ["http://127.0.0.1:9/", f"{address}absent/", f"{address}damaged/", f"{address}short/"]
    with pytest.raises(RuntimeError, match="MNIST: Error downloading train-images-idx3-ubyte.gz") as caught:
        small(MNIST, idx_files(), mirrors)(tmp_path / "data")
    _, *reasons, remedy = str(caught.value).splitlines()
    words = ["ConnectionError", "404", "hash", "IncompleteRead"]
    assert [word in reason for word, reason in zip(words, reasons, strict=True)] == [True] * 4, reasons
    assert f"put these files into {tmp_path / 'data/MNIST/raw'}: train-images-idx3-ubyte.gz, " in remedy
    assert files_in(tmp_path / "data") == []


@pytest.mark.demo
def test_without_a_folder_the_users_cache_is_used(tmp_path, server, monkeypatch):
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / project)
    served, address = server
    put(served, {"cifar-10-binary.tar.gz": cifar_archive()})
    photographs = small(CIFAR10, {"cifar-10-binary.tar.gz": cifar_archive()}, [address])
    assert len(photographs()) == 10
    assert files_in(tmp_path / "gategrad") == ["cifar-10-binary.tar.gz"]
    (served / "cifar-10-binary.tar.gz").unlink()
    assert len(photographs(train=False)) == 2


@pytest.mark.demo
def test_the_bar_shows_how_far_a_download_is(tmp_path, server, capfd):
    served, address = server
    put(served, idx_files())
    small(MNIST, idx_files(), [address])(tmp_path / "data")
    assert "100%" in capfd.readouterr().err


def test_home_is_found(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    put(Path(tmp_path) / "data", idx_files())
    assert len(small(MNIST, idx_files())("~/data", download=False)) == 6
