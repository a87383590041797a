"""``optcopilot proxy``: trains a proxy beside a formulation, tells what it is worth, and asks it what-if questions."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from copilot.commands.checks import bound, findings_of
from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.inputs import STANDARD_INPUT, read_problem
from copilot.commands.output import note, write_json, write_text
from copilot.commands.solve import CODES
from formulations.data import Instance
from formulations.ground import GroundingError
from formulations.program import Floats
from solvers.answers import Answer
from solvers.families import Family
from solvers.proxies.badge import badge
from solvers.proxies.networks import Kind
from solvers.proxies.proxy import Proxy, Settings
from solvers.proxies.saved import ProxyFileError, load_proxy, proxy_path, save_proxy
from solvers.proxies.torch_gate import TorchMissingError
from solvers.proxies.training import Progress, Training, UntrainableError, train
from solvers.spaces import Space, entries_of, space
from solvers.variations import VariationError, parse_target, parse_variation

#: Values of a plan that are printed at most.
_SHOWN = 30


def run(arguments: argparse.Namespace) -> ExitCode:
    """Trains, reports or asks. Raises CommandError."""
    problem = read_problem(arguments)
    if problem.document is None:
        raise CommandError(
            ExitCode.BAD_INPUT, "proxy", f"{problem.source} has no parameters to vary: write it in the notation"
        )
    instance = bound(problem.document, findings_of(problem.document), source=problem.source)
    try:
        if arguments.action == "train":
            return _train(arguments, instance)
        proxy = load_proxy(_place(arguments), instance, device=arguments.device)
        return _report(arguments, proxy) if arguments.action == "report" else _answer(arguments, proxy)
    except (VariationError, UntrainableError, ProxyFileError, GroundingError) as error:
        raise CommandError(ExitCode.BAD_INPUT, "proxy", str(error)) from None
    except TorchMissingError as error:
        raise CommandError(ExitCode.NO_SOLVER, "proxy", str(error)) from None


def _place(arguments: argparse.Namespace) -> Path:
    """The file of the proxy. Raises CommandError for standard input without one."""
    if arguments.proxy:
        return Path(arguments.proxy)
    if arguments.file == STANDARD_INPUT:
        raise CommandError(ExitCode.USAGE, "usage", "say where the proxy lies with --proxy")
    return proxy_path(arguments.file)


def _train(arguments: argparse.Namespace, instance: Instance) -> ExitCode:
    place = _place(arguments)
    variations = [parse_variation(text) for group in arguments.vary for text in group]
    training = Training(
        kind=Kind(arguments.kind) if arguments.kind else None,
        samples=arguments.samples,
        seconds=arguments.seconds,
        seed=arguments.seed,
        device=arguments.device,
        settings=Settings(tolerance=arguments.tolerance),
    )
    proxy = _trained(space(instance, variations), training, quiet=arguments.json)
    save_proxy(proxy, place)
    if arguments.json:
        assert proxy.report is not None
        write_json({"proxy": str(place), "report": proxy.report.model_dump(mode="json")})
    else:
        assert proxy.report is not None
        write_text("\n".join([*proxy.report.lines(), f"saved: {place}"]))
    return ExitCode.OK


def _trained(own: Space, training: Training, *, quiet: bool) -> Proxy:
    """The trained proxy; Ctrl-C ends the training and keeps the best so far. Raises CommandError."""
    told = ""

    def watch(progress: Progress) -> None:
        nonlocal told
        gap = "" if progress.gap is None else f", mean gap {progress.gap:.3%}"
        line = f"{progress.stage}: epoch {progress.epoch}{gap}, {progress.seconds:.0f} s"
        if not quiet and (progress.epoch % 25 == 0 or not told.startswith(progress.stage)):
            note(line)
            told = line

    try:
        return train(own, training, watch=watch)
    except ValueError as error:
        if isinstance(error, UntrainableError | GroundingError):
            raise
        raise CommandError(ExitCode.BAD_INPUT, "proxy", str(error)) from None


def _report(arguments: argparse.Namespace, proxy: Proxy) -> ExitCode:
    report = proxy.report
    if report is None:
        raise CommandError(ExitCode.BAD_INPUT, "proxy", "this proxy has no report: train it again")
    if arguments.json:
        variations = list(proxy.ranges.variations)
        write_json({"variations": variations, "report": report.model_dump(mode="json")})
    else:
        write_text("\n".join([*(f"varies: {line}" for line in proxy.ranges.variations), *report.lines()]))
    return ExitCode.OK


def _answer(arguments: argparse.Namespace, proxy: Proxy) -> ExitCode:
    theta = _theta(proxy.family, [text for group in arguments.set for text in group])
    answer = proxy.answer(theta, tolerance=arguments.tolerance)
    columns = list(proxy.family.program(theta).columns)
    if arguments.json:
        write_json(_as_json(answer, columns))
    else:
        write_text("\n".join(_lines(answer, columns)))
    return CODES[answer.termination]


def _theta(own: Family, assignments: Sequence[str]) -> Floats:
    """The entries as in the data but for those assigned, as in ``demand['north']=12``.

    Raises CommandError, VariationError.
    """
    theta = own.base.copy()
    for text in assignments:
        target, sign, number = text.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            value = math.nan
        if not sign or not math.isfinite(value):
            raise CommandError(
                ExitCode.USAGE, "usage", f"cannot read {text!r}: write a parameter and a number: demand['north']=12"
            )
        name, index = parse_target(target)
        if name not in own.names:
            raise VariationError(f"'{name}' does not vary in this proxy (varying: {', '.join(own.names)})")
        theta[entries_of(own, name, index)] = value
    return theta


def _as_json(answer: Answer, columns: Sequence[str]) -> dict[str, object]:
    values = {} if answer.values is None else dict(zip(columns, answer.values.tolist(), strict=True))
    return {
        "status": answer.termination.value,
        "badge": badge(answer),
        "source": answer.source,
        "objective": answer.objective,
        "bound": answer.bound,
        "gap": answer.gap,
        "seconds": answer.seconds,
        "note": answer.note,
        "values": values,
    }


def _lines(answer: Answer, columns: Sequence[str]) -> list[str]:
    lines = [f"{answer.termination.value} ({badge(answer)}), {1000 * answer.seconds:.0f} ms"]
    if answer.objective is not None:
        lines.append(f"objective: {answer.objective:.10g}")
    if answer.bound is not None:
        lines.append(f"no plan is better than {answer.bound:.10g}")
    if answer.note:
        lines.append(f"note: {answer.note}")
    if answer.values is None:
        return lines
    used = np.flatnonzero(np.abs(answer.values) > 1e-9).tolist()
    lines += [f"  {columns[place]} = {answer.values[place]:.6g}" for place in used[:_SHOWN]]
    return [*lines, *([f"  ... and {len(used) - _SHOWN} more"] if len(used) > _SHOWN else [])]
