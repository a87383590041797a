"""``optcopilot sweep``: a formulation solved for many values of its numbers."""

from __future__ import annotations

import argparse
from collections import Counter

from copilot.commands.asked import (
    REFUSALS,
    UNSOLVABLE,
    aligned,
    design_of,
    read_instance,
    read_study,
    refused,
    write_table,
)
from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.interrupts import interruptible
from copilot.commands.output import write_json, write_text
from copilot.commands.report import number
from copilot.commands.solve import options_of
from formulations.data import Instance
from solvers.answers import Answer
from solvers.crew import Engine, SweepStopped
from solvers.designs import Design
from solvers.scenarios import FirstAnswers, Sweep, Tornado, sweep, tornado_bars
from solvers.solver import Options

#: Scenarios and bars that are printed at most, and numbers of plans that go into JSON.
_SHOWN, _PLANS = 25, 50_000
_BAR = 30


def run(arguments: argparse.Namespace) -> ExitCode:
    """Answers all scenarios. Raises CommandError."""
    problem, instance = read_instance(arguments)
    try:
        design = design_of(arguments, instance, read_study(arguments))
        found = _swept(arguments, design, options_of(arguments, problem.settings), _first(arguments, instance, design))
    except (*REFUSALS, *UNSOLVABLE, SweepStopped) as error:
        raise refused(error) from None
    if arguments.output:
        write_table(found.frame(), arguments.output)
    if arguments.json:
        write_json(_as_json(found))
    else:
        write_text(problem.preface() + "\n".join(_lines(found)))
    return ExitCode.OK if found.complete else ExitCode.INTERRUPTED


def _swept(arguments: argparse.Namespace, design: Design, options: Options, first: FirstAnswers | None) -> Sweep:
    with interruptible() as interrupts:

        def watch(place: int, answer: Answer) -> bool:
            return interrupts.seen

        return sweep(design, options, engine=_engine(arguments), jobs=arguments.jobs, first=first, on_answer=watch)


def _engine(arguments: argparse.Namespace) -> Engine | None:
    """None for this machine. Raises CommandError where Ray is absent."""
    if arguments.engine == "local":
        return None
    from solvers.cluster import ClusterEngine
    from solvers.ray_cluster import ray_missing

    missing = ray_missing()
    if missing:
        raise CommandError(ExitCode.NO_SOLVER, "engine", missing)
    return ClusterEngine(arguments.jobs)


def _first(arguments: argparse.Namespace, instance: Instance, design: Design) -> FirstAnswers | None:
    """The answers of a trained proxy, where one is given. Raises CommandError."""
    if not arguments.proxy:
        return None
    from pathlib import Path

    from solvers.proxies.saved import ProxyFileError, load_proxy
    from solvers.proxies.torch_gate import TorchMissingError

    try:
        proxy = load_proxy(Path(arguments.proxy), instance)
    except ProxyFileError as error:
        raise CommandError(ExitCode.BAD_INPUT, "proxy", str(error)) from None
    except TorchMissingError as error:
        raise CommandError(ExitCode.NO_SOLVER, "proxy", str(error)) from None
    if tuple(proxy.family.names) != tuple(design.family.names):
        raise CommandError(
            ExitCode.BAD_INPUT,
            "proxy",
            f"the proxy varies {', '.join(proxy.family.names)}, the scenarios {', '.join(design.family.names)}: vary "
            "the same parameters in the same order",
        )
    return proxy.first_answers


def _as_json(found: Sweep) -> dict[str, object]:
    design = found.design
    width = len(design.family.columns)
    plans = width * len(design) <= _PLANS
    labels = list(design.family.columns) if plans else []
    scenarios = []
    for name, factors, answer in zip(design.names, design.values.tolist(), found.answers, strict=True):
        entry: dict[str, object] = {"scenario": name, "factors": dict(zip(design.labels, factors, strict=True))}
        entry["status"] = "not asked" if answer is None else answer.termination.value
        if answer is not None:
            entry |= {
                "objective": answer.objective,
                "bound": answer.bound,
                "gap": answer.gap,
                "source": answer.source,
                "seconds": answer.seconds,
                "note": answer.note,
            }
            if plans and answer.values is not None:
                values = zip(labels, answer.values.tolist(), strict=True)
                entry["values"] = {label: value for label, value in values if value}
        scenarios.append(entry)
    result: dict[str, object] = {"design": design.kind, "scenarios": scenarios, "seconds": found.seconds}
    if design.kind == "tornado":
        result["tornado"] = [
            {
                "factor": bar.label,
                "low": bar.low,
                "high": bar.high,
                "at_low": bar.at_low,
                "at_high": bar.at_high,
                "base": bar.base,
                "swing": bar.swing,
            }
            for bar in tornado_bars(found)
        ]
    return result


def _lines(found: Sweep) -> list[str]:
    answers = [answer for answer in found.answers if answer is not None]
    statuses = Counter(answer.termination.value.replace("_", " ") for answer in answers)
    counted = ", ".join(f"{count} {status}" for status, count in statuses.most_common())
    lines = [f"{len(answers)} of {len(found.design)} scenarios in {found.seconds:.2f} s: {counted or 'none'}"]
    known = [answer.objective for answer in answers if answer.objective is not None]
    if known:
        lines.append(
            f"objective from {number(min(known))} to {number(max(known))}, mean {number(sum(known) / len(known))}"
        )
    proxies = sum(answer.source == "proxy" for answer in answers)
    if proxies:
        gaps = [answer.gap for answer in answers if answer.source == "proxy" and answer.gap is not None]
        lines.append(f"{proxies} by the proxy, certified within {max(gaps, default=0.0):.3%}")
    if found.design.kind == "tornado":
        return [*lines, "", *_bars(tornado_bars(found))]
    return [*lines, "", *_table(found)]


def _bars(bars: tuple[Tornado, ...]) -> list[str]:
    """Each factor with its ends, the objectives there and a bar of its swing."""
    widest = max((bar.swing or 0.0 for bar in bars), default=0.0)
    rows = [["factor", "low", "high", "at low", "at high", ""]]
    for bar in bars[:_SHOWN]:
        ends = [_known(bar.at_low), _known(bar.at_high)]
        length = 0 if not widest or bar.swing is None else round(_BAR * bar.swing / widest)
        rows.append([bar.label, number(bar.low), number(bar.high), *ends, ("#" * length).ljust(_BAR)])
    more = [f"  … and {len(bars) - _SHOWN} more"] if len(bars) > _SHOWN else []
    return [*aligned(rows), *more]


def _table(found: Sweep) -> list[str]:
    labels = found.design.labels[:4]
    rows = [["scenario", *labels, "status", "objective", "source"]]
    for place, answer in enumerate(found.answers[:_SHOWN]):
        factors = [number(value) for value in found.design.values[place, : len(labels)].tolist()]
        told = ["not asked", "", ""] if answer is None else [
            answer.termination.value, _known(answer.objective), answer.source
        ]  # fmt: skip
        rows.append([found.design.names[place], *factors, *told])
    more = [f"  … and {len(found.answers) - _SHOWN} more (all of them with --json or -o)"]
    return [*aligned(rows), *(more if len(found.answers) > _SHOWN else [])]


def _known(value: float | None) -> str:
    return "-" if value is None else number(value)
