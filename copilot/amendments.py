"""Moving a limit where it stands: a repair of an infeasible problem becomes the next version of the document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from copilot.compiled import compile_document
from copilot.sheets import dimension
from formulations.expression import Binary, Binder, Comparison, Expression, Item, Name, Negative, Number
from formulations.formulation import Constraint, Document, Member, Parameter, Record, Variable
from formulations.parse import parse_binders, parse_expression, parse_index
from formulations.printing import to_text
from formulations.program import Program
from solvers.infeasibility import Change, Kind, Side, repaired


class AmendmentRefused(ValueError):
    """A limit cannot be moved in the formulation as it is written: ``str`` says which."""


def amended(document: Document, changes: Iterable[Change]) -> Document:
    """The document whose program has these limits moved, and nothing else.

    A limit that is a number or a parameter gets its new value there; any other gets an amount added, by a new
    parameter where it belongs to one entry of many. Raises AmendmentRefused.
    """
    for change in changes:
        document = _moved(document, change)
    return document


def _moved(document: Document, change: Change) -> Document:
    before = compile_document(document).program
    if before is None:
        raise AmendmentRefused("the formulation has findings: mend them first")
    wanted = repaired(before, [change])
    for candidate in _candidates(document, before, change):
        after = compile_document(candidate).program
        if after is not None and _same_limits(after, wanted):
            return candidate
    raise AmendmentRefused(f"the limit of '{change.member.label}' cannot be moved where it is written: edit it by hand")


def _same_limits(program: Program, wanted: Program) -> bool:
    pairs = (
        (program.row_lower, wanted.row_lower),
        (program.row_upper, wanted.row_upper),
        (program.column_lower, wanted.column_lower),
        (program.column_upper, wanted.column_upper),
        (program.matrix.data, wanted.matrix.data),
        (program.objective, wanted.objective),
    )
    return all(a.shape == b.shape and np.allclose(a, b, rtol=1e-9, atol=1e-9) for a, b in pairs)


def _candidates(document: Document, program: Program, change: Change) -> Iterator[Document]:
    """Ways to write the change, the most natural first; whether one does what is meant is for grounding to say."""
    labels = program.rows if change.member.kind is Kind.CONSTRAINT else program.columns
    block, inside = labels.locate(change.member.position)
    key, amount = block.key(inside), change.after - change.before
    for element in document.formulation.elements():
        if element.name != block.name:
            continue
        if isinstance(element, Constraint):
            yield from _in_constraint(document, element, change, key)
        elif isinstance(element, Variable):
            yield from _in_bound(document, element, change.member.side, key, amount)


def _in_constraint(
    document: Document, constraint: Constraint, change: Change, key: tuple[Member, ...]
) -> Iterator[Document]:
    relation = parse_expression(constraint.expression)
    assert isinstance(relation, Comparison)
    binders, _ = parse_binders(constraint.for_each)
    amount = change.after - change.before
    places = range(len(relation.operands))
    for signed in (amount, -amount):
        for place in reversed(places):
            limit = relation.operands[place]
            yield from _in_data(document, limit, binders, key, signed)
            for added, extended in _added(document, constraint.name, binders, key, signed):
                moved = _plus(limit, added, signed)
                operands = tuple(moved if k == place else each for k, each in enumerate(relation.operands))
                text = to_text(replace(relation, operands=operands))
                yield _with_element(extended, constraint.model_copy(update={"expression": text}))


def _in_bound(
    document: Document, variable: Variable, side: Side, key: tuple[Member, ...], amount: float
) -> Iterator[Document]:
    field = "lower" if side is Side.LOWER else "upper"
    written = getattr(variable, field)
    limit = Number(0.0) if written is None else parse_expression(written)
    binders = tuple(map(parse_index, variable.indices))
    named = tuple(_named(document, binder, number) for number, binder in enumerate(binders, 1))
    if isinstance(limit, Name) and binders and any(p.name == limit.name and p.indices for p in _parameters(document)):
        limit = Item(limit.name, tuple(Name(name) for binder in named for name in binder.names))
    yield from _in_data(document, limit, named, key, amount)
    for added, extended in _added(document, f"{variable.name}_{field}", named, key, amount):
        indices = tuple(f"{', '.join(binder.names)} in {binder.set_name}" for binder in named)
        changed = {field: to_text(_plus(limit, added, amount)), "indices": indices}
        yield _with_element(extended, variable.model_copy(update=changed))


def _named(document: Document, binder: Binder, number: int) -> Binder:
    """The binder with a name for each part of a member."""
    if binder.names:
        return binder
    parts = range(1, dimension(document.formulation, binder.set_name) + 1)
    return Binder(tuple(f"i{number}" if len(parts) == 1 else f"i{number}_{part}" for part in parts), binder.set_name)


def _in_data(
    document: Document, limit: Expression, binders: Sequence[Binder], key: tuple[Member, ...], amount: float
) -> Iterator[Document]:
    """The entry of data that the limit is, if it is one, with the amount added."""
    bound = dict(zip((name for binder in binders for name in binder.names), key, strict=True))
    match limit:
        case Name(name=name):
            wanted: tuple[Member, ...] | None = ()
        case Item(name=name, indices=indices) if all(isinstance(i, Name) and i.name in bound for i in indices):
            wanted = tuple(bound[index.name] for index in indices if isinstance(index, Name))
        case _:
            return
    values = document.data.parameters.get(name)
    if values is None:
        return
    if isinstance(values, int | float):
        changed: float | tuple[Record, ...] = _rounded(values + amount)
    else:
        changed = tuple(
            (*record[:-1], _rounded(float(record[-1]) + amount)) if record[:-1] == wanted else record
            for record in values
        )
    yield _with_data(document, name, changed)


def _added(
    document: Document, name: str, binders: Sequence[Binder], key: tuple[Member, ...], amount: float
) -> Iterator[tuple[Expression, Document]]:
    """What is added to a limit: the amount itself, or an entry of a new parameter that is zero elsewhere."""
    if not key:
        yield Number(abs(_rounded(amount))), document
        return
    taken = {element.name for element in document.formulation.elements()}
    extra = f"change_of_{name}"
    while extra in taken:
        extra += "_more"
    parameter = Parameter(name=extra, indices=tuple(binder.set_name for binder in binders), default=0.0)
    formulation = document.formulation
    extended = document.model_copy(
        update={"formulation": formulation.model_copy(update={"parameters": (*formulation.parameters, parameter)})}
    )
    names = tuple(Name(each) for binder in binders for each in binder.names)
    yield Item(extra, names), _with_data(extended, extra, ((*key, _rounded(amount)),))


def _plus(limit: Expression, added: Expression, amount: float) -> Expression:
    """The limit and what is added; two numbers become one."""
    signed = -abs(amount) if isinstance(added, Number) and amount < 0 else amount
    if isinstance(added, Number):
        known = _constant(limit)
        if known is not None:
            total = _rounded(known + signed)
            return Negative(Number(-total)) if total < 0 else Number(total)
        return Binary("-" if signed < 0 else "+", limit, added)
    return Binary("+", limit, added)


def _constant(limit: Expression) -> float | None:
    match limit:
        case Number(value=value):
            return value
        case Negative(operand=Number(value=value)):
            return -value
    return None


def _rounded(value: float) -> float:
    """Without the dust of a subtraction."""
    return float(f"{value:.12g}")


def _parameters(document: Document) -> tuple[Parameter, ...]:
    return document.formulation.parameters


def _with_data(document: Document, name: str, values: float | tuple[Record, ...]) -> Document:
    data = document.data.model_copy(update={"parameters": {**document.data.parameters, name: values}})
    return document.model_copy(update={"data": data})


def _with_element(document: Document, element: Constraint | Variable) -> Document:
    field = "constraints" if isinstance(element, Constraint) else "variables"
    elements = tuple(element if each.name == element.name else each for each in getattr(document.formulation, field))
    return document.model_copy(update={"formulation": document.formulation.model_copy(update={field: elements})})
