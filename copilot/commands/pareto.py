"""``optcopilot pareto``: objectives traded off against each other."""

from __future__ import annotations

import argparse

from copilot.commands.asked import REFUSALS, UNSOLVABLE, aligned, read_instance, read_study, refused, write_table
from copilot.commands.exits import ExitCode
from copilot.commands.interrupts import interruptible
from copilot.commands.output import write_json, write_text
from copilot.commands.report import number
from copilot.commands.solve import options_of
from solvers.objectives import ParetoPoint
from solvers.pareto import Front, pareto


def run(arguments: argparse.Namespace) -> ExitCode:
    """Computes one front. Raises CommandError."""
    problem, instance = read_instance(arguments)
    try:
        others = read_study(arguments).objectives
        with interruptible() as interrupts:

            def watch(point: ParetoPoint) -> bool:
                return interrupts.seen

            options = options_of(arguments, problem.settings)
            front = pareto(instance, others, options, points=arguments.points, on_point=watch)
    except (*REFUSALS, *UNSOLVABLE) as error:
        raise refused(error) from None
    if arguments.output:
        write_table(front.frame(), arguments.output)
    if arguments.json:
        write_json(_as_json(front))
    else:
        write_text(problem.preface() + "\n".join(_lines(front)))
    return ExitCode.INTERRUPTED if front.stopped else ExitCode.OK


def _as_json(front: Front) -> dict[str, object]:
    names = [objective.name for objective in front.objectives]
    labels = list(front.columns)
    points = []
    for place, point in enumerate(front.points):
        values = [] if point.plan.values is None else point.plan.values.tolist()
        points.append(
            {
                "objectives": dict(zip(names, point.objectives, strict=True)),
                "proved": point.proved,
                "knee": place == front.knee,
                "values": {label: value for label, value in zip(labels, values, strict=False) if value},
            }
        )
    return {
        "objectives": [objective.model_dump(mode="json") for objective in front.objectives],
        "points": points,
        "payoff": [dict(zip(names, row, strict=True)) for row in front.payoff],
        "ideal": dict(zip(names, front.ideal, strict=True)),
        "nadir": dict(zip(names, front.nadir, strict=True)),
        "complete": front.complete,
        "seconds": front.seconds,
    }


def _lines(front: Front) -> list[str]:
    whole = "all efficient values there are" if front.complete else "a selection of the efficient plans"
    points = f"{len(front.points)} point{'' if len(front.points) == 1 else 's'}"
    lines = [f"{points}, {whole}, in {front.seconds:.2f} s"]
    units = [f"{o.name}{f' ({o.unit})' if o.unit else ''}, {o.sense}d" for o in front.objectives]
    rows = [["", *units]]
    for place, point in enumerate(front.points):
        mark = "knee" if place == front.knee else "" if point.proved else "not proved"
        rows.append([mark, *(number(value) for value in point.objectives)])
    return [*lines, "", *aligned(rows)]
