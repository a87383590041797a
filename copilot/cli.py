"""``optcopilot``: every action of the copilot on the command line.

Only the argument parser is loaded here; each command loads what it needs.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from types import TracebackType

from copilot.commands import questions
from copilot.commands.arguments import (
    EPILOG,
    FORMULATORS,
    Parser,
    command,
    count,
    not_negative,
    positive,
    problem_input,
)
from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.output import note, write_json

#: What ``export --to`` offers; the same names as in ``formulations.exports.EXPORTS``.
TARGETS = ("pyomo", "cvxpy", "highspy", "mathopt", "notebook", "latex", "lp", "mps", "xlsx")


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of a command; what went wrong stands on standard error, and as JSON where JSON was asked for."""
    words = list(sys.argv[1:] if argv is None else argv)
    if argv is None:
        sys.excepthook = _unexpected
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        arguments = parser().parse_args(words)
        module = import_module(f"copilot.commands.{arguments.command.replace('-', '_')}")
        code: int = module.run(arguments)
        sys.stdout.flush()
    except CommandError as error:
        return _failed(error, as_json="--json" in words)
    except KeyboardInterrupt:
        interrupted = CommandError(ExitCode.INTERRUPTED, "interrupted", "interrupted")
        return _failed(interrupted, as_json="--json" in words)
    except (RecursionError, MemoryError) as error:
        what = "memory" if isinstance(error, MemoryError) else "depth"
        too_large = CommandError(
            ExitCode.BAD_INPUT, "size", f"the input asks for more {what} than there is: make it smaller"
        )
        return _failed(too_large, as_json="--json" in words)
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    return code


def _failed(error: CommandError, *, as_json: bool) -> ExitCode:
    sys.stdout.flush()
    note(f"optcopilot: {error}")
    if as_json:
        write_json(error.as_json())
    return error.code


def _unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The last resort for a mistake of our own: one line, and the traceback only for those who ask for it."""
    if os.environ.get("OPTCOPILOT_DEBUG"):
        sys.__excepthook__(kind, error, trace)
        return
    message = f"internal error ({kind.__name__}: {error}): please report it; OPTCOPILOT_DEBUG=1 shows where it happened"
    _failed(CommandError(ExitCode.BAD_INPUT, "internal", message), as_json="--json" in sys.argv)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = Parser(
        prog="optcopilot",
        description="From a decision problem in plain language to a checked formulation and a verified optimum.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)

    solve = command(commands, "solve", "solve a problem and verify the solution")
    problem_input(solve)
    solve.add_argument("--solver", default="", metavar="NAME", help="use this solver instead of the best one")
    solve.add_argument("--time-limit", type=positive, metavar="SECONDS", help="stop after so many seconds")
    solve.add_argument("--mip-gap", type=not_negative, metavar="GAP", help="stop at this relative gap (default 1e-6)")
    confirming = "where nothing proves the result, have a second solver confirm it"
    solve.add_argument("--confirm", action="store_true", help=confirming)
    solve.add_argument("--log", action="store_true", help="show the solver's log on standard error")

    check = command(commands, "check", "list everything that is wrong or doubtful in a formulation")
    problem_input(check)

    compare = command(commands, "compare", "prove or refute that two problems are equivalent")
    problem_input(compare)
    compare.add_argument("other", metavar="OTHER", help="the problem to compare FILE with")
    compare.add_argument("more", metavar="MORE", nargs="*", help="further problems: all are sorted into classes")
    contracts = "what is to agree: all decisions and their worth, or only the optimum"
    compare.add_argument("--contract", choices=("decisions", "optimum"), default="decisions", help=contracts)
    compare.add_argument("--time-limit", type=positive, metavar="SECONDS", help="stop after so many seconds")
    compare.add_argument("--ignore-names", action="store_true", help="equal names need not mean the same")
    compare.add_argument("--same-units", action="store_true", help="the objectives must agree in value")
    compare.add_argument(
        "--ask-model", action="store_true", help="where nothing is proved, a language model's maps too"
    )
    compare.add_argument("--sample", type=count, metavar="SEEDS", help="test formulations on so many drawn data sets")

    export = command(commands, "export", "write a problem as source code, a notebook, LaTeX, LP, MPS or Excel")
    problem_input(export)
    export.add_argument("--to", choices=TARGETS, required=True, help="the format")
    export.add_argument("-o", "--output", default="", metavar="OUT", help="file to write (default: standard output)")

    formulate = command(commands, "formulate", "write the formulation of a problem text")
    problem_input(formulate)
    told = "say each element in words, beside the sentences it came from"
    formulate.add_argument("--explain", action="store_true", help=told)
    formulate.add_argument("--to", choices=("notation", "json"), default="notation", help="how to write it")
    formulate.add_argument("-o", "--output", default="", metavar="OUT", help="file to write (default: standard output)")

    questions.add(commands)
    _proxy(commands)
    _evaluate(commands)

    app = commands.add_parser("app", help="serve the page", description="Serve the page in a browser.")
    app.add_argument("--port", type=int, default=8501, help="port to serve at (default 8501)")
    app.add_argument("--host", default="localhost", help="address to serve at (default localhost: this machine only)")
    app.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    return top


def _proxy(commands: argparse._SubParsersAction[Parser]) -> None:
    """The arguments of learned proxies."""
    proxy = commands.add_parser(
        "proxy",
        help="train and ask a proxy that answers what-if questions with a certificate",
        description="Train a proxy for a formulation whose numbers vary, and ask it what-if questions.",
    )
    actions = proxy.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    train = command(actions, "train", "train a proxy and save it beside the formulation")
    varying = "what varies: 'demand: 80%%..120%%', 'cost[*, \"north\"] together: +-10%%'"
    train.add_argument("--vary", action="append", nargs="+", required=True, metavar="VARIATION", help=varying)
    train.add_argument("--kind", choices=("constant", "dense", "graph"), default="", help="what predicts the duals")
    train.add_argument("--samples", type=count, default=384, metavar="N", help="instances to train on (default 384)")
    train.add_argument("--seconds", type=positive, default=20.0, help="time for training (default 20)")
    train.add_argument("--seed", type=int, default=0, help="for drawing and training (default 0)")
    certified = "largest certified gap that the proxy answers with"
    train.add_argument("--tolerance", type=positive, default=1e-4, metavar="GAP", help=f"{certified} (default 1e-4)")
    report = command(actions, "report", "tell what a trained proxy is worth")
    ask = command(actions, "answer", "answer a what-if question")
    ask.add_argument("--set", action="append", nargs="+", default=[], metavar="ENTRY=NUMBER", help="demand['north']=12")
    ask.add_argument("--tolerance", type=positive, default=None, metavar="GAP", help=f"{certified} (default: trained)")
    for action in (train, report, ask):
        problem_input(action)
        action.add_argument("--proxy", default="", metavar="FILE", help="the proxy (default: beside the formulation)")
        action.add_argument("--device", default="auto", help="cpu, cuda, or auto: a GPU where there is one")


def _evaluate(commands: argparse._SubParsersAction[Parser]) -> None:
    """The arguments of the command that measures formulators."""
    evaluate = command(commands, "evaluate", "measure how often a formulator is right over data sets")
    evaluate.add_argument("data", metavar="DATA", nargs="+", help="JSONL or JSON files, or ComplexOR folders")
    evaluate.add_argument("--json", action="store_true", help="print one JSON object")
    whom = "who reads the problem texts; code: a language model writes Python, which runs in a sandbox"
    evaluate.add_argument("--formulator", choices=(*FORMULATORS, "code"), default="", help=whom)
    evaluate.add_argument("--limit", type=count, metavar="N", help="at most N samples of each data set")
    each = "at most N samples of each kind and data set"
    evaluate.add_argument("--a-kind", type=count, metavar="N", help=each)
    evaluate.add_argument("--kinds", default="", metavar="KIND,KIND", help="only samples of these kinds")
    evaluate.add_argument("--jobs", type=count, default=1, metavar="N", help="worker processes (default 1)")
    evaluate.add_argument("--engine", choices=("local", "ray"), default="local", help="this machine, or a Ray cluster")
    evaluate.add_argument("--time-limit", type=positive, metavar="SECONDS", help="for each solve (default 10)")
    whole = "for each sample with everything (default 60; 900 with a language model)"
    evaluate.add_argument("--sample-limit", type=positive, metavar="SECONDS", help=whole)
    evaluate.add_argument("--seed", type=int, default=0, help="for solvers and language models (default 0)")
    evaluate.add_argument("--log", default="", metavar="LOG.jsonl", help="log to append to, and to go on from")
    kept = "file that keeps the replies of a language model, so that nothing is asked twice"
    evaluate.add_argument("--replies", default="", metavar="FILE", help=kept)
    evaluate.add_argument("--replay", action="store_true", help="ask nothing: answer from --replies only")
    evaluate.add_argument("--report", default="", metavar="OUT", help="write a report: out.html or out.md")


if __name__ == "__main__":
    sys.exit(main())
