"""What every exported Python module shares: its docstring, the data as literals, and the report of the result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from formulations.exports.parsed import Parsed
from formulations.exports.python_text import (
    INDENT,
    comment,
    docstring,
    folded,
    list_literal,
    number,
    table_literal,
)
from formulations.exports.python_writer import COMPANIONS, Writer
from formulations.formulation import Data, Element, Member, Parameter, Record

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


def nested(writer: Writer, loops: Sequence[str], condition: str | None, body: Sequence[str]) -> list[str]:
    """The body inside its loops and its condition."""
    headers = [*loops, *([f"if {condition}"] if condition else [])]
    lines = [f"{INDENT * depth}{header}:" for depth, header in enumerate(headers)]
    return [*lines, *(INDENT * len(headers) + line for line in body)]


def indented(lines: Iterable[str], levels: int = 1) -> list[str]:
    return [INDENT * levels + line if line else "" for line in lines]


def code(lines: Iterable[str]) -> list[str]:
    """The lines of code, folded where they are too long to read."""
    return [line for long in lines for line in folded(long)]


def source(blocks: Iterable[Sequence[str] | str]) -> str:
    """The blocks of a module, two empty lines apart."""
    texts = [block.rstrip("\n") if isinstance(block, str) else "\n".join(block) for block in blocks]
    return "\n\n\n".join(text for text in texts if text) + "\n"
