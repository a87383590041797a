"""Programs with quadratic, nonlinear or conditional parts: equivalent where linear reasoning over their atoms shows it.

Products and functions are taken for columns of their own (see ``equivalence.lifting``), in a form in which equal ones
are one object. What is then proved, row by row as for linear programs, covers renaming, order, scaling, completed
squares, constants and factors of the objective, slacks, an objective in a row, and rows that others imply.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from equivalence.bounding import Source
from equivalence.context import DeclaredMap, Options
from equivalence.exact import ONE, ZERO, Expr, Linear, combine, content, substitute
from equivalence.lifting import Atoms, Conditional, Lifted, lifted, skeleton
from equivalence.polynomials import Monomial, Polynomial, TooLarge, constant
from equivalence.proof import Containment, Scale, contained, objective_scale, vanishes
from equivalence.structure import isomorphism
from equivalence.verdict import Affine, AffineMap, Contract, Relation, Side, Verdict
from equivalence.workspace import EmptyProgram
from formulations.program import Program

#: Polynomials over the other program's columns, for columns of one program.
Images = Mapping[int, Polynomial]


def curved(program: Program) -> bool:
    """Whether there is anything but linear rows and a linear objective."""
    return bool(
        program.quadratic
        or program.nonlinear
        or program.indicators
        or program.objective_quadratic is not None
        or program.objective_nonlinear is not None
    )


def compare_curved(
    a: Program,
    b: Program,
    contract: Contract,
    options: Options | None = None,
    declared: DeclaredMap | None = None,
) -> Verdict:
    """A proved equivalence, or UNKNOWN with its reason: nothing about curved programs is refuted here."""
    options = options or Options()
    deadline = time.monotonic() + options.time_limit
    try:
        sides = lifted(a, _binary(a)), lifted(b, _binary(b))
    except TooLarge:
        return _unknown(contract, "an expression has too many terms to be multiplied out")
    except EmptyProgram as error:
        return _unknown(contract, f"a program contradicts itself: {error}")
    tests = []
    for maps in _maps(*sides, options, declared, deadline):
        try:
            verdict, shortcoming = _proved(*sides, maps, contract, deadline)
        except TooLarge:
            verdict, shortcoming = None, "an expression has too many terms to be multiplied out"
        if verdict is not None:
            return verdict
        tests.append(f"{maps.origin}: {shortcoming}")
    reason = f"nonlinear: no map could be proved; {tests[0]}" if tests else "nonlinear: no map between the columns"
    return replace(_unknown(contract, reason), tests=tuple(tests))


def _unknown(contract: Contract, reason: str) -> Verdict:
    return Verdict(relation=Relation.UNKNOWN, contract=contract, exact=False, reason=reason)


def _binary(program: Program) -> frozenset[int]:
    bounds = zip(program.column_lower.tolist(), program.column_upper.tolist(), program.integer.tolist(), strict=True)
    return frozenset(j for j, bound in enumerate(bounds) if bound == (0.0, 1.0, True))


# --- maps ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Maps:
    """forward: columns of A over those of B, those that the lifted form keeps; backward the other way."""

    forward: Images
    backward: Images
    origin: str
    by_name: bool | None = None


def _maps(a: Lifted, b: Lifted, options: Options, declared: DeclaredMap | None, deadline: float) -> Iterator[_Maps]:
    labels = [{label: j for j, label in enumerate(side.program.columns)} for side in (a, b)]
    if declared is not None:
        forward = _declared(declared.forward, *labels)
        backward = _declared(declared.backward, *reversed(labels))
        yield _Maps(forward, backward, "the declared map")
        if declared.trusted:
            return
    names = [dict.fromkeys(list(side.program.columns)[j] for j in side.kept) for side in (a, b)]
    same = options.trust_names and names[0].keys() == names[1].keys()
    if same:
        pairs = {labels[0][label]: labels[1][label] for label in names[0]}
        yield _bijection(pairs, "equal names", by_name=True)
    found = _isomorphic(a, b, deadline)
    if found is not None:
        yield _bijection(found, "an isomorphism", by_name=False if same else None)
    if len(a.kept) == len(b.kept):
        yield _bijection(dict(zip(a.kept, b.kept, strict=True)), "equal places", by_name=False if same else None)


def _bijection(pairs: Mapping[int, int], origin: str, *, by_name: bool | None) -> _Maps:
    forward: dict[int, Polynomial] = {j: {((k, 1),): ONE} for j, k in pairs.items()}
    backward: dict[int, Polynomial] = {k: {((j, 1),): ONE} for j, k in pairs.items()}
    return _Maps(forward, backward, origin, by_name)


def _declared(
    given: Mapping[str, Affine], target: Mapping[str, int], source: Mapping[str, int]
) -> dict[int, Polynomial]:
    images: dict[int, Polynomial] = {}
    for label, image in given.items():
        if label in target and image.coefficients.keys() <= source.keys():
            terms: dict[Monomial, Fraction] = {((source[name], 1),): c for name, c in image.coefficients.items() if c}
            images[target[label]] = {**terms, **constant(image.constant)}
    return images


def _isomorphic(a: Lifted, b: Lifted, deadline: float) -> dict[int, int] | None:
    """A bijection of the kept columns under which the programs and all their atoms are the same."""
    functions = sorted({name for side in (a, b) for name, _ in side.atoms.graph.nodes})
    names = {name: n for n, name in enumerate(functions)}
    found = isomorphism(skeleton(a, names), skeleton(b, names), deadline=min(deadline, time.monotonic() + 2))
    if found is None:
        return None
    pairs = {}
    for k, j in enumerate(a.form.kept):
        if j < a.program.column_count:
            other = b.form.kept[found.columns[k]] if found.columns[k] < len(b.form.kept) else b.program.column_count
            if other >= b.program.column_count:
                return None
            pairs[j] = other
    return pairs


# --- proofs -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Way:
    """One direction: whether plans of the source become plans of the target, over the source's atoms."""

    containment: Containment
    source: Source
    images: tuple[Expr, ...]


def _proved(a: Lifted, b: Lifted, maps: _Maps, contract: Contract, deadline: float) -> tuple[Verdict | None, str]:
    into_a = _way(b, a, maps.forward, Side.A, deadline)
    if not isinstance(into_a, _Way):
        return None, into_a
    into_b = _way(a, b, maps.backward, Side.B, deadline)
    if not isinstance(into_b, _Way):
        return None, into_b
    for side, way in ((Side.A, into_a), (Side.B, into_b)):
        if not way.containment.proved:
            what = way.containment.violated or way.containment.reason
            return None, f"'{what}' of {side.value} is open"
    mapped = substitute(a.form.linear.objective, into_a.images)
    scale = objective_scale(into_a.source, mapped, b.form.linear.objective)
    if scale is None or not _holds_on_a(a, b, into_b, scale):
        return None, "the objectives do not agree"
    return _verdict(a, b, maps, contract, (into_a, into_b), scale), ""


def _holds_on_a(a: Lifted, b: Lifted, into_b: _Way, scale: Scale) -> bool:
    back = substitute(b.form.linear.objective, into_b.images)
    return vanishes(into_b.source, combine([(ONE, a.form.linear.objective), (-scale.alpha, back)], -scale.beta))


def _way(source: Lifted, target: Lifted, images: Images, side: Side, deadline: float) -> _Way | str:
    """The proof of one direction, or what stands in its way."""
    missing = [j for j in target.kept if j not in images]
    if missing:
        return f"'{list(target.program.columns)[missing[0]]}' of {side.value} has no image"
    atoms = Atoms(source.atoms.graph, dict(source.atoms.numbers))
    graph = atoms.graph
    whole = [images.get(j, {}) for j in range(target.program.column_count)]
    for node in target.partial:
        # A function that is not defined everywhere forbids plans by occurring.
        if not graph.image(node, target.atoms.graph, whole).keys() <= {((n, 1),) for n in source.partial}:
            return f"{side.value} has a function that the other program does not have"
    for row in target.conditional:
        if not _said(row, source, target, whole):
            return f"a conditional row of {side.value} is not a row of the other program"
    polynomials = [
        graph.translated(target.polynomial(k), target.atoms.graph, whole) for k in range(len(target.form.kept))
    ]
    mapped = [atoms.expr(polynomial) for polynomial in polynomials]
    columns = atoms.columns(tuple(source.form.original.columns[: source.program.column_count]))
    place = {j: Expr({k: ONE}) for k, j in enumerate(source.form.kept)}
    linear = source.form.linear
    extended = list(linear.columns)
    for j in range(len(columns)):
        if j not in place:
            lift = source.form.lift[j] if j < len(source.form.lift) else None
            if lift is None:
                lift = Expr({len(extended): ONE})
                extended.append(columns[j])
            place[j] = lift
    wide = Source(Linear(tuple(extended), linear.rows, linear.objective), deadline)
    exprs = tuple(substitute(expr, place) for expr in mapped)
    return _Way(contained(wide, target.form.linear, exprs, side, thorough=False), wide, exprs)


def _said(row: Conditional, source: Lifted, target: Lifted, images: Sequence[Polynomial]) -> bool:
    """Whether the source has the conditional row too, as tight or tighter."""
    graph = source.atoms.graph
    switch = images[row.column]
    body = graph.translated(row.body, target.atoms.graph, images)
    for other in source.conditional:
        if switch != {((other.column, 1),): ONE} or other.value != row.value:
            continue
        for sign in (1, -1):
            own, own_size = _normal(other.body)
            wanted, size = _normal(body)
            if own != {monomial: sign * c for monomial, c in wanted.items()}:
                continue
            shift = other.body.get((), ZERO) / own_size, body.get((), ZERO) / size
            ends = [None if e is None else e / own_size - shift[0] for e in (other.lower, other.upper)]
            asked = [None if e is None else sign * (e / size - shift[1]) for e in (row.lower, row.upper)]
            if sign < 0:
                asked.reverse()
            if (asked[0] is None or (ends[0] is not None and ends[0] >= asked[0])) and (
                asked[1] is None or (ends[1] is not None and ends[1] <= asked[1])
            ):
                return True
    return False


def _normal(body: Polynomial) -> tuple[dict[tuple[tuple[int, int], ...], Fraction], Fraction]:
    """The body without its constant, divided by its content; the content."""
    terms = {monomial: c for monomial, c in body.items() if monomial}
    size = content(terms.values())
    return {monomial: c / size for monomial, c in terms.items()}, size


def _verdict(
    a: Lifted, b: Lifted, maps: _Maps, contract: Contract, ways: tuple[_Way, _Way], scale: Scale
) -> Verdict | None:
    certificates = tuple(c for way in ways for c in way.containment.certificates)
    plain = all(c.method in ("same row", "bounds") for c in certificates)
    whole = all(len(side.form.kept) == len(side.form.original.columns) for side in (a, b))
    alike = plain and whole and len(a.form.linear.rows) == len(b.form.linear.rows)
    retraction = _identity(a, b, maps.backward, maps.forward) or _identity(b, a, maps.forward, maps.backward)
    if alike and retraction:
        relation, reason = Relation.EQUIVALENT_STRUCTURAL, "A and B say the same, row by row and column by column"
    elif retraction:
        relation = Relation.EQUIVALENT_PROVED
        reason = f"every plan of one is a plan of the other, of the same worth, by {maps.origin}"
    else:
        relation = Relation.SAME_OPTIMA_PROVED
        reason = f"the best plans of one give best plans of the other, by {maps.origin}"
    forward, backward = _labelled(a, b, maps.forward, maps.origin), _labelled(b, a, maps.backward, maps.origin)
    if relation is Relation.SAME_OPTIMA_PROVED and not any(
        image.coefficients for found in (forward, backward) for image in found.columns.values()
    ):
        return None
    by_name = maps.by_name
    if by_name is False:
        reason += "; not by equal names: columns of one label do not stand for each other"
    pairs = tuple(
        (own, next(iter(image.coefficients))) for own, image in forward.columns.items() if len(image.coefficients) == 1
    )
    return Verdict(
        relation=relation,
        contract=contract,
        exact=all(c.exact for c in certificates),
        reason=reason,
        forward=forward,
        backward=backward,
        by_name=by_name,
        alpha=scale.alpha,
        beta=scale.beta,
        certificates=() if relation is Relation.EQUIVALENT_STRUCTURAL else certificates,
        matched_columns=pairs if relation is Relation.EQUIVALENT_STRUCTURAL else (),
    )


def _identity(here: Lifted, there: Lifted, out: Images, back: Images) -> bool:
    """Whether going out by one map and back by the other changes no column that ``here`` keeps."""
    graph = here.atoms.graph
    whole = [out.get(j, {}) for j in range(there.program.column_count)]
    return all(j in back and graph.translated(back[j], there.atoms.graph, whole) == {((j, 1),): ONE} for j in here.kept)


def _labelled(target: Lifted, source: Lifted, images: Images, origin: str) -> AffineMap:
    """The images of kept columns in the user's labels."""
    own, other = list(target.program.columns), list(source.program.columns)
    return AffineMap(
        columns={
            own[j]: Affine(
                {other[monomial[0][0]]: c for monomial, c in images[j].items() if monomial},
                images[j].get((), Fraction(0)),
            )
            for j in target.kept
        },
        origin=origin,
    )
