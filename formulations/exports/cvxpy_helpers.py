"""The helper functions of exported CVXPY modules, as source text; a module gets those that it calls."""

from __future__ import annotations

from collections.abc import Collection

ENTRIES = '''\
class Entries(dict):
    """The entries of a vector variable by their keys, each made when it is first asked for."""

    def __init__(self, keys, **attributes):
        super().__init__()
        self.places = {key: place for place, key in enumerate(keys)}
        self.vector = cp.Variable(max(1, len(self.places)), **attributes)

    def __missing__(self, key):
        return self.setdefault(key, self.vector[self.places[key]])
'''

HELPER_SOURCES = {
    "total": '''\
def total(terms):
    """The sum of any number of terms, none included."""
    terms = list(terms)
    return cp.sum(cp.hstack(terms)) if terms else cp.Constant(0)
''',
    "pick": '''\
def pick(entries, keys):
    """The entries of many keys as one vector."""
    return entries.vector[[entries.places[key] for key in keys]]
''',
    "dot": '''\
def dot(entries, pairs):
    """The sum of coefficient*entry over pairs of a key and a coefficient."""
    if not pairs:
        return cp.Constant(0)
    keys, coefficients = zip(*pairs)
    return np.array(coefficients) @ pick(entries, keys)
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
        label(name, key): value
        for name, variable in variables.items()
        for key, value in amounts(variable)
    }
    return termination, float(problem.value), values


def amounts(variable):
    """Keys and values; a variable that appears nowhere gets 0."""
    if isinstance(variable, cp.Variable):
        return [((), 0.0 if variable.value is None else float(variable.value))]
    found = variable.vector.value
    return [(key, 0.0 if found is None else float(found[place])) for key, place in variable.places.items()]
'''


def helpers_used(used: Collection[str], body: str) -> tuple[str, ...]:
    """The sources of the helpers that a module calls."""
    called = {name.removeprefix("function ") for name in used if name.startswith("function ")}
    called |= {"piecewise"} if any(name.startswith("piecewise") for name in called) else set()
    called |= {"total"} if "total(" in body else set()
    called |= {"pick"} if "dot" in called else set()
    entries = (ENTRIES,) if "Entries(" in body else ()
    return (*entries, *(text for name, text in HELPER_SOURCES.items() if name in called))
