"""The helper functions of exported highspy modules, as source text; a module gets those that it calls."""

from __future__ import annotations

from collections.abc import Collection

HELPER_SOURCES = {
    "absolute_above": '''\
def absolute_above(h, term):
    """A variable that is at least |term|; whatever presses it down makes it equal."""
    size = h.addVariable()
    h.addConstr(size >= term)
    h.addConstr(size >= -term)
    return size
''',
    "absolute": '''\
def absolute(h, term, lower, upper):
    """A variable that equals |term|, for a term between lower and upper."""
    size, positive = h.addVariable(), h.addBinary()
    h.addConstr(size >= term)
    h.addConstr(size >= -term)
    h.addConstr(size <= term + 2 * max(0, -lower) * (1 - positive))
    h.addConstr(size <= -term + 2 * max(0, upper) * positive)
    return size
''',
    "largest_above": '''\
def largest_above(h, terms):
    """A variable that is at least each of the terms; whatever presses it down makes it their maximum."""
    top = h.addVariable(lb=-highspy.kHighsInf)
    for term in terms:
        h.addConstr(top >= term)
    return top
''',
    "smallest_below": '''\
def smallest_below(h, terms):
    """A variable that is at most each of the terms; whatever pulls it up makes it their minimum."""
    bottom = h.addVariable(lb=-highspy.kHighsInf)
    for term in terms:
        h.addConstr(bottom <= term)
    return bottom
''',
    "largest": '''\
def largest(h, terms, lower, upper):
    """A variable that equals the maximum of the terms, all of them between lower and upper."""
    top, chosen = h.addVariable(lb=-highspy.kHighsInf), [h.addBinary() for _ in terms]
    h.addConstr(h.qsum(chosen) == 1)
    for term, here in zip(terms, chosen):
        h.addConstr(top >= term)
        h.addConstr(top <= term + (upper - lower) * (1 - here))
    return top
''',
    "smallest": '''\
def smallest(h, terms, lower, upper):
    """A variable that equals the minimum of the terms, all of them between lower and upper."""
    bottom, chosen = h.addVariable(lb=-highspy.kHighsInf), [h.addBinary() for _ in terms]
    h.addConstr(h.qsum(chosen) == 1)
    for term, here in zip(terms, chosen):
        h.addConstr(bottom <= term)
        h.addConstr(bottom >= term - (upper - lower) * (1 - here))
    return bottom
''',
    "piecewise": '''\
def piecewise(h, argument, points, bend=0):
    """The value at the argument of the function that is linear between the points (x, y).

    A weighted mean of two neighbouring points. Choosing the neighbours takes binary variables, except where only
    the upper side of a convex function matters (bend=1), or only the lower side of a concave one (bend=-1).
    """
    weights = [h.addVariable() for _ in points]
    h.addConstr(h.qsum(weights) == 1)
    h.addConstr(h.qsum(w * x for w, (x, y) in zip(weights, points)) == argument)
    slopes = [bend * (d - b) / (c - a) for (a, b), (c, d) in zip(points, points[1:])]
    if len(points) > 2 and not (bend and slopes == sorted(slopes)):
        segments = [h.addBinary() for _ in points[1:]]
        h.addConstr(h.qsum(segments) == 1)
        for k, weight in enumerate(weights):
            h.addConstr(weight <= h.qsum(segments[max(0, k - 1) : k + 1]))
    return h.qsum(w * y for w, (x, y) in zip(weights, points))
''',
    "switched": '''\
def switched(h, switch, term, lower, upper):
    """A variable that equals switch * term, for a binary switch and a term between lower and upper."""
    product = h.addVariable(lb=min(0, lower), ub=max(0, upper))
    h.addConstr(product <= upper * switch)
    h.addConstr(product >= lower * switch)
    h.addConstr(product <= term - lower * (1 - switch))
    h.addConstr(product >= term - upper * (1 - switch))
    return product
''',
    "add_products": '''\
def add_products(h, linear, products):
    """The linear part of linear + sum of coefficient*left*right, and the Hessian of its quadratic part."""
    entries = defaultdict(float)
    for coefficient, left, right in products:
        left, right = h.expr(left), h.expr(right)
        a, b = left.constant or 0.0, right.constant or 0.0
        linear = linear + coefficient * (a * right + b * left) - coefficient * a * b
        for i, u in zip(left.idxs, left.vals):
            for j, v in zip(right.idxs, right.vals):
                # HiGHS halves the quadratic form and takes the lower triangle of its matrix.
                entries[min(i, j), max(i, j)] += coefficient * u * v * (2 if i == j else 1)
    hessian = highspy.HighsHessian()
    hessian.dim_ = h.getNumCol()
    hessian.format_ = highspy.HessianFormat.kTriangular
    columns = sorted(entries)
    firsts = [i for i, _ in columns]
    hessian.start_ = [bisect.bisect_left(firsts, column) for column in range(hessian.dim_ + 1)]
    hessian.index_ = [j for _, j in columns]
    hessian.value_ = [entries[column] for column in columns]
    return linear, hessian
''',
}

SOLVE = '''\
TERMINATIONS = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible_or_unbounded",
    highspy.HighsModelStatus.kUnbounded: "unbounded",
}


def solve(h, variables):
    """How HiGHS stopped, the objective, and the value of every variable."""
    h.setOptionValue("mip_rel_gap", 1e-9)
    h.solve()
    information = h.getInfo()
    found = information.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    termination = TERMINATIONS.get(h.getModelStatus(), "feasible" if found else "no_solution_found")
    if termination not in ("optimal", "feasible"):
        return termination, None, {}
    values = {
        label(name, key): h.val(variable)
        for name, entries in variables.items()
        for key, variable in entries.items()
    }
    return termination, information.objective_function_value, values
'''


def helpers_used(used: Collection[str]) -> tuple[str, ...]:
    """The sources of the helpers that a module calls."""
    called = {name.removeprefix("function ") for name in used if name.startswith("function ")}
    called |= {"piecewise"} if any(name.startswith("piecewise") for name in called) else set()
    return tuple(text for name, text in HELPER_SOURCES.items() if name in called)
