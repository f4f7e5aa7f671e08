"""``python -m demos`` lists the demos; ``python -m demos NAME`` runs one, and ``--help`` after it explains it."""

import argparse
import difflib
import importlib
import inspect
import itertools
import re
import sys
import typing
from types import ModuleType, NoneType

from demos import DEMOS, DemoError

USAGE = "python -m demos NAME [options]"

# What an option means in most demos; the docstring of a demo's main says what else, or what more, it means there.
COMMON = {
    "data": "the images to learn from",
    "data_dir": "the folder where they lie or are downloaded to (default: the user's cache; the digits are built in)",
    "epochs": "how often the training images are gone through",
    "splits": "how many splits into training and test images are tried; the larger sets bring their only one",
    "seed": "the first split and its training; the next ones take seed + 1, seed + 2, ...",
    "out": "the folder for the pictures",
    "resume": "go on from the checkpoints in the folder",
}


def run(words: list[str]) -> int:
    """Do what the words after ``python -m demos`` ask for; return the exit status."""
    if not words or words[0] in ("-h", "--help"):
        print(f"usage: {USAGE}\n\n{listing()}\n\nThe options of one: python -m demos NAME --help")
        return 0
    name, *options = words
    if name not in DEMOS:
        near = difflib.get_close_matches(name, DEMOS, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(DEMOS)}"
        print(f"demos: no demo is called {name!r}: {hint}", file=sys.stderr)
        return 2
    demo = importlib.import_module(f"demos.{name}")
    chosen = parser(name, demo).parse_args(options)
    try:
        demo.main(**vars(chosen))
    except DemoError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{name}: stopped", file=sys.stderr)
        return 130
    return 0


def listing() -> str:
    """One line for each demo, under its lecture."""
    width = max(map(len, DEMOS))
    demos = [importlib.import_module(f"demos.{name}") for name in DEMOS]
    lines = []
    for lecture, group in itertools.groupby(zip(DEMOS, demos, strict=True), key=lambda pair: pair[1].LECTURE):
        lines += [lecture, *(f"  {name:{width}}  {summary(demo)}" for name, demo in group), ""]
    return "\n".join(lines[:-1])


def summary(demo: ModuleType) -> str:
    return inspect.getdoc(demo).partition("\n")[0]


def parser(name: str, demo: ModuleType) -> argparse.ArgumentParser:
    """The options of a demo, read from the signature of its main and from the lines ``option : what it means``."""
    result = argparse.ArgumentParser(
        prog=f"python -m demos {name}",
        description=inspect.getdoc(demo),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    meanings = COMMON | dict(re.findall(r"^(\w+) : (.+)$", inspect.getdoc(demo.main), re.MULTILINE))
    hints = typing.get_type_hints(demo.main)
    for option, parameter in inspect.signature(demo.main).parameters.items():
        hint, default, flag = hints[option], parameter.default, f"--{option.replace('_', '-')}"
        meaning = meanings[option].replace("%", "%%")
        if hint is bool:
            result.add_argument(flag, action="store_true", help=meaning)
            continue
        kind = next(kind for kind in (*typing.get_args(hint), hint) if kind is not NoneType)
        text = meaning if default is None else f"{meaning} (default: {default})"
        if typing.get_origin(hint) is typing.Literal:
            result.add_argument(flag, choices=typing.get_args(hint), default=default, help=text)
        else:
            result.add_argument(flag, type=kind, default=default, metavar=kind.__name__.upper(), help=text)
    return result


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
