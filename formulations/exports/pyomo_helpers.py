"""The helper functions of exported Pyomo modules, as source text; a module gets those that it calls."""

from __future__ import annotations

from collections.abc import Collection

#: Components that helpers add to, by name.
CONTAINERS = {
    "auxiliary": "model.auxiliary = pyo.VarList()",
    "choices": "model.choices = pyo.VarList(domain=pyo.Binary)",
    "weights": "model.weights = pyo.VarList(domain=pyo.NonNegativeReals)",
    "definitions": "model.definitions = pyo.ConstraintList()",
    "impossible": "model.impossible = pyo.Var(bounds=(0, 0))",
}

HELPER_SOURCES = {
    "nonnegative": '''\
def nonnegative(model, term):
    """The term, kept from the negative values for which what is made of it would be undefined."""
    model.definitions.add(term >= 0)
    return term
''',
    "absolute_above": '''\
def absolute_above(model, term):
    """A variable that is at least |term|; whatever presses it down makes it equal."""
    size = model.auxiliary.add()
    model.definitions.add(size >= term)
    model.definitions.add(size >= -term)
    return size
''',
    "absolute": '''\
def absolute(model, term, lower, upper):
    """A variable that equals |term|, for a term between lower and upper."""
    size, positive = model.auxiliary.add(), model.choices.add()
    model.definitions.add(size >= term)
    model.definitions.add(size >= -term)
    model.definitions.add(size <= term + 2 * max(0, -lower) * (1 - positive))
    model.definitions.add(size <= -term + 2 * max(0, upper) * positive)
    return size
''',
    "largest_above": '''\
def largest_above(model, terms):
    """A variable that is at least each of the terms; whatever presses it down makes it their maximum."""
    top = model.auxiliary.add()
    for term in terms:
        model.definitions.add(top >= term)
    return top
''',
    "smallest_below": '''\
def smallest_below(model, terms):
    """A variable that is at most each of the terms; whatever pulls it up makes it their minimum."""
    bottom = model.auxiliary.add()
    for term in terms:
        model.definitions.add(bottom <= term)
    return bottom
''',
    "largest": '''\
def largest(model, terms, lower, upper):
    """A variable that equals the maximum of the terms, all of them between lower and upper."""
    top, chosen = model.auxiliary.add(), [model.choices.add() for _ in terms]
    model.definitions.add(sum(chosen) == 1)
    for term, here in zip(terms, chosen):
        model.definitions.add(top >= term)
        model.definitions.add(top <= term + (upper - lower) * (1 - here))
    return top
''',
    "smallest": '''\
def smallest(model, terms, lower, upper):
    """A variable that equals the minimum of the terms, all of them between lower and upper."""
    bottom, chosen = model.auxiliary.add(), [model.choices.add() for _ in terms]
    model.definitions.add(sum(chosen) == 1)
    for term, here in zip(terms, chosen):
        model.definitions.add(bottom <= term)
        model.definitions.add(bottom >= term - (upper - lower) * (1 - here))
    return bottom
''',
    "piecewise": '''\
def piecewise(model, argument, points, bend=0):
    """The value at the argument of the function that is linear between the points (x, y).

    A weighted mean of two neighbouring points. Choosing the neighbours takes binary variables, except where only
    the upper side of a convex function matters (bend=1), or only the lower side of a concave one (bend=-1).
    """
    weights = [model.weights.add() for _ in points]
    model.definitions.add(sum(weights) == 1)
    model.definitions.add(sum(w * x for w, (x, y) in zip(weights, points)) == argument)
    slopes = [bend * (d - b) / (c - a) for (a, b), (c, d) in zip(points, points[1:])]
    if len(points) > 2 and not (bend and slopes == sorted(slopes)):
        segments = [model.choices.add() for _ in points[1:]]
        model.definitions.add(sum(segments) == 1)
        for k, weight in enumerate(weights):
            model.definitions.add(weight <= sum(segments[max(0, k - 1) : k + 1]))
    return sum(w * y for w, (x, y) in zip(weights, points))
''',
}

RELATION = '''\
def relation(model, holds):
    """The relation; Pyomo wants to be told in its own words where a row without variables is true or false."""
    if isinstance(holds, bool):
        return pyo.Constraint.Skip if holds else model.impossible == 1
    return holds
'''

SOLVE = '''\
SOLVER = {solver}
OPTIONS = {options}
TERMINATIONS = {{
    "convergenceCriteriaSatisfied": "optimal",
    "provenInfeasible": "infeasible",
    "infeasibleOrUnbounded": "infeasible_or_unbounded",
    "unbounded": "unbounded",
}}


def amount(variable):
    """The value of a variable; one that appears nowhere gets the value nearest to zero."""
    if variable.value is not None:
        return variable.value
    lower, upper = variable.bounds
    return max(lower or 0.0, 0.0) if upper is None else min(max(lower or 0.0, 0.0), upper)


def solve(model):
    """How the solver stopped, the objective, and the value of every variable."""
    results = SolverFactory(SOLVER).solve(
        model,
        load_solutions=False,
        raise_exception_on_nonoptimal_result=False,
        solver_options=OPTIONS,
    )
    found = results.solution_status.name in ("optimal", "feasible")
    termination = TERMINATIONS.get(
        results.termination_condition.name, "feasible" if found else "no_solution_found"
    )
    if termination not in ("optimal", "feasible"):
        return termination, None, {{}}
    results.solution_loader.load_vars()
    values = {{
        label(name, index if variable.is_indexed() else ()): amount(variable[index])
        for name, variable in {variables}
        for index in variable
    }}
    return termination, pyo.value(model.{objective}), values
'''


def helpers_used(used: Collection[str], *, guarded: bool) -> tuple[str, ...]:
    """The sources of the helpers that a module calls, ``relation`` last."""
    called = {name.removeprefix("function ") for name in used if name.startswith("function ")}
    called |= {"piecewise"} if any(name.startswith("piecewise") for name in called) else set()
    return (*(text for name, text in HELPER_SOURCES.items() if name in called), *((RELATION,) if guarded else ()))
