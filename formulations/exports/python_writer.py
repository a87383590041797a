"""Symbolic expressions as Python text: generator sums and conditions read as they do in the notation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from formulations.data import Instance, Universe
from formulations.exports.parsed import Parsed
from formulations.exports.python_text import identifiers, key_text, number
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
    Text,
    children,
)

# How tightly an operator binds: an operand that binds less tightly gets brackets.
OR, AND, NOT, COMPARE, ADD, MULTIPLY, SIGN, POWER, ATOM = range(9)

_DATA_FUNCTIONS = {
    **{name: f"math.{name}({{}})" for name in ("exp", "log", "sqrt", "sin", "cos")},
    **{name: f"{name}({{}})" for name in ("abs", "min", "max")},
}
#: Longer lists get a hash set beside them when membership is asked.
_SHORT_LIST = 30
_DATA_AGGREGATES = {"sum": "sum({})", "prod": "math.prod({})", "min": "min({})", "max": "max({})"}
#: Tables that go with a list of members, by kind: how they are made from it.
COMPANIONS = {
    "before": "dict(zip({0}[1:], {0}))",
    "after": "dict(zip({0}, {0}[1:]))",
    "position": "{{member: place for place, member in enumerate({0})}}",
    "members": "set({0})",
}


@dataclass(frozen=True)
class Spelling:
    """How one modelling library spells what the notation says.

    prefix: stands before every element, ``model.``. functions, aggregates: templates for those over variables; a
    rewrite for the target may use more names than the notation has. set_methods: sets are Pyomo sets, which know
    their order, rather than lists.
    """

    functions: Mapping[str, str]
    aggregates: Mapping[str, str]
    prefix: str = ""
    set_methods: bool = False


@dataclass(frozen=True, eq=False)
class Writer:
    """``names`` gives the identifier of every element and index; ``used`` gathers what the text leans on."""

    parsed: Parsed
    instance: Instance
    spelling: Spelling
    names: Mapping[str, str]
    scope: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def within(self, binders: Iterable[Binder]) -> Writer:
        """The writer of what stands inside the binders."""
        inner = {name: (binder.set_name, position) for binder in binders for position, name in enumerate(binder.names)}
        return replace(self, scope={**self.scope, **inner})

    # -- names ------------------------------------------------------------------------------------------------

    def element(self, name: str) -> str:
        """A set, parameter or variable of the model."""
        return self.spelling.prefix + self.names[name]

    def companion(self, kind: str, set_name: str) -> str:
        """A table that goes with a set, ``before_T``; the module must define it."""
        self.used.add(f"{kind} {set_name}")
        return self.names[f"{kind} {set_name}"]

    def index_tuple(self, names: Sequence[str]) -> str:
        """``p`` or ``i, j``."""
        return ", ".join(self.names[name] for name in names)

    def loops(self, binders: Iterable[Binder]) -> list[str]:
        """``for p in Pizza``, one for each binder."""
        return [f"for {self.index_tuple(binder.names)} in {self.element(binder.set_name)}" for binder in binders]

    # -- expressions ------------------------------------------------------------------------------------------

    def text(self, node: Expression, level: int = OR) -> str:
        """The expression, in brackets if it binds less tightly than ``level``."""
        own, text = self._written(node)
        return text if own >= level else f"({text})"

    def _written(self, node: Expression) -> tuple[int, str]:
        match node:
            case Number(value=value):
                return ATOM, number(value)
            case Text(value=value):
                return ATOM, key_text(value)
            case Name(name=name):
                return ATOM, self.names[name] if name in self.scope else self.element(name)
            case Item(name=name, indices=indices):
                return ATOM, f"{self.element(name)}[{', '.join(self.text(index) for index in indices)}]"
            case Negative(operand=operand):
                return SIGN, f"-{self.text(operand, SIGN)}"
            case Binary(operator="**", left=left, right=right):
                return POWER, f"{self.text(left, ATOM)}**{self.text(right, SIGN)}"
            case Binary(operator="+" | "-" as operator, left=left, right=right):
                return ADD, f"{self.text(left, ADD)} {operator} {self.text(right, MULTIPLY)}"
            case Binary(operator=operator, left=left, right=right):
                return MULTIPLY, f"{self.text(left, MULTIPLY)} {operator} {self.text(right, SIGN)}"
            case Call():
                return ATOM, self._call(node)
            case Aggregate(function=function):
                own = _DATA_AGGREGATES if self.parsed.is_data(node.body) else self.spelling.aggregates
                return ATOM, own[function].format(self.generator(node))
            case Comparison() | Junction(operator="and"):
                return self._conjoined(node)
            case Membership(elements=elements, set_name=name, negated=negated):
                inside = ", ".join(self.text(element) for element in elements)
                inside = f"({inside})" if len(elements) > 1 else self.text(elements[0], ADD)
                listed = not self.spelling.set_methods and len(self.instance.sets[name]) > _SHORT_LIST
                members = self.companion("members", name) if listed else self.element(name)
                return COMPARE, f"{inside} {'not in' if negated else 'in'} {members}"
            case Junction(operands=operands):
                return OR, " or ".join(self.text(operand, AND) for operand in operands)
            case Not(operand=Membership(negated=negated) as inside):
                return self._written(replace(inside, negated=not negated))
            case Not(operand=operand):
                return NOT, f"not {self.text(operand, NOT)}"
            case _:
                raise TypeError(f"{type(node).__name__} has to be rewritten before it is written")

    def generator(self, node: Aggregate) -> str:
        """``body for p in Pizza if condition``, without brackets."""
        inner = self.within(node.binders)
        words = [inner.text(node.body, COMPARE), *self.loops(node.binders)]
        if node.condition is not None:
            words.append(f"if {inner.text(node.condition)}")
        return " ".join(words)

    def _call(self, node: Call) -> str:
        function, arguments = node.function, node.arguments
        match function, arguments:
            case "card", (Name(name=name),):
                return f"len({self.element(name)})"
            case "first" | "last", (Name(name=name),):
                if self.spelling.set_methods:
                    return f"{self.element(name)}.{function}()"
                return f"{self.element(name)}[{0 if function == 'first' else -1}]"
            case "prev" | "next", (Name(name=name),):
                set_name = self.scope[name][0]
                if self.spelling.set_methods:
                    return f"{self.element(set_name)}.{function}({self.names[name]})"
                table = self.companion("before" if function == "prev" else "after", set_name)
                return f"{table}[{self.names[name]}]"
            case "items", _:
                return f"[{self._items(arguments)}]"
            case "tuple", _:
                return f"({', '.join(self.text(argument) for argument in arguments)})"
        template = self.spelling.functions.get(function)
        if template is None or (function in _DATA_FUNCTIONS and self.parsed.is_data(node)):
            template = _DATA_FUNCTIONS[function]
        else:
            self.used.add(f"function {function}")
        return template.format(", ".join(self.text(argument) for argument in arguments))

    def _items(self, arguments: tuple[Expression, ...]) -> str:
        """The inside of a list: expressions, and ``each(aggregate)`` for the bodies of an aggregate."""
        match arguments:
            case (Call(function="each", arguments=(Aggregate() as only,)),):
                return self.generator(only)
        parts = []
        for argument in arguments:
            match argument:
                case Call(function="each", arguments=(Aggregate() as aggregate,)):
                    parts.append(f"*({self.generator(aggregate)})")
                case _:
                    parts.append(self.text(argument))
        return ", ".join(parts)

    # -- comparisons in conditions ----------------------------------------------------------------------------

    def _conjoined(self, node: Junction | Comparison) -> tuple[int, str]:
        """Conditions joined by ``and``, each once."""
        parts = list(dict.fromkeys(self._conjuncts(node)))
        return AND if len(parts) > 1 else COMPARE, " and ".join(parts)

    def _conjuncts(self, node: Expression) -> list[str]:
        """The conditions that hold together: words compare by their order in the set, and a comparison with an
        absent entry is false, so that conditions which guard against it come first."""
        match node:
            case Junction(operator="and", operands=operands):
                return [text for operand in operands for text in self._conjuncts(operand)]
            case Comparison():
                pairs = list(zip(node.operands, node.operators, node.operands[1:], strict=False))
                guards = [guard for operand in node.operands for guard in self._guards(operand)]
                if not guards and not any(self._universe_of_words(a, b) for a, _, b in pairs):
                    return [self._chain(node)]
                return [text for pair in pairs for text in self._pair(*pair, guards)]
        return [self.text(node, NOT)]

    def _chain(self, node: Comparison) -> str:
        words = [self.text(node.operands[0], ADD)]
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            words += [operator, self.text(operand, ADD)]
        return " ".join(words)

    def _pair(self, a: Expression, operator: str, b: Expression, guards: list[str]) -> list[str]:
        left, right = self.text(a, ADD), self.text(b, ADD)
        universe = self._universe_of_words(a, b)
        if universe is not None and guards and operator == "!=":
            return [f"not ({' and '.join([*guards, f'{left} == {right}'])})"]
        if universe is None or operator in ("==", "!="):
            return [*guards, f"{left} {operator} {right}"]
        for node in (a, b):
            own = self._universe(node)
            if own is None and not (isinstance(node, Text) and node.value in universe.codes):
                return ["False"]  # a number, or no member: it has no place in the order
            if own is not None and own is not universe:
                guards = [*guards, f"{self.text(node, ADD)} in {self.element(universe.name)}"]
        return [*guards, f"{self._position(left, universe.name)} {operator} {self._position(right, universe.name)}"]

    def _position(self, member: str, universe: str) -> str:
        if self.spelling.set_methods:
            return f"{self.element(universe)}.ord({member})"
        return f"{self.companion('position', universe)}[{member}]"

    def _universe_of_words(self, a: Expression, b: Expression) -> Universe | None:
        """The set whose order decides, if an index is compared as a member rather than as a number."""
        for node, other in ((a, b), (b, a)):
            universe = self._universe(node)
            if universe is not None and (universe.numbers is None or isinstance(other, Text)):
                return universe
        return None

    def _universe(self, node: Expression) -> Universe | None:
        match node:
            case Name(name=name) if name in self.scope:
                set_name, position = self.scope[name]
                return self.instance.sets[set_name].universes[position]
            case Call(function="prev" | "next", arguments=(Name(name=name),)) if name in self.scope:
                return self._universe(Name(name))
            case Call(function="first" | "last", arguments=(Name(name=name),)):
                return self.instance.sets[name].universes[0]
            case _:
                return None

    def _guards(self, operand: Expression) -> list[str]:
        """Conditions under which every entry that the operand names exists."""
        guards = []
        for node in reversed(list(_outside_aggregates(operand))):  # what an index names, before the entry it names
            match node:
                case Call(function="prev" | "next" as function, arguments=(Name(name=name) as index,)):
                    end = Call("first" if function == "prev" else "last", (Name(self.scope[name][0]),))
                    guards.append(f"{self.text(index)} != {self.text(end)}")
                case Item(name=name, indices=indices) if name in self.parsed.parameters:
                    start = 0
                    for set_name in self.parsed.parameters[name].indices:
                        width = self.instance.sets[set_name].dimension
                        parts = indices[start : start + width]
                        start += width
                        if not self._surely_inside(parts, set_name):
                            guards.append(self.text(Membership(parts, set_name)))
        return guards

    def _surely_inside(self, indices: tuple[Expression, ...], set_name: str) -> bool:
        homes = set()
        for position, index in enumerate(indices):
            match index:
                case Name(name=name) | Call(function="prev" | "next", arguments=(Name(name=name),)) if (
                    name in self.scope and self.scope[name][1] == position
                ):
                    homes.add(self.scope[name][0])
                case _:
                    return False
        return len(homes) == 1 and self.parsed.lies_within(homes.pop(), set_name)


def _outside_aggregates(node: Expression) -> Iterator[Expression]:
    """The nodes that stand in no aggregate, parents first."""
    yield node
    if not isinstance(node, Aggregate):
        for child in children(node):
            yield from _outside_aggregates(child)


def writer(parsed: Parsed, instance: Instance, spelling: Spelling, reserved: Iterable[str]) -> Writer:
    """A writer whose identifiers avoid ``reserved`` and each other."""
    indices = [name for binder in parsed.binders() for name in binder.names]
    companions = [f"{kind} {name}" for name in parsed.sets for kind in COMPANIONS]
    elements = [element.name for element in parsed.formulation.elements()]
    names = identifiers([*elements, *indices, *companions], reserved)
    return Writer(parsed, instance, spelling, names)
