"""What the what-if commands read: an instance, a study, and the scenarios that they describe."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.commands.checks import bound, findings_of
from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.inputs import Problem, read_problem
from copilot.commands.output import write_output
from formulations.data import Instance
from formulations.files import FileError, read_text
from formulations.ground import GroundingError
from solvers.crew import SweepStopped
from solvers.designs import Design, DesignError, grid, hypercube, table, tornado
from solvers.dispatch import NoCapableSolverError
from solvers.extensive import StagesError
from solvers.objectives import ParetoError, parse_objective
from solvers.solver import SolverUnavailableError, UnsupportedProgramError
from solvers.spaces import space
from solvers.study import Study, StudyError, parse_study
from solvers.uncertainty import UncertaintyError, parse_uncertainty
from solvers.variations import VariationError, parse_variation
from solvers.why_not import WhyNotError

if TYPE_CHECKING:
    import pandas as pd

#: What a question may be refused for, with a text that says why and what to do.
REFUSALS = (
    DesignError,
    FileError,
    GroundingError,
    ParetoError,
    StagesError,
    StudyError,
    UncertaintyError,
    VariationError,
    WhyNotError,
)
#: No solver, for want of one that is installed or can take the problem.
UNSOLVABLE = (NoCapableSolverError, SolverUnavailableError, UnsupportedProgramError)


def refused(error: Exception) -> CommandError:
    """The error of a command for a refused question or a missing solver."""
    if isinstance(error, UNSOLVABLE):
        return CommandError(ExitCode.NO_SOLVER, "solver", str(error))
    if isinstance(error, SweepStopped):
        return CommandError(ExitCode.BAD_INPUT, "sweep", str(error))
    return CommandError(ExitCode.BAD_INPUT, "question", str(error))


def read_instance(arguments: argparse.Namespace) -> tuple[Problem, Instance]:
    """The problem and its instance. Raises CommandError, also for programs without parameters."""
    problem = read_problem(arguments)
    if problem.document is None:
        raise CommandError(
            ExitCode.BAD_INPUT,
            "question",
            f"{problem.source} is a program without parameters: what-if questions need a formulation with its data",
        )
    return problem, bound(problem.document, findings_of(problem.document), source=problem.source)


def read_study(arguments: argparse.Namespace) -> Study:
    """What the study file and the command line say together. Raises what REFUSALS lists."""
    told = Study() if not arguments.study else parse_study(read_text(Path(arguments.study)))
    return Study(
        variations=(*told.variations, *map(parse_variation, _flat(arguments, "vary"))),
        uncertainties=(*told.uncertainties, *map(parse_uncertainty, _flat(arguments, "uncertain"))),
        recourse=tuple(dict.fromkeys((*told.recourse, *_flat(arguments, "recourse")))),
        objectives=(*told.objectives, *map(parse_objective, getattr(arguments, "objective", ()))),
    )


def _flat(arguments: argparse.Namespace, name: str) -> list[str]:
    return [text for group in getattr(arguments, name, ()) for text in group]


def design_of(arguments: argparse.Namespace, instance: Instance, study: Study) -> Design:
    """The scenarios that are asked for. Raises CommandError, and what REFUSALS lists."""
    if arguments.table:
        return table(instance, _only_table(arguments.table))
    if not study.variations:
        raise CommandError(
            ExitCode.USAGE, "usage", "say what varies: --vary 'demand: 80%..120%', a --study, or a --table of scenarios"
        )
    own = space(instance, study.variations)
    match arguments.design:
        case "tornado":
            return tornado(own)
        case "grid":
            return grid(own, arguments.steps)
    return hypercube(own, arguments.count, seed=arguments.seed)


def _only_table(file: str) -> pd.DataFrame:
    from formulations.tables import read_tables

    tables = read_tables(Path(file))
    if len(tables) != 1:
        names = ", ".join(tables) or "none"
        raise CommandError(ExitCode.BAD_INPUT, "data", f"{file} must hold one table of scenarios, but holds {names}")
    return next(iter(tables.values()))


def write_table(frame: pd.DataFrame, output: str) -> None:
    """The table as CSV, whole or not at all. Raises CommandError."""
    write_output(frame.to_csv(index=False), output)


def aligned(rows: Sequence[Sequence[str]], *, indent: str = "  ") -> list[str]:
    """Lines of columns: the first to the left, the others to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))] if rows else []
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append((indent + "  ".join(cells)).rstrip())
    return lines
