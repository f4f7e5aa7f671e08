"""Drawings as files, in notebooks and in print, with the system's Graphviz or without."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

import autograd
from autograd import tensor
from autograd.drawing import Drawing, draw, layout
from autograd.inspection.tree import tree


@pytest.fixture
def drawing():
    x = tensor(3.0, requires_grad=True)
    return draw(x * x + 1, title="a parabola")


def test_a_drawing_is_a_graphviz_digraph(drawing):
    graphviz = pytest.importorskip("graphviz")
    assert isinstance(drawing, graphviz.Digraph) and isinstance(drawing, Drawing)
    assert isinstance(drawing.copy(), Drawing)


def test_save_by_ending_and_refuse_others(drawing, tmp_path):
    for ending, start in {"svg": b"<?xml", "png": b"\x89PNG", "dot": b"digraph", "gv": b"digraph"}.items():
        path = drawing.save(tmp_path / f"g.{ending}")
        assert (tmp_path / f"g.{ending}").read_bytes().startswith(start) and path == str(tmp_path / f"g.{ending}")
    root = ElementTree.parse(tmp_path / "g.svg").getroot()
    assert root.tag.endswith("svg") and "a parabola" in "".join(root.itertext())
    with pytest.raises(ValueError, match=r"must end in \.svg, \.png, \.pdf, \.html, \.dot or \.gv"):
        drawing.save(tmp_path / "g.gif")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["g.dot", "g.gv", "g.png", "g.svg"]


def test_save_makes_folders(drawing, tmp_path):
    drawing.save("g.dot", directory=tmp_path / "new" / "folder")
    assert (tmp_path / "new" / "folder" / "g.dot").exists()


def test_the_page_is_saved_and_shown(drawing, tmp_path, monkeypatch):
    drawing.save(tmp_path / "g.html")
    page = (tmp_path / "g.html").read_text(encoding="utf-8")
    assert page.lstrip().lower().startswith("<!doctype html") and "mul" in page
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("tempfile.mkdtemp", lambda prefix: str(tmp_path))
    drawing.show()
    assert opened == [(tmp_path / "graph.html").as_uri()] and (tmp_path / "graph.html").read_text("utf-8") == page


def test_a_notebook_shows_the_page_in_an_isolated_frame(drawing, monkeypatch):
    shown = []
    display = type(sys)("IPython.display")
    display.display = lambda data, raw: shown.append(data)
    ipython = type(sys)("IPython")
    ipython.get_ipython = lambda: type("Shell", (), {"kernel": None})()
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    drawing.show()
    frame = shown[0]["text/html"]
    assert frame.startswith("<iframe srcdoc=") and 'sandbox="allow-scripts"' in frame
    assert "<script" not in frame


def test_a_notebook_shows_the_picture(drawing):
    bundle = drawing._repr_mimebundle_()
    assert "<svg" in bundle["image/svg+xml"] and bundle["text/plain"] == str(drawing)


def test_print_gives_the_tree(drawing):
    assert str(drawing) == tree(drawing.graph) and "mul" in str(drawing)


def test_render_writes_the_picture_and_its_source(drawing, tmp_path):
    path = drawing.render(outfile=str(tmp_path / "g.svg"))
    assert path == str(tmp_path / "g.svg") and "gategrad" in (tmp_path / "g.svg").read_text()
    assert (tmp_path / "g.gv").read_text() == drawing.source
    drawing.render("h", directory=tmp_path, format="png", cleanup=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["g.gv", "g.svg", "h.png"]


def test_without_any_layout_program_the_error_says_what_to_install(drawing, monkeypatch, tmp_path):
    monkeypatch.setattr(layout.shutil, "which", lambda *args, **kwargs: None)
    with pytest.raises(RuntimeError, match="pip install graphviz-pure"):
        drawing.save(tmp_path / "g.svg")
    drawing.save(tmp_path / "g.dot")
    assert [p.name for p in tmp_path.iterdir()] == ["g.dot"]


def test_the_wheel_writes_no_pdf_and_the_error_says_what_it_writes(drawing, monkeypatch, tmp_path):
    monkeypatch.setenv("GATEGRAD_DOT", "pure")
    monkeypatch.setattr(layout, "pure_program", lambda: "graphviz-pure")
    with pytest.raises(RuntimeError, match=r"can't write pdf: save as \.svg, \.png or \.html"):
        drawing.save(tmp_path / "g.pdf")
    assert not list(tmp_path.iterdir())


def test_the_system_s_dot_comes_first_unless_the_wheel_is_asked_for(monkeypatch):
    monkeypatch.setattr(layout.shutil, "which", lambda name, path=None: f"/bin/{name}")
    monkeypatch.delenv("GATEGRAD_DOT", raising=False)
    assert layout.layout_program("pdf") == "/bin/dot"
    monkeypatch.setenv("GATEGRAD_DOT", "pure")
    assert layout.layout_program("svg") == "/bin/graphviz-pure"


def test_a_layout_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(layout, "LIMIT_SECONDS", 0.05)
    with pytest.raises(RuntimeError, match="took over 0.05 s"):
        layout.run([sys.executable, "-c", "import time; time.sleep(5)"], "")


def test_the_layout_program_s_complaint_is_passed_on():
    with pytest.raises(RuntimeError, match="failed: what a graph"):
        layout.run([sys.executable, "-c", "import sys; sys.exit('what a graph')"], "")


def test_same_bytes_under_every_hash_seed():
    code = (
        "import autograd, nn; autograd.manual_seed(0); m = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1));"
        "d = autograd.draw(m(autograd.ones(4, 2)).sum(), params=m); x = autograd.tensor(2.0, requires_grad=True);"
        "print(d.pipe('svg', encoding='utf-8'), autograd.draw(x * x.exp()).pipe('svg', encoding='utf-8'))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            encoding="utf-8",
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "GATEGRAD_DOT": "pure", "PYTHONUTF8": "1"},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1 and "<svg" in outputs.pop()


def test_a_recording_is_drawn_as_its_last_backward():
    x = tensor([1.0, 2.0], requires_grad=True)
    with autograd.inspect() as record:
        (x * x).sum().backward()
    assert draw(record).source == draw(record).source and "mul" in draw(record).source
