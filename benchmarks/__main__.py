"""``python -m benchmarks overhead`` measures the engine beside torch and micrograd, ``inspect`` its inspector."""

import argparse
import sys

from benchmarks import inspect, overhead


def run(words: list[str]) -> int:
    """Do what the words after ``python -m benchmarks`` ask for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the engine and its inspector.")
    commands = parser.add_subparsers(title="benchmarks", metavar="NAME", required=True)
    for module in (overhead, inspect):
        name, purpose = module.__name__.rpartition(".")[2], module.__doc__.partition("\n")[0]
        command = commands.add_parser(name, help=purpose, description=purpose)
        module.add_options(command)
        command.set_defaults(main=module.main)
    chosen = vars(parser.parse_args(words))
    try:
        return chosen.pop("main")(**chosen)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
