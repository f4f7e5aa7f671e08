from pathlib import Path

from demos import report


def test_a_table_sets_numbers_to_the_right():
    shown = report.table(["net", "accuracy", "note"], [["linear", "95.1%", "-"], ["two layers", "100.0%", "good"]])
    assert shown.splitlines() == [
        "net         accuracy  note",
        "linear         95.1%  -",
        "two layers    100.0%  good",
    ]


def test_mean_and_spread():
    assert report.spread([0.5]) == "50.00%"
    assert report.spread([0.98, 1.0]) == "99.00% ± 1.41%"
    assert report.over_splits([0.98, 1.0]) == ("mean of 2 splits: 99.00% (standard deviation 1.41%, lowest 98.00%)")


def test_files_are_told(capsys):
    report.print_files(Path("runs") / "x", ["a.png", "b.png"])
    assert capsys.readouterr().out.replace("\\", "/") == "runs/x holds a.png, b.png\n"
