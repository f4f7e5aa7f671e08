import pytest

from demos import DemoError, files


def test_a_file_appears_when_all_is_written(tmp_path):
    path = tmp_path / "picture.svg"
    with files.replacing(path) as temporary:
        temporary.write_text("new")
        assert temporary.suffix == ".svg" and not path.exists()
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failed_write_leaves_the_old_file_alone(tmp_path, error):
    path = tmp_path / "picture.svg"
    path.write_text("old")
    with pytest.raises(error), files.replacing(path) as temporary:
        temporary.write_text("half")
        raise error
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_folders_are_made(tmp_path):
    made = files.folder(str(tmp_path / "runs" / "digits"))
    assert made.is_dir() and files.folder(str(made)) == made


def test_a_file_in_the_folders_place_is_told(tmp_path):
    (tmp_path / "runs").write_text("")
    with pytest.raises(DemoError, match=r"--out .*runs: this folder cannot be made: File exists"):
        files.folder(str(tmp_path / "runs"))
