"""The helper functions of exported MathOpt modules, as source text; a module gets those that it calls."""

from __future__ import annotations

from collections.abc import Collection

HELPER_SOURCES = {
    "square": '''\
def square(term):
    """term * term."""
    return term * term
''',
    "absolute_above": '''\
def absolute_above(model, term):
    """A variable that is at least |term|; whatever presses it down makes it equal."""
    size = model.add_variable(lb=0)
    model.add_linear_constraint(size >= term)
    model.add_linear_constraint(size >= -term)
    return size
''',
    "absolute": '''\
def absolute(model, term):
    """A variable that equals |term|."""
    size, positive = model.add_variable(lb=0), model.add_binary_variable()
    model.add_linear_constraint(size >= term)
    model.add_linear_constraint(size >= -term)
    model.add_indicator_constraint(indicator=positive, implied_constraint=size <= term)
    model.add_indicator_constraint(
        indicator=positive, activate_on_zero=True, implied_constraint=size <= -term
    )
    return size
''',
    "largest_above": '''\
def largest_above(model, terms):
    """A variable that is at least each of the terms; whatever presses it down makes it their maximum."""
    top = model.add_variable()
    for term in terms:
        model.add_linear_constraint(top >= term)
    return top
''',
    "smallest_below": '''\
def smallest_below(model, terms):
    """A variable that is at most each of the terms; whatever pulls it up makes it their minimum."""
    bottom = model.add_variable()
    for term in terms:
        model.add_linear_constraint(bottom <= term)
    return bottom
''',
    "largest": '''\
def largest(model, terms):
    """A variable that equals the maximum of the terms."""
    top, chosen = model.add_variable(), [model.add_binary_variable() for _ in terms]
    model.add_linear_constraint(mathopt.fast_sum(chosen) == 1)
    for term, here in zip(terms, chosen):
        model.add_linear_constraint(top >= term)
        model.add_indicator_constraint(indicator=here, implied_constraint=top <= term)
    return top
''',
    "smallest": '''\
def smallest(model, terms):
    """A variable that equals the minimum of the terms."""
    bottom, chosen = model.add_variable(), [model.add_binary_variable() for _ in terms]
    model.add_linear_constraint(mathopt.fast_sum(chosen) == 1)
    for term, here in zip(terms, chosen):
        model.add_linear_constraint(bottom <= term)
        model.add_indicator_constraint(indicator=here, implied_constraint=bottom >= term)
    return bottom
''',
    "piecewise": '''\
def piecewise(model, argument, points, bend=0):
    """The value at the argument of the function that is linear between the points (x, y).

    A weighted mean of two neighbouring points. Choosing the neighbours takes binary variables, except where only
    the upper side of a convex function matters (bend=1), or only the lower side of a concave one (bend=-1).
    """
    weights = [model.add_variable(lb=0) for _ in points]
    model.add_linear_constraint(mathopt.fast_sum(weights) == 1)
    model.add_linear_constraint(mathopt.fast_sum(w * x for w, (x, y) in zip(weights, points)) == argument)
    slopes = [bend * (d - b) / (c - a) for (a, b), (c, d) in zip(points, points[1:])]
    if len(points) > 2 and not (bend and slopes == sorted(slopes)):
        segments = [model.add_binary_variable() for _ in points[1:]]
        model.add_linear_constraint(mathopt.fast_sum(segments) == 1)
        for k, weight in enumerate(weights):
            model.add_linear_constraint(weight <= mathopt.fast_sum(segments[max(0, k - 1) : k + 1]))
    return mathopt.fast_sum(w * y for w, (x, y) in zip(weights, points))
''',
}

SOLVE = '''\
SOLVER = mathopt.SolverType.SOLVER_TYPE


def solve(model, variables):
    """How the solver stopped, the objective, and the value of every variable."""
    parameters = mathopt.SolveParameters()
    if SOLVER is mathopt.SolverType.GSCIP:
        parameters.relative_gap_tolerance = GAP_TOLERANCE
        parameters.gscip.real_params["numerics/feastol"] = 1e-9
    result = mathopt.solve(model, SOLVER, params=parameters)
    termination = result.termination.reason.name.lower()
    if termination not in ("optimal", "feasible"):
        return termination, None, {}
    values = {
        label(name, key): result.variable_values(variable)
        for name, entries in variables.items()
        for key, variable in entries.items()
    }
    return termination, result.objective_value(), values
'''


def helpers_used(used: Collection[str]) -> tuple[str, ...]:
    """The sources of the helpers that a module calls."""
    called = {name.removeprefix("function ") for name in used if name.startswith("function ")}
    called |= {"piecewise"} if any(name.startswith("piecewise") for name in called) else set()
    return tuple(text for name, text in HELPER_SOURCES.items() if name in called)
