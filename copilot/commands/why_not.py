"""``optcopilot why-not``: a decision is forced, its price and its causes are told."""

from __future__ import annotations

import argparse

from copilot.commands.asked import REFUSALS, UNSOLVABLE, aligned, read_instance, refused
from copilot.commands.exits import ExitCode
from copilot.commands.output import write_json, write_text
from copilot.commands.report import number
from copilot.commands.solve import CODES, options_of
from solvers.why_not import WhyNot, explained, why_not

#: Changes of the plan that are printed.
_SHOWN = 12


def run(arguments: argparse.Namespace) -> ExitCode:
    """Asks one question. Raises CommandError."""
    problem, instance = read_instance(arguments)
    try:
        found = why_not(instance, arguments.question, options_of(arguments, problem.settings))
    except (*REFUSALS, *UNSOLVABLE) as error:
        raise refused(error) from None
    if arguments.json:
        write_json(_as_json(found))
    else:
        write_text(problem.preface() + "\n".join(_lines(found)))
    # That a decision is impossible is an answer, not a failure.
    return ExitCode.OK if found.impossible or found.price is not None else CODES[found.forced.termination]


def _as_json(found: WhyNot) -> dict[str, object]:
    return {
        "question": found.question,
        "status": found.forced.termination.value,
        "impossible": found.impossible,
        "price": found.price,
        "objective_before": found.before.objective,
        "objective_forced": found.forced.objective,
        "causes": [
            {"kind": str(member.kind), "name": member.name, "label": member.label, "text": member.text}
            for member in found.causes
        ],
        "irreducible": found.irreducible,
        "differences": [
            {"label": change.label, "before": change.before, "after": change.after} for change in found.differences
        ],
        "text": explained(found),
    }


def _lines(found: WhyNot) -> list[str]:
    lines = [explained(found)]
    if found.forced.objective is not None and found.before.objective is not None:
        lines.append(f"objective {number(found.before.objective)} before, {number(found.forced.objective)} then")
    if found.differences:
        rows = [[d.label, number(d.before), "->", number(d.after)] for d in found.differences[:_SHOWN]]
        lines += ["What changes in the plan:", *aligned(rows)]
        if len(found.differences) > _SHOWN:
            lines.append(f"  … and {len(found.differences) - _SHOWN} more")
    return lines
