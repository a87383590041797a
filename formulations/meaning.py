"""Whether an expression makes sense where it stands: names, indices, members, and data where data are needed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from formulations.expression import (
    Aggregate,
    Binary,
    Binder,
    Call,
    Comparison,
    Expression,
    Item,
    Junction,
    Membership,
    Name,
    Negative,
    Not,
    Number,
    Piecewise,
    Text,
)
from formulations.findings import Place, Report
from formulations.formulation import Member
from formulations.refusals import RESERVED
from formulations.symbols import Position, Scope, Symbols, did_you_mean

_CONSTANTS = {
    "inf": "leave the bound out instead of writing infinity",
    "infinity": "leave the bound out instead of writing infinity",
    "nan": "write the number, or give it a default",
    "pi": "write 3.141592653589793",
    "e": "write exp(1)",
}


@dataclass
class Meaning:
    """Checks the expressions of a formulation; ``used`` collects every name that stands in one.

    ``bound_anywhere`` are all index names of the formulation: a free name among them is an index that is not
    bound rather than an unknown symbol.
    """

    symbols: Symbols
    report: Report
    bound_anywhere: Collection[str]
    used: set[str] = field(default_factory=set)

    # -- numbers --------------------------------------------------------------------------------------------

    def number(self, node: Expression, scope: Scope, place: Place, *, data_only: str = "") -> None:
        """Check an expression with a value. ``data_only`` says in words what it is if no variable may occur."""
        match node:
            case Number():
                return
            case Text(value=value):
                reason = f"the text {value!r} stands where a number is needed"
                hint = 'a member in quotes stands in brackets, x["large"], or in a condition'
                self.report.add("error", "text-as-number", place, reason=reason, column=node.at, hint=hint)
            case Name():
                self._name(node, scope, place, data_only)
            case Item():
                self._item(node, scope, place, data_only)
            case Call(function="card" | "first" | "last", arguments=(Name() as name,)):
                self._set(name.name, name.at, place)
            case Call(function="prev" | "next"):
                self._step(node, scope, place)
            case Aggregate(body=body, binders=binders, condition=condition):
                inner = self.bind(binders, condition, scope, place)
                self.number(body, inner, place, data_only=data_only)
            case Piecewise():
                inner = self.bind(node.binders, node.condition, scope, place)
                self.number(node.argument, scope, place, data_only=data_only)
                self.number(node.breakpoint, inner, place, data_only="a breakpoint")
                self.number(node.value, inner, place, data_only="a value of piecewise")
            case Negative(operand=operand):
                self.number(operand, scope, place, data_only=data_only)
            case Binary(left=left, right=right):
                self.number(left, scope, place, data_only=data_only)
                self.number(right, scope, place, data_only=data_only)
            case Call(arguments=arguments):
                for argument in arguments:
                    self.number(argument, scope, place, data_only=data_only)
            case Comparison(operands=operands) | Junction(operands=operands):
                for operand in operands:
                    self.number(operand, scope, place, data_only=data_only)
            case Not(operand=operand):
                self.number(operand, scope, place, data_only=data_only)
            case Membership():
                self.condition(node, scope, place)

    def _name(self, node: Name, scope: Scope, place: Place, data_only: str) -> None:
        name = node.name
        if name in scope:
            self._index_as_number(node, scope[name], place)
        elif self.symbols.is_number(name):
            self.used.add(name)
            self._refuse_variable(name, node.at, place, data_only)
            positions = self.symbols.arity(name)
            if positions:
                count = _count(len(positions), "index", "indices")
                reason, hint = f"'{name}' needs {count}", f"write {self._entry(name, positions, scope)}"
                self.report.add("error", "arity", place, reason=reason, column=node.at, hint=hint)
        elif name in self.symbols.sets:
            self.used.add(name)
            hint = f"write card({name}) for its size, or sum(x[i] for i in {name})"
            reason = f"the set '{name}' stands where a number is needed"
            self.report.add("error", "set-as-number", place, reason=reason, column=node.at, hint=hint)
        else:
            self._unknown(node, scope, place)

    def _item(self, node: Item, scope: Scope, place: Place, data_only: str) -> None:
        name = node.name
        positions: tuple[Position, ...] | None = None
        if self.symbols.is_number(name):
            self.used.add(name)
            self._refuse_variable(name, node.at, place, data_only)
            positions = self.symbols.arity(name)
            if positions is not None and len(positions) != len(node.indices):
                self._arity(node, positions, scope, place)
                positions = None
        elif name in self.symbols.sets:
            self.used.add(name)
            hint = f"a set has no entries: write first({name}), or declare a parameter over {name}"
            reason = f"the set '{name}' stands where a number is needed"
            self.report.add("error", "set-as-number", place, reason=reason, column=node.at, hint=hint)
        else:
            self._unknown(Name(name, at=node.at), scope, place, indexed=True)
        wanted: Sequence[Position | None] = positions or [None] * len(node.indices)
        for index, position in zip(node.indices, wanted, strict=True):
            self.index(index, position, scope, place, owner=name)

    def _arity(self, node: Item, positions: tuple[Position, ...], scope: Scope, place: Place) -> None:
        if positions:
            needed, given = _count(len(positions), "index", "indices"), len(node.indices)
            reason = f"'{node.name}' needs {needed}, not {given}"
        else:
            reason = f"'{node.name}' has no index"
        hint = f"write {self._entry(node.name, positions, scope)}"
        self.report.add("error", "arity", place, reason=reason, column=node.at, hint=hint)

    def _entry(self, name: str, positions: tuple[Position, ...], scope: Scope) -> str:
        """``cost[i, j]``: how an entry would be written here, with bound names where they fit."""
        names: list[str] = []
        free: list[str] = []
        for position in positions:
            fitting = [n for n, p in scope.items() if p is not None and p.root == position.root and n not in names]
            if not fitting:
                taken = {*scope, *names, *self.symbols.numbers(), *self.symbols.sets}
                letters = [position.root[0].lower(), *"ijklmnpqrst"]
                fitting = [letter for letter in letters if letter.isidentifier() and letter not in taken]
                free += [f"{letter} in {position.set_name}" for letter in fitting[:1]]
            names += fitting[:1] or ["..."]
        entry = f"{name}[{', '.join(names)}]" if names else name
        return f"{entry} with {' and '.join(free)}" if free else entry

    def _refuse_variable(self, name: str, column: int, place: Place, data_only: str) -> None:
        if data_only and name in self.symbols.variables:
            reason = f"the variable '{name}' stands in {data_only}"
            hint = "use parameters there; what depends on a decision is a constraint"
            self.report.add("error", "variable-not-allowed", place, reason=reason, column=column, hint=hint)

    def _unknown(self, node: Name, scope: Scope, place: Place, *, indexed: bool = False) -> None:
        name = node.name
        if name in self.bound_anywhere and not indexed:
            self._unbound(node, scope, place)
            return
        hint = did_you_mean(name, self.symbols.numbers())
        if name in self.symbols.others:
            hint = f"'{name}' is the name of the {self.symbols.others[name]}, which is not a number"
        elif name.casefold() in _CONSTANTS:
            hint = _CONSTANTS[name.casefold()]
        reason = f"unknown symbol '{name}'"
        hint = hint or "declare it as a parameter or a variable"
        self.report.add("error", "unknown-symbol", place, reason=reason, column=node.at, hint=hint)

    def _unbound(self, node: Name, scope: Scope, place: Place) -> None:
        bound = f"(bound here: {', '.join(sorted(scope))})" if scope else "(nothing is bound here)"
        if place.part in ("lower", "upper"):
            hint = f"name it in the declaration: variable {place.name}[{node.name} in SET] {bound}"
        elif self._is_member(node.name):
            hint = f'put a member in quotes: "{node.name}" {bound}'
        elif place.part == "expression" and place.element.startswith("objective"):
            hint = f"bind it in the sum {bound}"
        else:
            hint = f"bind it in the sum or in for_each {bound}"
        reason = f"index '{node.name}' is not bound"
        self.report.add("error", "unbound-index", place, reason=reason, column=node.at, hint=hint)

    def _is_member(self, name: str) -> bool:
        return any(
            position.members is not None and name in position.members
            for positions in self.symbols.positions.values()
            for position in positions
        )

    def _index_as_number(self, node: Name, position: Position | None, place: Place) -> None:
        words = [m for m in position.members or () if isinstance(m, str)] if position else []
        if words and position is not None:
            reason = f"index '{node.name}' is used as a number, but members of '{position.set_name}' are words"
            hint = f"use a parameter over {position.set_name}, or prev({node.name}) and next({node.name}) for steps"
            self.report.add("error", "index-as-number", place, reason=reason, column=node.at, hint=hint)

    # -- indices --------------------------------------------------------------------------------------------

    def index(self, node: Expression, wanted: Position | None, scope: Scope, place: Place, *, owner: str) -> None:
        """Check an expression that stands at an index position of ``owner``."""
        match node:
            case Name(name=name) if name in scope:
                self._foreign(node, scope[name], wanted, place, owner)
            case Name(name=name) if name in self.symbols.sets:
                hint = f"bind an index: sum({owner}[i] for i in {name})"
                reason = f"the set '{name}' stands where one of its members is needed"
                self.used.add(name)
                self.report.add("error", "set-as-index", place, reason=reason, column=node.at, hint=hint)
            case Name(name=name) if not self.symbols.is_number(name):
                self._unbound(node, scope, place)
            case Text(value=value):
                self._member(value, node.at, wanted, place)
            case Number(value=value) if value.is_integer():
                self._member(int(value), node.at, wanted, place)
            case Call(function="first" | "last", arguments=(Name() as name,)):
                position = self._set(name.name, name.at, place)
                self._foreign(node, position, wanted, place, owner)
            case Call(function="prev" | "next"):
                position = self._step(node, scope, place)
                self._foreign(node, position, wanted, place, owner)
            case _:
                self.number(node, scope, place, data_only="an index")

    def _step(self, node: Call, scope: Scope, place: Place) -> Position | None:
        argument = node.arguments[0]
        if isinstance(argument, Name) and argument.name in scope:
            return scope[argument.name]
        reason = f"'{node.function}' needs a bound index"
        hint = f"write {node.function}(t) with t bound over an ordered set"
        self.report.add("error", "step-of-index", place, reason=reason, column=argument.at, hint=hint)
        return None

    def _foreign(
        self, node: Expression, position: Position | None, wanted: Position | None, place: Place, owner: str
    ) -> None:
        """Warn where an index runs over a set that has nothing to do with the declared one."""
        if position is None or wanted is None or position.root == wanted.root:
            return
        if position.members is not None and wanted.members is not None and position.members <= wanted.members:
            return
        shown = node.name if isinstance(node, Name) else "it"
        subject = f"index '{shown}'" if isinstance(node, Name) else "this index"
        reason = f"{subject} runs over '{position.set_name}', but '{owner}' is indexed by '{wanted.set_name}' here"
        hint = f"bind {shown} in {wanted.set_name}, or declare: set {position.set_name} within {wanted.set_name}"
        self.report.add("warning", "foreign-index", place, reason=reason, column=node.at, hint=hint)

    def _member(self, value: Member, column: int, wanted: Position | None, place: Place) -> None:
        if wanted is None or wanted.members is None or value in wanted.members:
            return
        known = [str(member) for member in wanted.members]
        hint = did_you_mean(str(value), known) or f"members are {_listed(sorted(known))}"
        reason = f"{value!r} is not a member of '{wanted.set_name}'"
        self.report.add("error", "unknown-member", place, reason=reason, column=column, hint=hint)

    # -- conditions -----------------------------------------------------------------------------------------

    def condition(self, node: Expression, scope: Scope, place: Place) -> None:
        """Check what stands after "if": data only, members of sets may be compared."""
        match node:
            case Junction(operands=operands):
                for operand in operands:
                    self.condition(operand, scope, place)
            case Not(operand=operand):
                self.condition(operand, scope, place)
            case Membership(elements=elements, set_name=set_name):
                self._membership(node, elements, set_name, scope, place)
            case Comparison(operands=operands):
                self._comparison(operands, scope, place)
            case _:
                self.number(node, scope, place, data_only="a condition")

    def _membership(
        self, node: Expression, elements: Sequence[Expression], set_name: str, scope: Scope, place: Place
    ) -> None:
        self._set(set_name, node.at, place)
        positions = self.symbols.positions.get(set_name)
        if positions is not None and len(positions) != len(elements):
            reason = f"members of '{set_name}' have {_count(len(positions), 'part', 'parts')}, not {len(elements)}"
            hint = f"write ({', '.join(position.root for position in positions)}) in {set_name}"
            self.report.add("error", "arity", place, reason=reason, column=node.at, hint=hint)
        for element in elements:
            self.index(element, None, scope, place, owner=set_name)

    def _comparison(self, operands: Sequence[Expression], scope: Scope, place: Place) -> None:
        """Indices may be compared with members, with each other and with numbers."""
        compared = [scope[node.name] for node in operands if isinstance(node, Name) and node.name in scope]
        members = any(isinstance(node, Text) for node in operands)
        for node in operands:
            match node:
                case Name(name=name) if name in scope:
                    continue
                case Text(value=value) if compared:
                    self._member(value, node.at, compared[0], place)
                case Call(function="first" | "last" | "prev" | "next"):
                    self.index(node, None, scope, place, owner="")
                case Name(name=name) if members and not self.symbols.is_number(name):
                    self.index(node, None, scope, place, owner="")
                case _:
                    self.number(node, scope, place, data_only="a condition")

    # -- binders --------------------------------------------------------------------------------------------

    def bind(
        self, binders: Sequence[Binder], condition: Expression | None, scope: Scope, place: Place
    ) -> dict[str, Position | None]:
        """The scope with the binders' names added; checks the binders and the condition."""
        inner = dict(scope)
        for binder in binders:
            self._set(binder.set_name, binder.at, place)
            positions = self.symbols.positions.get(binder.set_name)
            if positions is not None and binder.names and len(positions) != len(binder.names):
                self._wrong_width(binder, positions, place)
                positions = None
            for number, name in enumerate(binder.names):
                self._fresh(name, binder.at, inner, place)
                inner[name] = positions[number] if positions is not None else None
        if condition is not None:
            self.condition(condition, inner, place)
        return inner

    def _wrong_width(self, binder: Binder, positions: Sequence[Position], place: Place) -> None:
        parts = _count(len(positions), "part", "parts")
        reason = f"members of '{binder.set_name}' have {parts}, but {_count(len(binder.names), 'name', 'names')} bound"
        names = ["i", "j", "k", "l", "m", "n"][: len(positions)] if len(positions) > 1 else ["i"]
        hint = f"write {', '.join(names)} in {binder.set_name}"
        self.report.add("error", "arity", place, reason=reason, column=binder.at, hint=hint)

    def _fresh(self, name: str, column: int, scope: Scope, place: Place) -> None:
        if name in scope:
            reason, code = f"index '{name}' is bound twice", "rebound-index"
        elif name in self.symbols.sets or self.symbols.is_number(name):
            reason, code = f"index '{name}' has the name of a declared element", "shadowing-index"
        elif name in RESERVED:
            reason, code = f"index '{name}' has the name of a function", "shadowing-index"
        else:
            return
        self.report.add("error", code, place, reason=reason, column=column, hint="use another name for the index")

    def _set(self, name: str, column: int, place: Place) -> Position | None:
        """Check that a name is a set; the position of its members if they have one part."""
        self.used.add(name)
        if name in self.symbols.sets:
            positions = self.symbols.positions.get(name, ())
            return positions[0] if len(positions) == 1 else None
        if self.symbols.is_number(name):
            kind = "parameter" if name in self.symbols.parameters else "variable"
            reason, hint = f"'{name}' is a {kind}, not a set", "name the set it is indexed by"
        else:
            reason = f"unknown set '{name}'"
            hint = did_you_mean(name, self.symbols.sets) or f"declare it: set {name}"
        self.report.add("error", "unknown-set", place, reason=reason, column=column, hint=hint)
        return None


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
