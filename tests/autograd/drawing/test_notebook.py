"""A real notebook: the picture below a cell as SVG, the page in an isolated frame."""

import pytest

nbclient = pytest.importorskip("nbclient", reason="running a notebook needs nbclient and ipykernel")
pytest.importorskip("ipykernel")
nbformat = pytest.importorskip("nbformat")
pytestmark = pytest.mark.demo

CELLS = (
    "import autograd; x = autograd.tensor(3.0, requires_grad=True); drawing = autograd.draw(x * x.exp(), title='f')",
    "drawing",
    "drawing.show()",
    "print(drawing)",
)


def test_a_notebook_shows_picture_page_and_tree():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    _, picture, page, printed = [cell.outputs for cell in notebook.cells]
    assert picture[0].data["image/svg+xml"].count("<svg ") == 1
    assert "60.26" in picture[0].data["text/plain"]
    frame = page[0].data["text/html"]
    assert frame.startswith("<iframe srcdoc=") and 'sandbox="allow-scripts"' in frame and "<script" not in frame
    assert "exp" in printed[0].text
