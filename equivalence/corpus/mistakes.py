"""Ways to get a linear program wrong: most of the time, for the oracle may find that nothing has changed."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

from equivalence.corpus.change import Change, affine, column, replaced, unchanged
from equivalence.corpus.optimum import Optimum, optimum
from equivalence.corpus.rewritings import big_m, complement, digits, rows_scaled
from equivalence.corpus.sketch import ONE, ZERO, Line, Range, Sketch
from equivalence.verdict import Affine


def split_without_the_sum(s: Sketch, rng: random.Random) -> Change | None:
    """``x = x1 + x2`` where nobody bounds the sum."""
    labels = [label for label, r in s.columns.items() if r.lower == 0 and r.upper is not None]
    if not labels:
        return None
    label = rng.choice(labels)
    first, second = s.fresh(f"{label} by day"), s.fresh(f"{label} by night")
    s.columns[first] = s.columns[second] = s.columns[label]
    return replaced(s, label, affine({first: 1, second: 1}), {first: column(label), second: Affine()})


def digits_cut_off(s: Sketch, rng: random.Random) -> Change | None:
    return digits(s, rng, enough=False)


def optimum_cut_off(s: Sketch, rng: random.Random) -> Change | None:
    """A row that leaves out everything as good as the optimum."""
    best = optimum(s)
    if best is None or not s.objective:
        return None
    limit = Fraction(round(best.value * 4), 4) - s.offset + s.towards * Fraction(1, 2)
    lower, upper = (limit, None) if s.sense == "minimize" else (None, limit)
    s.rows[s.fresh("cut")] = Line(dict(s.objective), lower, upper)
    return unchanged(s)


def _without_row(s: Sketch, rng: random.Random, *, binding: bool) -> Change | None:
    best = optimum(s)
    if best is None:
        return None
    names = [name for name, row in s.rows.items() if best.binds(row) == binding]
    if not names:
        return None
    del s.rows[rng.choice(names)]
    return unchanged(s)


def loose_row_dropped(s: Sketch, rng: random.Random) -> Change | None:
    return _without_row(s, rng, binding=False)


def binding_row_dropped(s: Sketch, rng: random.Random) -> Change | None:
    return _without_row(s, rng, binding=True)


def other_objective_same_argmax(s: Sketch, rng: random.Random) -> Change | None:
    """An objective coefficient changed such that the optimum that was found stays one."""
    before = optimum(s)
    labels = list(s.objective)
    rng.shuffle(labels)
    for label in labels if before is not None else ():
        for factor in (Fraction(5, 4), Fraction(3, 4), Fraction(3, 2), Fraction(1, 2)):
            changed = s.copy()
            changed.objective[label] *= factor
            after = optimum(changed)
            if after is not None and before is not None and _same_point(before, after):
                return unchanged(s, changed)
    return None


def row_coefficient_changed(s: Sketch, rng: random.Random) -> Change:
    name = rng.choice(list(s.rows))
    row = s.rows[name]
    label = rng.choice(list(row.terms))
    s.rows[name] = replace(row, terms={**row.terms, label: row.terms[label] + rng.choice((-ONE, ONE))})
    return unchanged(s)


def coefficients_swapped(s: Sketch, rng: random.Random) -> Change | None:
    labels = list(s.objective)
    if len(labels) < 2:
        return None
    one, other = rng.sample(labels, 2)
    s.objective[one], s.objective[other] = s.objective[other], s.objective[one]
    return unchanged(s)


def integrality_relaxed(s: Sketch, rng: random.Random) -> Change | None:
    if not any(r.integer for r in s.columns.values()):
        return None
    s.columns = {label: replace(r, integer=False) for label, r in s.columns.items()}
    return unchanged(s)


def integrality_added(s: Sketch, rng: random.Random) -> Change | None:
    labels = [label for label, r in s.columns.items() if not r.integer]
    if not labels:
        return None
    for label in labels if rng.random() < 0.5 else rng.sample(labels, 1):
        s.columns[label] = replace(s.columns[label], integer=True)
    return unchanged(s)


def off_by_one(s: Sketch, rng: random.Random) -> Change:
    name = rng.choice(list(s.rows))
    row, by = s.rows[name], rng.choice((-ONE, ONE))
    lower = None if row.lower is None else row.lower + by
    upper = None if row.upper is None else row.upper + by
    s.rows[name] = Line(row.terms, lower, upper)
    return unchanged(s)


def a_trifle_tighter(s: Sketch, rng: random.Random) -> Change:
    """A right-hand side that moved by less than any solver looks at."""
    name = rng.choice(list(s.rows))
    row, by = s.rows[name], Fraction(1, 10**8)
    lower = None if row.lower is None else row.lower + by
    upper = None if row.upper is None or row.upper == row.lower else row.upper - by
    s.rows[name] = Line(row.terms, lower, lower if row.lower == row.upper else upper)
    return unchanged(s)


def equation_relaxed(s: Sketch, rng: random.Random) -> Change | None:
    """An equation of which only one side is kept."""
    names = [name for name, row in s.rows.items() if row.lower is not None and row.lower == row.upper]
    if not names:
        return None
    name = rng.choice(names)
    row = s.rows[name]
    s.rows[name] = replace(row, lower=None) if rng.random() < 0.5 else replace(row, upper=None)
    return unchanged(s)


def sense_flipped(s: Sketch, rng: random.Random) -> Change:
    s.sense = "minimize" if s.sense == "maximize" else "maximize"
    return unchanged(s)


def objective_constant(s: Sketch, rng: random.Random) -> Change:
    best = optimum(s)
    s.objective = {}
    s.offset = Fraction(0) if best is None else Fraction(round(best.value * 100), 100)
    return unchanged(s)


def both_objectives_constant(s: Sketch, rng: random.Random) -> Change:
    """No preference in either; a row moved in half of the cases."""
    s.objective, s.offset = {}, ZERO
    base = s.copy()
    change = off_by_one(s, rng) if rng.random() < 0.5 else rows_scaled(s, rng)
    change.base = base
    return change


def symmetry_broken(s: Sketch, rng: random.Random) -> Change | None:
    labels = list(s.columns)
    if len(labels) < 2:
        return None
    one, other = rng.sample(labels, 2)
    s.rows[s.fresh("order")] = Line({one: ONE, other: -ONE}, ZERO, None)
    return unchanged(s)


def big_m_too_small(s: Sketch, rng: random.Random) -> Change | None:
    return big_m(s, Fraction(1, 2))


def bound_forgotten(s: Sketch, rng: random.Random) -> Change | None:
    labels = [label for label, r in s.columns.items() if r.upper is not None]
    if not labels:
        return None
    label = rng.choice(labels)
    s.columns[label] = replace(s.columns[label], upper=None)
    return unchanged(s)


def complement_without_constant(s: Sketch, rng: random.Random) -> Change | None:
    """The negation of a decision, with its constant forgotten in one row."""
    labels = [label for label, r in s.columns.items() if r.lower == 0 and r.upper is not None]
    if not labels:
        return None
    label = rng.choice(labels)
    rows = [name for name, row in s.rows.items() if label in row.terms]
    change = complement(s, label)
    if not rows:
        return None
    name, upper = rng.choice(rows), change.forward[label].constant
    row = change.sketch.rows[name]
    (new,) = change.forward[label].coefficients
    # The complement put the constant on the right-hand side; here it comes off again.
    moved = -upper * row.terms[new]
    change.sketch.rows[name] = Line(
        row.terms,
        None if row.lower is None else row.lower + moved,
        None if row.upper is None else row.upper + moved,
    )
    return change


def both_infeasible(s: Sketch, rng: random.Random) -> Change:
    """Each contradicts itself in a way of its own."""
    one, other = rng.sample(list(s.columns), 2)
    base = s.copy()
    base.rows[base.fresh("too much")] = Line({one: ONE, other: ONE}, Fraction(10**4), None)
    base.rows[base.fresh("too little")] = Line({one: ONE, other: ONE}, None, Fraction(10**3))
    s.rows[s.fresh("never")] = Line({one: Fraction(2)}, Fraction(7), Fraction(5))
    change = unchanged(s)
    change.base = base
    return change


def one_infeasible(s: Sketch, rng: random.Random) -> Change:
    one, other = rng.sample(list(s.columns), 2)
    s.rows[s.fresh("too much")] = Line({one: ONE, other: ONE}, Fraction(10**4), None)
    s.rows[s.fresh("too little")] = Line({one: ONE, other: ONE}, None, Fraction(10**3))
    return unchanged(s)


def both_unbounded(s: Sketch, rng: random.Random) -> Change:
    """A column that earns without limit in both; how much it earns differs in half of the cases."""
    free = s.fresh("loan")
    s.columns[free] = Range(ZERO)
    s.objective[free] = Fraction(-s.towards)
    base = s.copy()
    if rng.random() < 0.5:
        s.objective[free] *= 3
    change = rows_scaled(s, rng)
    change.base = base
    return change


def _same_point(before: Optimum, after: Optimum) -> bool:
    return all(abs(after.values[label] - value) < 1e-9 for label, value in before.values.items())
