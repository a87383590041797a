"""The arguments of what-if questions: what varies, what is uncertain, what reacts, what else counts."""

from __future__ import annotations

import argparse

from copilot.commands.arguments import Parser, command, count, not_negative, positive, problem_input

_VARYING = "what varies: 'demand: 80%%..120%%', 'cost[*, \"north\"] together: normal(100%%, 5%%)', 'price: 10, 20'"
_OUTPUT = "CSV file for the table"


def add(commands: argparse._SubParsersAction[Parser]) -> None:
    """All commands that ask a formulation with other numbers, other decisions or other goals."""
    _sweep(commands)
    _sensitivity(commands)
    _why_not(commands)
    _pareto(commands)
    _robust(commands)
    _stochastic(commands)


def _sweep(commands: argparse._SubParsersAction[Parser]) -> None:
    sweep = command(commands, "sweep", "solve a formulation for many values of its numbers")
    problem_input(sweep)
    _scenarios(sweep, designs=("tornado", "grid", "hypercube"), usual="tornado")
    sweep.add_argument(
        "--steps", type=count, default=5, metavar="N", help="values of each factor in a grid (default 5)"
    )
    sweep.add_argument("--jobs", type=count, default=1, metavar="N", help="worker processes (default 1)")
    sweep.add_argument("--engine", choices=("local", "ray"), default="local", help="this machine, or a Ray cluster")
    proxy = "a trained proxy that answers first, within its certified gap"
    sweep.add_argument("--proxy", default="", metavar="FILE", help=proxy)
    sweep.add_argument("-o", "--output", default="", metavar="OUT", help=_OUTPUT)
    _limits(sweep, "each scenario")


def _sensitivity(commands: argparse._SubParsersAction[Parser]) -> None:
    words = "tell what one more unit of each number is worth, and how far that holds"
    sensitivity = command(commands, "sensitivity", words)
    problem_input(sensitivity)
    steps = "solve again with every number one step lower and higher (always done with integer variables)"
    sensitivity.add_argument("--steps", action="store_true", help=steps)
    _limits(sensitivity, "each solve")


def _why_not(commands: argparse._SubParsersAction[Parser]) -> None:
    why_not = command(commands, "why-not", "force a decision: tell its price and what it is due to")
    problem_input(why_not)
    why_not.add_argument("question", metavar="DECISION", help="a constraint, such as \"open['north'] = 1\"")
    _limits(why_not, "each solve")


def _pareto(commands: argparse._SubParsersAction[Parser]) -> None:
    pareto = command(commands, "pareto", "trade the objective off against one or two others")
    problem_input(pareto)
    line = "a further objective, as in the notation: 'minimize distance: sum(km[a]*use[a] for a in A)'"
    pareto.add_argument("--objective", action="append", default=[], metavar="LINE", help=line)
    _study(pareto)
    points = "limits to try for each further objective (default 12)"
    pareto.add_argument("--points", type=count, default=12, metavar="N", help=points)
    pareto.add_argument("-o", "--output", default="", metavar="OUT", help=_OUTPUT)
    _limits(pareto, "each solve")


def _robust(commands: argparse._SubParsersAction[Parser]) -> None:
    robust = command(commands, "robust", "find the plan that is best in the worst case of uncertain numbers")
    problem_input(robust)
    line = "what is uncertain: 'demand: +-10%%', 'cost: 90%%..120%% budget 3' (at most 3 at their worst at once)"
    robust.add_argument("--uncertain", action="append", nargs="+", default=[], metavar="RANGE", help=line)
    _recourse(robust, "variables that are decided when the numbers are known (none: all is decided before)")
    _study(robust)
    _limits(robust, "the whole")


def _stochastic(commands: argparse._SubParsersAction[Parser]) -> None:
    stochastic = command(commands, "stochastic", "decide before the numbers are known, on average and in bad cases")
    problem_input(stochastic)
    _scenarios(stochastic, designs=("grid", "hypercube"), usual="hypercube")
    _recourse(stochastic, "variables that are decided when the numbers are known")
    stochastic.add_argument("--steps", type=count, default=3, metavar="N", help="values in a grid (default 3)")
    weight = "share of the mean of the worst outcomes (CVaR) in the objective, 0 to 1 (default 0)"
    stochastic.add_argument("--risk", type=not_negative, default=0.0, metavar="WEIGHT", help=weight)
    level = "the worst outcomes are those beyond this share (default 0.95)"
    stochastic.add_argument("--level", type=positive, default=0.95, metavar="ALPHA", help=level)
    _limits(stochastic, "each solve")


def _scenarios(parser: argparse.ArgumentParser, *, designs: tuple[str, ...], usual: str) -> None:
    parser.add_argument("--vary", action="append", nargs="+", default=[], metavar="VARIATION", help=_VARYING)
    table = "CSV, Excel or Parquet file with a scenario in each row and a column for each number, such as demand[north]"
    parser.add_argument("--table", default="", metavar="TABLE", help=table)
    how = f"one at a time, all combinations, or a Latin hypercube (default {usual})".removeprefix(
        "" if "tornado" in designs else "one at a time, "
    )
    parser.add_argument("--design", choices=designs, default=usual, help=how)
    parser.add_argument("--count", type=count, default=100, metavar="N", help="scenarios of a hypercube (default 100)")
    parser.add_argument("--seed", type=int, default=0, help="for drawing them (default 0)")
    _study(parser)


def _recourse(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("--recourse", action="append", nargs="+", default=[], metavar="VARIABLE", help=words)


def _study(parser: argparse.ArgumentParser) -> None:
    words = "file of lines 'vary ...', 'uncertain ...', 'recourse ...', 'minimize ...' (text or JSON)"
    parser.add_argument("--study", default="", metavar="FILE", help=words)


def _limits(parser: argparse.ArgumentParser, whole: str) -> None:
    parser.add_argument("--time-limit", type=positive, metavar="SECONDS", help=f"for {whole}")
    parser.add_argument("--mip-gap", type=not_negative, metavar="GAP", help="stop at this relative gap (default 1e-6)")
