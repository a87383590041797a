"""What every exported Python module shares: its docstring, the data as literals, and the report of the result."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from formulations.exports.extremes import constant
from formulations.exports.parsed import Parsed, ParsedConstraint, ParsedVariable
from formulations.exports.python_text import (
    INDENT,
    comment,
    docstring,
    folded,
    key_text,
    list_literal,
    number,
    table_literal,
)
from formulations.exports.python_writer import COMPANIONS, Writer
from formulations.expression import Expression
from formulations.formulation import Data, Element, Member, Parameter, Record

#: Whole numbers that rounding has moved by less than this are still taken for them.
WHOLE = 1e-6

LABEL = '''\
def label(name, key):
    """make['large'], x[1, 'b']; total for no key."""
    key = key if isinstance(key, tuple) else (key,)
    return f"{name}[{', '.join(map(repr, key))}]" if key else name
'''

REPORT = '''\
def report(termination, objective, values):
    """Print the result; with --json as one line of JSON."""
    if "--json" in sys.argv[1:]:
        print(json.dumps({"termination": termination, "objective": objective, "values": values}))
        return
    print(f"termination: {termination}")
    if objective is not None:
        print(f"objective = {objective!r}")
    for name, value in values.items():
        if abs(value) > 1e-9:
            print(f"{name} = {value:.10g}")
'''

MAIN_WITH_VARIABLES = '''\
def main():
    """Build the model, solve it and print the plan."""
    report(*solve(*build(DATA)))
'''

ENTRY = """\
if __name__ == "__main__":
    main()
"""


def words(element: Element) -> str:
    """The description of an element, with its unit."""
    unit = getattr(element, "unit", "")
    return f"{element.description} [{unit}]".strip() if unit else element.description


def heading(parsed: Parsed, library: str, packages: str) -> list[str]:
    """The docstring of the module."""
    formulation = parsed.formulation
    return docstring(
        [
            f"{formulation.name or 'Optimization problem'}, a formulation in {library}.",
            formulation.description,
            f"Needs: pip install {packages}",
            "Run it to solve the problem and print the plan; with --json the result is one line of JSON. The data "
            "stand in DATA, the formulation in build.",
        ]
    )


def data_section(parsed: Parsed, data: Data) -> list[str]:
    """``DATA = {...}``: members of the sets and values of the parameters, as literals."""
    lines = ["DATA = {"]
    for index_set in parsed.formulation.sets:
        lines += comment(words(index_set), INDENT)
        text = list_literal(data.sets[index_set.name], INDENT)
        lines.append(f"{INDENT}{_quoted(index_set.name)}: {text},")
    for parameter in parsed.formulation.parameters:
        lines += comment(words(parameter), INDENT)
        lines.append(f"{INDENT}{_quoted(parameter.name)}: {_values(parameter, data)},")
    return [*lines, "}"]


def _values(parameter: Parameter, data: Data) -> str:
    given = data.parameters.get(parameter.name)
    if not parameter.indices:
        value = given[0][0] if isinstance(given, tuple) and given else given
        return number(float(value if value is not None else parameter.default or 0.0))  # type: ignore[arg-type]
    return table_literal(_table(given if isinstance(given, tuple) else ()), INDENT)


def _table(records: Iterable[Record]) -> Mapping[Member | tuple[Member, ...], float]:
    """Values by their key: a plain member for one index, a tuple for several."""
    table: dict[Member | tuple[Member, ...], float] = {}
    for record in records:
        key = record[:-1]
        table[key[0] if len(key) == 1 else key] = float(record[-1])  # type: ignore[index]
    return table


def _quoted(name: str) -> str:
    return f'"{name}"'


def imports(modules: Sequence[str], body: str) -> list[str]:
    """The import statements: of the standard modules only those that the body mentions, then the others."""
    standard = [f"import {name}" for name in ("bisect", "json", "math", "sys") if f"{name}." in body]
    if "defaultdict(" in body:
        standard.append("from collections import defaultdict")
    return [*standard, "", *modules]


def bound_text(writer: Writer, variable: ParsedVariable, bound: Expression, *, upper: bool) -> str:
    """A bound in Python; that of a whole number moved to the next integer within where it is none."""
    if not variable.rounded:
        return writer.text(bound)
    value = constant(bound)
    if value is not None:
        return number(float(math.floor(value + WHOLE) if upper else math.ceil(value - WHOLE)))
    text = writer.text(bound)
    return f"math.floor({text} + {WHOLE:g})" if upper else f"math.ceil({text} - {WHOLE:g})"


def returned(writer: Writer) -> str:
    """``{"make": make, "total": {(): total}}``: every variable as a dictionary, by its name in the formulation."""
    entries = []
    for name, variable in writer.parsed.variables.items():
        own = writer.element(name)
        entries.append(f"{key_text(name)}: {own if variable.binders else f'{{(): {own}}}'}")
    return f"{{{', '.join(entries)}}}"


def loading(writer: Writer) -> list[str]:
    """Statements that give the sets and parameters local names; call it when all else has been written."""
    lines = []
    for index_set in writer.parsed.formulation.sets:
        name = writer.element(index_set.name)
        lines.append(f"{name} = data[{_quoted(index_set.name)}]")
        for kind, template in COMPANIONS.items():
            if f"{kind} {index_set.name}" in writer.used:
                table = writer.companion(kind, index_set.name)
                lines.append(f"{table} = {template.format(name)}")
    for parameter in writer.parsed.formulation.parameters:
        source = f"data[{_quoted(parameter.name)}]"
        if parameter.indices and parameter.default is not None:
            source = f"defaultdict(lambda: {number(parameter.default)}, {source})"
        lines.append(f"{writer.element(parameter.name)} = {source}")
    return lines


def keys(writer: Writer, names: Sequence[str]) -> str:
    """The key of an entry in a dictionary: ``p``, ``(i, j)``, ``()``."""
    inner = writer.index_tuple(names)
    return inner if len(names) == 1 else f"({inner})"


def comprehension(writer: Writer, variable: ParsedVariable, constructor: str) -> str:
    """A dictionary of variables, ``{p: constructor for p in Pizza}``, or the constructor alone for a scalar."""
    if not variable.binders:
        return constructor
    inner = writer.within(variable.binders)
    loops = " ".join(inner.loops(variable.binders))
    return f"{{{keys(inner, variable.names)}: {constructor} {loops}}}"


def nested(writer: Writer, constraint: ParsedConstraint, body: Sequence[str]) -> list[str]:
    """The statements inside the loops and the condition of a constraint."""
    headers = writer.loops(constraint.binders)
    if constraint.condition is not None:
        headers.append(f"if {writer.text(constraint.condition)}")
    lines = [f"{INDENT * depth}{header}:" for depth, header in enumerate(headers)]
    return [*lines, *indented(body, len(headers))]


def label_text(writer: Writer, name: str, names: Sequence[str]) -> str:
    """``label("make", p)``, or just the name of a scalar."""
    return f"label({key_text(name)}, {keys(writer, names)})" if names else key_text(name)


def indented(lines: Iterable[str], levels: int = 1) -> list[str]:
    return [INDENT * levels + line if line else "" for line in lines]


def code(lines: Iterable[str]) -> list[str]:
    """The lines of code, folded where they are too long to read."""
    return [line for long in lines for line in folded(long)]


def module(docstring_lines: Sequence[str], modules: Sequence[str], blocks: Sequence[Sequence[str] | str]) -> str:
    """A whole module: docstring, imports, and the blocks."""
    return source([[*docstring_lines, "", *imports(modules, source(blocks))], *blocks])


def source(blocks: Iterable[Sequence[str] | str]) -> str:
    """Blocks of code, two empty lines apart."""
    texts = [block.rstrip("\n") if isinstance(block, str) else "\n".join(block) for block in blocks]
    return "\n\n\n".join(text for text in texts if text) + "\n"
