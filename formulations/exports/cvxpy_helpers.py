"""The helper functions of exported CVXPY modules, as source text; a module gets those that it calls."""

from __future__ import annotations

from collections.abc import Collection

VECTOR = '''\
def vector(keys, **attributes):
    """The entries of a vector variable by their keys."""
    keys = list(keys)
    return dict(zip(keys, cp.Variable(len(keys), **attributes))) if keys else {}
'''

HELPER_SOURCES = {
    "total": '''\
def total(terms):
    """The sum of any number of terms, none included."""
    terms = list(terms)
    return cp.sum(cp.hstack(terms)) if terms else cp.Constant(0)
''',
    "quadratic_form": '''\
def quadratic_form(products):
    """The sum of coefficient*left*right over the products of variables, as one convex quadratic form."""
    products = list(products)
    entries = list({id(entry): entry for _, *pair in products for entry in pair}.values())
    place = {id(entry): position for position, entry in enumerate(entries)}
    matrix = np.zeros((len(entries), len(entries)))
    for coefficient, left, right in products:
        matrix[place[id(left)], place[id(right)]] += coefficient / 2
        matrix[place[id(right)], place[id(left)]] += coefficient / 2
    eigenvalues, vectors = np.linalg.eigh(matrix)
    if eigenvalues.min(initial=0.0) < -1e-9 * abs(eigenvalues).max(initial=1.0):
        raise ValueError("the quadratic form is not convex")
    factor = np.sqrt(eigenvalues.clip(min=0.0))[:, None] * vectors.T
    return cp.sum_squares(factor @ cp.hstack(entries)) if entries else cp.Constant(0)
''',
    "piecewise": '''\
def piecewise(constraints, argument, points, bend=0):
    """The value at the argument of the function that is linear between the points (x, y).

    A weighted mean of two neighbouring points. Choosing the neighbours takes binary variables, except where only
    the upper side of a convex function matters (bend=1), or only the lower side of a concave one (bend=-1).
    """
    xs, ys = np.array(points, dtype=float).T
    weights = cp.Variable(len(points), nonneg=True)
    constraints += [cp.sum(weights) == 1, xs @ weights == argument]
    slopes = bend * np.diff(ys) / np.diff(xs)
    if len(points) > 2 and not (bend and (np.diff(slopes) >= 0).all()):
        segments = cp.Variable(len(points) - 1, boolean=True)
        constraints.append(cp.sum(segments) == 1)
        constraints += [weight <= cp.sum(segments[max(0, k - 1) : k + 1]) for k, weight in enumerate(weights)]
    return ys @ weights
''',
}

SOLVE = '''\
SOLVER = SOLVER_NAME
OPTIONS = SOLVER_OPTIONS
TERMINATIONS = {
    "optimal": "optimal",
    "optimal_inaccurate": "feasible",
    "infeasible": "infeasible",
    "unbounded": "unbounded",
    "infeasible_or_unbounded": "infeasible_or_unbounded",
}


def solve(problem, variables):
    """How the solver stopped, the objective, and the value of every variable."""
    problem.solve(solver=SOLVER, **OPTIONS)
    termination = TERMINATIONS.get(problem.status, "no_solution_found")
    if termination not in ("optimal", "feasible"):
        return termination, None, {}
    values = {
        label(name, key): amount(variable)
        for name, entries in variables.items()
        for key, variable in entries.items()
    }
    return termination, float(problem.value), values


def amount(variable):
    """The value of a variable; one that appears nowhere gets 0."""
    return 0.0 if variable.value is None else float(variable.value)
'''


def helpers_used(used: Collection[str], body: str) -> tuple[str, ...]:
    """The sources of the helpers that a module calls."""
    called = {name.removeprefix("function ") for name in used if name.startswith("function ")}
    called |= {"piecewise"} if any(name.startswith("piecewise") for name in called) else set()
    called |= {"total"} if "total(" in body else set()
    vector = (VECTOR,) if "vector(" in body else ()
    return (*vector, *(text for name, text in HELPER_SOURCES.items() if name in called))
