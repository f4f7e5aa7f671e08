"""Files of torch.save: refused, and converted as the refusal says."""

import io

import pytest

import autograd
from autograd import serialization

torch = pytest.importorskip("torch")


def test_a_file_of_torch_is_refused_and_its_conversion_works():
    file = io.BytesIO()
    torch.save(torch.nn.Linear(2, 3).state_dict(), file)
    with pytest.raises(RuntimeError, match=r"is a torch\.save archive") as caught:
        serialization.load(file)
    recipe = str(caught.value).split("convert it with ")[1]
    path, new_path = file, io.BytesIO()
    file.seek(0)
    recipe = recipe.replace("autograd.save", "save")
    exec(recipe, {"torch": torch, "autograd": autograd, "save": serialization.save, "path": path, "new_path": new_path})
    converted = serialization.load(new_path)
    file.seek(0)
    for name, tensor in torch.load(file).items():
        assert converted[name].tolist() == tensor.tolist() and str(converted[name].dtype) == str(tensor.dtype)


@pytest.mark.parametrize("value", [None, 3, b"bytes"])
def test_what_is_no_file_raises_the_same(value):
    for lib in (torch, serialization):
        with pytest.raises(AttributeError):
            lib.save(1, value)
        if value != b"bytes":
            with pytest.raises(AttributeError):
                lib.load(value)
