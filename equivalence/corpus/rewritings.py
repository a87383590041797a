"""Ways to write a linear program differently. They are meant to keep the decisions; the oracle says whether they do."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

from equivalence.corpus.change import Change, affine, column, composed, identity, replaced, unchanged
from equivalence.corpus.optimum import optimum
from equivalence.corpus.sketch import ONE, ZERO, Line, Range, Sketch
from equivalence.verdict import Affine


def permuted_and_renamed(s: Sketch, rng: random.Random) -> Change:
    columns, rows = list(s.columns), list(s.rows)
    rng.shuffle(columns)
    rng.shuffle(rows)
    s.columns = {label: s.columns[label] for label in columns}
    s.rows = {name: s.rows[name] for name in rows}
    new = {label: f"v{k + 1}" for k, label in enumerate(columns)}
    s.rename(new, {name: f"c{k + 1}" for k, name in enumerate(rows)})
    backward = {new[label]: column(label) for label in columns}
    return Change(s, {label: column(new[label]) for label in columns}, backward)


def rows_scaled(s: Sketch, rng: random.Random) -> Change:
    factors = [Fraction(k) for k in (-5, -2, -1, 2, 4, 10)] + [Fraction(1, 2), Fraction(-1, 4)]
    s.rows = {name: row.times(rng.choice(factors)) for name, row in s.rows.items()}
    return unchanged(s)


def objective_rescaled(s: Sketch, rng: random.Random) -> Change:
    factor, constant = Fraction(rng.choice((2, 5, 10))), Fraction(rng.randint(-20, 20))
    s.objective = {label: factor * c for label, c in s.objective.items()}
    base = s.offset
    s.offset = factor * base + constant
    change = unchanged(s)
    change.alpha, change.beta = 1 / factor, -s.towards * constant / factor
    return change


def sense_restated(s: Sketch, rng: random.Random) -> Change:
    s.sense = "minimize" if s.sense == "maximize" else "maximize"
    s.objective = {label: -c for label, c in s.objective.items()}
    s.offset = -s.offset
    return unchanged(s)


def units_changed(s: Sketch, rng: random.Random) -> Change | None:
    change = unchanged(s)
    labels = [label for label, r in s.columns.items() if not r.integer]
    for label in rng.sample(labels, min(2, len(labels))):
        factor = Fraction(rng.choice((2, 5, 10, 1000)))
        old, new = change.sketch.columns[label], change.sketch.fresh(f"{label} in other units")
        change.sketch.columns[new] = Range(_times(old.lower, 1 / factor), _times(old.upper, 1 / factor))
        step = replaced(change.sketch, label, affine({new: factor}), {new: affine({label: 1 / factor})})
        change = composed(change, step)
    return change if labels else None


def slacks_added(s: Sketch, rng: random.Random) -> Change | None:
    backward = identity(s)
    forward = identity(s)
    for name, row in list(s.rows.items()):
        if (row.lower is None) == (row.upper is None):
            continue
        slack = s.fresh(f"slack of {name}")
        s.columns[slack] = Range(ZERO)
        if row.upper is not None:
            s.rows[name] = Line({**row.terms, slack: ONE}, row.upper, row.upper)
            backward[slack] = affine({label: -c for label, c in row.terms.items()}, row.upper)
        elif row.lower is not None:
            s.rows[name] = Line({**row.terms, slack: -ONE}, row.lower, row.lower)
            backward[slack] = affine(row.terms, -row.lower)
    return Change(s, forward, backward) if len(s.columns) > len(forward) else None


def _objective_column(s: Sketch, line: str, bounds: Range) -> Change:
    """The objective moved into a row: ``z == expression``, or ``z >= expression`` when minimizing."""
    forward, backward = identity(s), identity(s)
    z = s.fresh("objective value")
    s.columns[z] = bounds
    terms = {z: ONE, **{label: -c for label, c in s.objective.items()}}
    lower = s.offset if line == "equal" or s.sense == "minimize" else None
    upper = s.offset if line == "equal" or s.sense == "maximize" else None
    s.rows[s.fresh("objective row")] = Line(terms, lower, upper)
    backward[z] = affine(s.objective, s.offset)
    s.objective, s.offset = {z: ONE}, ZERO
    return Change(s, forward, backward)


def objective_column_free(s: Sketch, rng: random.Random) -> Change:
    return _objective_column(s, "equal", Range())


def objective_column_nonnegative(s: Sketch, rng: random.Random) -> Change:
    """Right unless some plan is worth less than nothing, for which a cost is taken off in half of the cases."""
    base = None
    if rng.random() < 0.5:
        best = optimum(s)
        if best is not None:
            s.offset -= Fraction(round(best.value)) + rng.choice((-1, 1, 3))
            base = s.copy()
    change = _objective_column(s, "equal", Range(ZERO))
    change.base = base
    return change


def epigraph(s: Sketch, rng: random.Random) -> Change:
    return _objective_column(s, "beyond", Range())


def split_in_two(s: Sketch, rng: random.Random) -> Change | None:
    """``x = x1 + x2``: both with all of x's range, and their sum within it."""
    labels = [label for label, r in s.columns.items() if r.lower == 0]
    if not labels:
        return None
    label = rng.choice(labels)
    old = s.columns[label]
    first, second = s.fresh(f"{label} by day"), s.fresh(f"{label} by night")
    s.columns[first] = s.columns[second] = old
    if old.upper is not None:
        s.rows[s.fresh(f"both {label}")] = Line({first: ONE, second: ONE}, None, old.upper)
    return replaced(s, label, affine({first: 1, second: 1}), {first: column(label), second: Affine()})


def split_by_sign(s: Sketch, rng: random.Random) -> Change | None:
    """``x = plus - minus``."""
    label = rng.choice(list(s.columns))
    old = s.columns[label]
    plus, minus = s.fresh(f"{label} up"), s.fresh(f"{label} down")
    room = old.upper if old.upper is not None else None
    s.columns[plus] = Range(ZERO, room, old.integer)
    s.columns[minus] = Range(ZERO, Fraction(2), old.integer)
    s.rows[s.fresh(f"net {label}")] = Line({plus: ONE, minus: -ONE}, old.lower, old.upper)
    back = {plus: column(label), minus: Affine()} if old.lower is not None and old.lower >= 0 else None
    return replaced(s, label, affine({plus: 1, minus: -1}), back)


def digits(s: Sketch, rng: random.Random, *, enough: bool) -> Change | None:
    labels = [
        label for label, r in s.columns.items() if r.integer and r.lower == 0 and r.upper is not None and r.upper > 1
    ]
    if not labels:
        return None
    label = rng.choice(labels)
    upper = s.columns[label].upper
    assert upper is not None
    count = int(upper).bit_length() - (0 if enough else 1)
    digits = {s.fresh(f"{label} bit {k}"): Fraction(2**k) for k in range(count)}
    for digit in digits:
        s.columns[digit] = Range(ZERO, ONE, integer=True)
    s.rows[s.fresh(f"size of {label}")] = Line(digits, None, upper)
    return replaced(s, label, affine(digits), None)


def digits_in_full(s: Sketch, rng: random.Random) -> Change | None:
    return digits(s, rng, enough=True)


def shifted(s: Sketch, rng: random.Random) -> Change:
    label = rng.choice(list(s.columns))
    by = Fraction(rng.choice((-3, 2, 5)))
    old, new = s.columns[label], s.fresh(f"{label} moved")
    s.columns[new] = replace(
        old,
        lower=None if old.lower is None else old.lower - by,
        upper=None if old.upper is None else old.upper - by,
    )
    return replaced(s, label, affine({new: 1}, by), {new: affine({label: 1}, -by)})


def complement(s: Sketch, label: str) -> Change:
    old, new = s.columns[label], s.fresh(f"{label} left out")
    assert old.upper is not None
    assert old.lower is not None
    s.columns[new] = replace(old, lower=ZERO, upper=old.upper - old.lower)
    return replaced(s, label, affine({new: -1}, old.upper), {new: affine({label: -1}, old.upper)})


def complemented(s: Sketch, rng: random.Random) -> Change | None:
    labels = [label for label, r in s.columns.items() if r.lower is not None and r.upper is not None]
    change = unchanged(s)
    for label in rng.sample(labels, min(2, len(labels))):
        change = composed(change, complement(change.sketch, label))
    return change if labels else None


def bounds_as_rows(s: Sketch, rng: random.Random) -> Change:
    for label, old in list(s.columns.items()):
        if old.upper is not None:
            s.rows[s.fresh(f"most {label}")] = Line({label: ONE}, None, old.upper)
        if old.lower is not None and old.lower != 0:
            s.rows[s.fresh(f"least {label}")] = Line({label: -ONE}, None, -old.lower)
        s.columns[label] = replace(old, lower=ZERO if old.lower == 0 else None, upper=None)
    return unchanged(s)


def equations_halved(s: Sketch, rng: random.Random) -> Change | None:
    """Every equation as two inequalities."""
    count = len(s.rows)
    for name, row in list(s.rows.items()):
        if row.lower is not None and row.lower == row.upper:
            s.rows[name] = Line(row.terms, row.lower, None)
            s.rows[s.fresh(f"{name} from above")] = Line(row.terms, None, row.upper)
    return unchanged(s) if len(s.rows) > count else None


def column_solved_for(s: Sketch, rng: random.Random) -> Change | None:
    """A continuous column of an equation replaced by what the equation says it is."""
    choices = [
        (name, label)
        for name, row in s.rows.items()
        if row.lower is not None and row.lower == row.upper
        for label, c in row.terms.items()
        if abs(c) == 1 and not s.columns[label].integer
    ]
    if not choices:
        return None
    name, label = rng.choice(choices)
    row, old = s.rows.pop(name), s.columns[label]
    assert row.lower is not None
    pivot = row.terms[label]
    others = {other: -c / pivot for other, c in row.terms.items() if other != label}
    image = affine(others, row.lower / pivot)
    forward = identity(s) | {label: image}
    s.substitute(label, image)
    s.rows[name] = Line(
        others,
        None if old.lower is None else old.lower - image.constant,
        None if old.upper is None else old.upper - image.constant,
    )
    return Change(s, forward, identity(s))


def total_named(s: Sketch, rng: random.Random) -> Change | None:
    """An auxiliary column for the left-hand side of a row, used there and in the objective's place of it."""
    names = [name for name, row in s.rows.items() if len(row.terms) > 1]
    if not names:
        return None
    name = rng.choice(names)
    row = s.rows[name]
    total = s.fresh(f"total of {name}")
    forward, backward = identity(s), identity(s)
    s.columns[total] = Range()
    s.rows[name] = Line({total: ONE}, row.lower, row.upper)
    s.rows[s.fresh(f"{name} added up")] = Line({total: ONE, **{k: -c for k, c in row.terms.items()}}, ZERO, ZERO)
    backward[total] = affine(row.terms)
    return Change(s, forward, backward)


def valid_inequality(s: Sketch, rng: random.Random) -> Change | None:
    """The sum of two rows, or one row with its coefficients rounded down, as Chvátal and Gomory do."""
    rows = [row if row.upper is not None else row.times(-ONE) for row in s.rows.values()]
    rows = [row for row in rows if row.upper is not None]
    whole = [
        row
        for row in rows
        if all(s.columns[label].integer and (s.columns[label].lower or 0) >= 0 for label in row.terms)
        and all(s.columns[label].lower is not None for label in row.terms)
    ]
    if whole and rng.random() < 0.6:
        row, divisor = rng.choice(whole), rng.choice((2, 3))
        assert row.upper is not None
        terms = {label: Fraction(c // divisor) for label, c in row.terms.items()}
        cut = Line({label: c for label, c in terms.items() if c}, None, Fraction(row.upper // divisor))
    elif len(rows) > 1:
        cut = _sum(*rng.sample(rows, 2))
    else:
        return None
    if cut.terms:
        s.rows[s.fresh("cut")] = cut
    return unchanged(s)


def row_repeated(s: Sketch, rng: random.Random) -> Change:
    name = rng.choice(list(s.rows))
    row = s.rows[name]
    looser = Line(
        row.terms,
        None if row.lower is None else row.lower - 1,
        None if row.upper is None else row.upper + 1,
    )
    s.rows[s.fresh(f"{name} again")] = looser.times(Fraction(rng.choice((1, 2, -1))))
    return unchanged(s)


def disaggregated(s: Sketch, rng: random.Random) -> Change | None:
    """``sum(x) <= M y`` as one row for each x, by its own bound."""
    found = False
    for name, row in list(s.rows.items()):
        switches = [label for label, c in row.terms.items() if c < 0 and s.columns[label].binary]
        rest = [label for label in row.terms if label not in switches]
        if row.upper != 0 or row.lower is not None or len(switches) != 1 or len(rest) < 2:
            continue
        if any(s.columns[label].upper is None or row.terms[label] != 1 for label in rest):
            continue
        del s.rows[name]
        for label in rest:
            upper = s.columns[label].upper
            assert upper is not None
            s.rows[s.fresh(f"{name} {label}")] = Line({label: ONE, switches[0]: -upper}, None, ZERO)
        found = True
    return unchanged(s) if found else None


def big_m(s: Sketch, factor: Fraction) -> Change | None:
    """The coefficients of the binaries that switch rows on and off multiplied by a factor."""
    found = False
    for name, row in list(s.rows.items()):
        switches = [label for label in row.terms if s.columns[label].binary]
        rest = [label for label in row.terms if not s.columns[label].binary]
        if len(switches) != 1 or not rest:
            continue
        (switch,) = switches
        size = row.terms[switch]
        if row.upper is not None and row.lower is None:
            # On: terms <= upper - M. Off at y = 0 if M < 0, at y = 1 otherwise.
            moved = Line({**row.terms, switch: factor * size}, None, row.upper)
            if size > 0:
                moved = replace(moved, upper=row.upper + (factor - 1) * size)
        elif row.lower is not None and row.upper is None:
            moved = Line({**row.terms, switch: factor * size}, row.lower, None)
            if size < 0:
                moved = replace(moved, lower=row.lower + (factor - 1) * size)
        else:
            continue
        s.rows[name] = moved
        found = True
    return unchanged(s) if found else None


def big_m_larger(s: Sketch, rng: random.Random) -> Change | None:
    return big_m(s, Fraction(2))


def equal_values_swapped(s: Sketch, rng: random.Random) -> Change | None:
    """Two objective coefficients that happen to be equal, exchanged: nobody can see it in this instance."""
    labels = list(s.objective)
    if len(labels) < 2:
        return None
    one, other = rng.sample(labels, 2)
    s.objective[other] = s.objective[one]
    base = s.copy()
    s.objective[one], s.objective[other] = s.objective[other], s.objective[one]
    change = unchanged(s)
    change.base = base
    return change


def several_at_once(s: Sketch, rng: random.Random) -> Change | None:
    steps = (
        rows_scaled,
        objective_rescaled,
        units_changed,
        slacks_added,
        objective_column_free,
        epigraph,
        split_in_two,
        shifted,
        complemented,
        bounds_as_rows,
        total_named,
        column_solved_for,
        permuted_and_renamed,
    )
    change = unchanged(s)
    for step in rng.sample(steps, 3):
        following = step(change.sketch.copy(), rng)
        if following is not None:
            change = composed(change, following)
    return change


def _sum(first: Line, second: Line) -> Line:
    terms = dict(first.terms)
    for label, c in second.terms.items():
        terms[label] = terms.get(label, ZERO) + c
    assert first.upper is not None
    assert second.upper is not None
    return Line({label: c for label, c in terms.items() if c}, None, first.upper + second.upper)


def _times(value: Fraction | None, factor: Fraction) -> Fraction | None:
    return None if value is None else value * factor
