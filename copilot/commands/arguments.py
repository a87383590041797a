"""What all commands ask of the command line: a problem, and numbers that make sense."""

from __future__ import annotations

import argparse
from typing import NoReturn

from copilot.commands.exits import MEANINGS, CommandError, ExitCode

FORMULATORS = ("offline", "llm", "hybrid")
KINDS = ("txt", "opt", "json", "lp", "mps")
INPUT_HELP = (
    "problem text (.txt), notation (.opt), JSON (.json), a session (.session.json), .lp or .mps; - reads standard input"
)
EPILOG = "exit codes:\n" + "\n".join(f"  {code:>3}  {meaning}" for code, meaning in MEANINGS.items())


class Parser(argparse.ArgumentParser):
    """Reports a wrong command line as every other error."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(ExitCode.USAGE, "usage", f"{message}\n{self.format_usage().strip()}\nsee {self.prog} --help")


def command(commands: argparse._SubParsersAction[Parser], name: str, words: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=words,
        description=words[0].upper() + words[1:] + ".",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def problem_input(command: argparse.ArgumentParser) -> None:
    """The arguments of everything that reads a problem."""
    command.add_argument("file", metavar="FILE", help=INPUT_HELP)
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.add_argument(
        "--data",
        action="append",
        nargs="+",
        default=[],
        metavar="TABLE",
        help="CSV, Excel or Parquet files with the data",
    )
    told = "what FILE holds, if its name does not say"
    command.add_argument("--from", dest="kind", choices=KINDS, default="", help=told)
    command.add_argument("--formulator", choices=FORMULATORS, default="", help="who reads a problem text")


def count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def positive(text: str) -> float:
    value = not_negative(text)
    if value == 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return value


def not_negative(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a finite number of at least 0")
    return value
