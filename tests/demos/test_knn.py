import numpy as np
import pytest

import autograd
from demos import DemoError, knn
from demos.data import load


@pytest.mark.parametrize("metric, order", [("L1", 1), ("L2", 2)])
@pytest.mark.parametrize("way", knn.WAYS)
def test_all_ways_give_the_distances_that_the_formula_gives(metric, order, way):
    autograd.manual_seed(0)
    queries, images = autograd.randn(4, 6), autograd.randn(5, 6)
    expected = np.linalg.norm(queries.numpy()[:, None] - images.numpy(), ord=order, axis=2)
    assert np.allclose(knn.WAYS[way](queries, images, metric), expected, atol=1e-5)


@pytest.mark.parametrize("metric", knn.METRICS)
def test_an_image_is_at_no_distance_from_itself(metric):
    images = autograd.rand(20, 30) * 100
    distances = knn.no_loop(images, images, metric).numpy()
    assert np.isfinite(distances).all() and (distances.diagonal() < 1).all()


def test_most_of_the_nearest_decide_and_the_smaller_label_in_a_tie():
    distances = autograd.tensor([[1.0, 2.0, 3.0, 4.0, 5.0], [5.0, 4.0, 3.0, 2.0, 1.0]])
    labels = autograd.tensor([3, 1, 1, 0, 2])
    assert [knn.predict(distances, labels, k).tolist() for k in (1, 2, 3, 5)] == [[3, 2], [1, 0], [1, 0], [1, 1]]


def test_each_fold_is_held_out_of_the_images_that_are_searched():
    # Every image is its own class: only an image that finds itself would be right.
    images, labels = autograd.rand(20, 3), autograd.arange(20)
    assert (knn.cross_validate(images, labels, "L2", [1, 3]) == 0).all()
    # Every image has a twin of its class: it is right unless the twin is in the same fold.
    autograd.manual_seed(0)
    twins, classes = autograd.cat([images, images]), autograd.cat([labels, labels])
    results = knn.cross_validate(twins, classes, "L1", [1, 3])
    assert results.shape == (2, knn.FOLDS) and results[0].mean() > 0.5


def test_the_race_is_run_by_all_ways():
    rows = knn.race(autograd.rand(2, 4), autograd.rand(3, 4))
    assert [row[:2] for row in rows] == [(metric, way) for metric in ("L1", "L2") for way in knn.WAYS]
    assert all(float(row[3]) < 1e-6 for row in rows)


@pytest.mark.parametrize("wrong", [{"splits": 0}, {"seed": -1}])
def test_bad_options_are_told(wrong, tmp_path):
    with pytest.raises(DemoError, match="starts at"):
        knn.main(out=str(tmp_path), **wrong)


@pytest.mark.demo
def test_the_floor_is_reached_and_the_pictures_are_drawn(tmp_path, capsys):
    accuracies = knn.main(quick=True, out=str(tmp_path))
    assert np.mean(accuracies) >= 0.96 and len(accuracies) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "cross_validation.png",
        "neighbours.png",
        "unit_balls.png",
    ]
    said = capsys.readouterr().out
    assert f"mean of 2 splits: {np.mean(accuracies):.2%}" in said
    assert knn.main(quick=True, out=str(tmp_path)) == accuracies


@pytest.mark.demo
def test_cross_validation_alone_makes_the_choice(tmp_path):
    autograd.manual_seed(0)
    results, neighbours, metric, k = knn.choose(load(seed=0))
    best = {name: accuracies.mean(axis=1) for name, accuracies in results.items()}
    assert best[metric][neighbours.index(k)] == max(means.max() for means in best.values())
    assert best["L2"][0] > best["L2"][-1] + 0.05  # a hundred voters are too many
