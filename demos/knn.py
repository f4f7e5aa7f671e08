"""The nearest images tell what an image shows: no training, and 98.3% of the digits right.

A query takes the label that most of its k nearest training images have. What is near is measured by the L1 distance,
the sum of |a - b| over the pixels, or by L2, the root of the sum of (a - b)². The distances are found in two loops,
in one and in none, which agree, and 5-fold cross-validation inside the training images chooses the distance and k.
"""

from pathlib import Path
from time import perf_counter

import numpy as np

import autograd
import nn.functional as F
from autograd import Tensor
from demos import data as datasets
from demos import extra, files, report, require
from demos.plots import knn as plots
from demos.plots import pictures

LECTURE = "Lecture 2"
NEIGHBOURS = (1, 3, 5, 8, 10, 12, 15, 20, 50, 100)
FOLDS = 5
TRAINING, TEST = 2000, 500  # of the larger sets, the first images only


def l1(differences: Tensor) -> Tensor:
    """The Manhattan distance: (*, D) -> (*)."""
    return differences.abs().sum(dim=-1)


def l2(differences: Tensor) -> Tensor:
    """The Euclidean distance: (*, D) -> (*)."""
    return differences.square().sum(dim=-1).sqrt()


METRICS = {"L1": l1, "L2": l2}


def two_loops(queries: Tensor, images: Tensor, metric: str) -> Tensor:
    """The distance of every query from every image: (Q, D), (N, D) -> (Q, N)."""
    distances = autograd.empty(len(queries), len(images))
    for i, query in enumerate(queries):
        for j, image in enumerate(images):
            distances[i, j] = METRICS[metric](query - image)
    return distances


def one_loop(queries: Tensor, images: Tensor, metric: str) -> Tensor:
    """The distances of one query from all images at a time: (Q, D), (N, D) -> (Q, N)."""
    return autograd.stack([METRICS[metric](query - images) for query in queries])


def no_loop(queries: Tensor, images: Tensor, metric: str) -> Tensor:
    """All distances at once; L2 by a matrix product, |a - b|² = |a|² - 2 a·b + |b|²: (Q, D), (N, D) -> (Q, N)."""
    if metric == "L1":
        return l1(queries[:, None] - images)  # Q * N * D numbers at once: no product takes the place of |a - b|
    squares = queries.square().sum(dim=1, keepdim=True) - 2 * queries @ images.T + images.square().sum(dim=1)
    return squares.clamp(min=0).sqrt()  # rounding may have left a little less than 0


WAYS = {"two loops": two_loops, "one loop": one_loop, "no loop": no_loop}
FASTEST = {"L1": one_loop, "L2": no_loop}


def predict(distances: Tensor, labels: Tensor, k: int) -> Tensor:
    """The label that most of the k nearest images have, the smaller one in a tie: (Q, N), (N,) -> (Q,)."""
    nearest = distances.topk(k, largest=False).indices
    return F.one_hot(labels[nearest]).sum(dim=1).argmax(dim=1)


def accuracy(distances: Tensor, labels: Tensor, truth: Tensor, k: int) -> float:
    return (predict(distances, labels, k) == truth).float().mean().item()


def cross_validate(images: Tensor, labels: Tensor, metric: str, neighbours: list[int]) -> np.ndarray:
    """The accuracies for each k, on each fold when the others are searched: (N, D), (N,) -> (K, FOLDS)."""
    distances = FASTEST[metric](images, images, metric)
    folds = autograd.randperm(len(images)).chunk(FOLDS)
    result = np.empty((len(neighbours), FOLDS))
    for column, held_out in enumerate(folds):
        rest = autograd.cat([fold for fold in folds if fold is not held_out])
        between = distances[held_out][:, rest]
        result[:, column] = [accuracy(between, labels[rest], labels[held_out], k) for k in neighbours]
    return result


def race(queries: Tensor, images: Tensor) -> list[tuple]:
    """For each metric and way: the time for each query, and the largest difference from two loops."""
    rows = []
    for metric in METRICS:
        expected = two_loops(queries, images, metric)
        for way, function in WAYS.items():
            start = perf_counter()
            distances = function(queries, images, metric)
            seconds = perf_counter() - start
            difference = (distances - expected).abs().max().item()
            rows.append((metric, way, f"{1000 * seconds / len(queries):.3f}", f"{difference:.1g}"))
    return rows


def choose(data: datasets.Data) -> tuple[dict[str, np.ndarray], list[int], str, int]:
    """Cross-validate both metrics for all k; return the accuracies, the ks, the best metric and its best k."""
    images, labels = vectors(data.training, TRAINING)
    neighbours = [k for k in NEIGHBOURS if k <= len(images) * (FOLDS - 1) // FOLDS]
    results = {metric: cross_validate(images, labels, metric, neighbours) for metric in METRICS}
    metric = max(results, key=lambda name: results[name].mean(axis=1).max())
    return results, neighbours, metric, neighbours[results[metric].mean(axis=1).argmax()]


def vectors(dataset, most: int) -> tuple[Tensor, Tensor]:
    """The first images as vectors (N, D), and their labels (N,)."""
    images, labels = dataset[:most]
    return images.flatten(1), labels


def show_neighbours(data: datasets.Data, distances: Tensor, said: Tensor, count: int = 7) -> list[tuple]:
    """For the mistakes, then for other test images: the image, its label, what was said, its nearest images."""
    truth = vectors(data.test, TEST)[1]
    wrong = (said != truth).nonzero().flatten().tolist()[:3]
    others = [i for i in range(len(said)) if i not in wrong][: 6 - len(wrong)]
    training, test = (pictures(part[:most][0].numpy()) for part, most in ((data.training, TRAINING), (data.test, TEST)))
    labels, rows = data.training.tensors[1], []
    for query in others + wrong:
        nearest = distances[query].topk(count, largest=False)
        places = zip(nearest.indices.tolist(), nearest.values.tolist(), strict=True)
        found = [(training[i], data.classes[labels[i]], distance) for i, distance in places]
        rows.append((test[query], data.classes[truth[query]], data.classes[said[query]], found))
    return rows


def draw_unit_balls(seed: int, path: Path) -> None:
    """Draw what is nearest in the plane, to some points at random, by each metric."""
    autograd.manual_seed(seed)
    points, labels = autograd.rand(18, 2) * 1.8 - 0.9, autograd.arange(18) % 3
    axis = autograd.linspace(-1, 1, 501)
    places = autograd.cartesian_prod(axis, axis)
    regions = {
        metric: predict(no_loop(places, points, metric), labels, k=1).reshape(501, 501).T.numpy() for metric in METRICS
    }
    plots.unit_balls(points.numpy(), labels.numpy(), regions, path)


def main(
    data: datasets.Name = "digits",
    data_dir: str | None = None,
    splits: int = 5,
    seed: int = 0,
    out: str = "runs/knn",
    quick: bool = False,
) -> list[float]:
    """Race the implementations; choose the distance and k, and test them, on each split. Return the accuracies.

    Parameters
    ----------
    data : the images; of the larger sets, the first 2,000 to search and 500 to test
    quick : two splits at most, and a shorter race
    """
    require(1, splits=splits)
    require(0, seed=seed)
    extra("tqdm"), extra("matplotlib")
    folder = files.folder(out)
    splits = 1 if data != "digits" else min(splits, 2) if quick else splits
    rows, accuracies = [], []
    for split in extra("tqdm").tqdm(range(seed, seed + splits), unit="split", leave=False):
        loaded = datasets.load(data, data_dir, split)
        autograd.manual_seed(split)
        results, neighbours, metric, k = choose(loaded)
        images, labels = vectors(loaded.training, TRAINING)
        queries, truth = vectors(loaded.test, TEST)
        distances = FASTEST[metric](queries, images, metric)
        said = predict(distances, labels, k)
        accuracies.append((said == truth).float().mean().item())
        rows.append((f"split {split}", metric, k, f"{results[metric].mean(axis=1).max():.2%}", f"{accuracies[-1]:.2%}"))
        if split == seed:
            raced = race(queries[: 10 if quick else 50], images[:200])
            plots.cross_validation(neighbours, results, metric, k, folder / "cross_validation.png")
            plots.neighbours(show_neighbours(loaded, distances, said), metric, k, folder / "neighbours.png")
            draw_unit_balls(seed, folder / "unit_balls.png")
    print(report.table(["metric", "distances", "ms a query", "off by"], raced))
    print(f"(among {min(200, len(images))} images; training takes no time, answering takes all of it)\n")
    print(report.table([data, "metric", "k", "cross-validation", "test"], rows))
    if splits > 1:
        print(report.over_splits(accuracies))
    report.print_files(folder, ["cross_validation.png", "neighbours.png", "unit_balls.png"])
    return accuracies
