"""Problems that are written out as algebra: a linear objective, rows of coefficients, bounds and cones of squares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from copilot.formulators.draft import Draft, FormulationRefused, Span
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.prose.assembly import number
from formulations.formulation import Domain, Parameter, Record, Sense

from .algebra import Comparison, Form, Reader, Statement, named_variables, pieces, plain
from .algebra import Variable as Symbol

_CONFIDENCE = 0.9
_FEWEST_ROWS = 2
_MOST_ROWS = 400
_RESTATED = re.compile(r"\b(?:expressed as|i\.e\.|that is|formally|written as|namely)\b", re.I)
_WITHHELD = re.compile(
    r"\b(?:similar|analogous) (?:\w+ )?constraints?\b|\bspecific coefficients\b|\bas (?:detailed|given) in the\b", re.I
)


@dataclass(slots=True)
class _Problem:
    text: str
    goal: Statement | None = None
    rows: list[Statement] = field(default_factory=list)
    loose: list[Statement] = field(default_factory=list)
    cones: list[Statement] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)


def equations(text: str, original: str, formulator: str) -> Draft | None:
    """The draft of a problem in algebra, or None where the text is not mainly algebra.

    Raises FormulationRefused where it is algebra whose figures are not all in the text.
    """
    clear = plain(text)
    places = named_variables(clear)
    if not places:
        return None
    found = pieces(clear, places)
    problem = _Problem(clear)
    statements = _last_said(clear, list(Reader(clear, found).statements()))
    for statement in statements:
        _sort(problem, statement)
    if problem.goal is None:
        problem.goal = _respectively(clear, places)
        problem.numbers |= problem.goal.left.numbers if problem.goal else set()
    if problem.goal is None and len(problem.loose) == 1 and re.search(r"\b(?:mini|maxi)mi[sz]", clear, re.I):
        problem.goal = problem.loose[0]
    rows = len(problem.rows) + len(problem.cones)
    if problem.goal is None or not _FEWEST_ROWS <= rows <= _MOST_ROWS or not _mainly(problem):
        return None
    return _Writer(problem, original).draft(formulator)


def _last_said(text: str, statements: Sequence[Statement]) -> list[Statement]:
    """Without what the same sentence says again in symbols: "..., expressed as x^2 - y^2 <= 0"."""
    kept: list[Statement] = []
    for statement in statements:
        if kept and statement.comparison is not None and kept[-1].comparison is not None:
            between = text[kept[-1].end : statement.start]
            if _RESTATED.search(between) and not re.search(r"\.\s", between.replace("i.e.", "")):
                kept.pop()
        kept.append(statement)
    return kept


def _sort(problem: _Problem, statement: Statement) -> None:
    problem.numbers |= statement.left.numbers | (statement.right.numbers if statement.right else set())
    if statement.comparison is None and not statement.sought:
        problem.loose.append(statement)
    elif statement.comparison is None:
        problem.goal = problem.goal or statement
    elif statement.left.squares or (statement.right is not None and statement.right.squares):
        problem.cones.append(statement)
    else:
        problem.rows.append(statement)


def _mainly(problem: _Problem) -> bool:
    """Whether at least two rows have several terms, or the figures of the text are nearly all in the algebra."""
    wide = sum(1 for row in problem.rows if len(row.left.variables) + len(row.right.variables if row.right else ()) > 1)
    factors = sum(row.left.factors for row in problem.rows) + (problem.goal.left.factors if problem.goal else 0)
    return (wide >= 2 and factors >= 2) or (wide >= 1 and factors >= 2 and len(problem.rows) >= 3)


def _respectively(text: str, places: Sequence[tuple[int, int, Symbol]]) -> Statement | None:
    """An objective whose factors stand in a row: "with coefficients 3, -2 and 4, respectively"."""
    number = r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
    row = re.compile(
        rf"\bcoefficients?\b[^.;\d-]{{0,40}}({number}(?:\s*,\s*(?:and\s+)?{number}|\s+and\s+{number})+)", re.I
    )
    for match in row.finditer(text):
        head = text[max(text.rfind(". ", 0, match.start()), 0) : match.start()]
        if not re.search(r"minimi|maximi|objective", head, re.I):
            continue
        values = [float(v) for v in re.findall(number, match[1])]
        low = match.start() - len(head)
        named = list(dict.fromkeys(v for a, _, v in places if low <= a < match.end() + 60))
        groups: dict[str, dict[Symbol, None]] = {}
        for _, _, variable in places:
            groups.setdefault(variable.group, {})[variable] = None
        sized = [list(g) for g in groups.values() if len(g) == len(values)]
        chosen = named if len(named) == len(values) else sorted(sized[0], key=lambda v: v.index) if sized else []
        if chosen:
            numbers = {match.start(1) + m.start() for m in re.finditer(r"\d+(?:\.\d+)?", match[1])}
            form = Form(dict(zip(chosen, values, strict=True)), numbers=numbers, factors=len(values))
            return Statement(form, None, None, match.start(), match.end())
    return None


@dataclass(slots=True)
class _Writer:
    problem: _Problem
    original: str
    page: Paper = field(init=False)
    variables: dict[str, str] = field(default_factory=dict)
    sets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    members: dict[str, list[Symbol]] = field(default_factory=dict)
    matrices: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.page = Paper(self.original)

    def draft(self, formulator: str) -> Draft:
        problem, text = self.problem, self.problem.text
        statements = [*problem.rows, *problem.cones, *([problem.goal] if problem.goal else [])]
        linear = _symbols(problem.rows) | (set(problem.goal.left.terms) if problem.goal else set())
        adrift = {v for v in _symbols(problem.cones) if v not in _symbols(problem.rows)}
        if adrift and (_WITHHELD.search(text) or len(adrift) > len(_symbols(problem.cones) & linear)):
            some = ", ".join(sorted(_shown(v) for v in adrift)[:3])
            raise FormulationRefused(
                f"the rows that tie {some} to the other variables are not in the text; give the coefficients of each "
                "row, or the data as a file"
            )
        free = re.search(r"\bfree\b|\bunrestricted\b|\bany real value", text, re.I) is not None
        domain = _domain(text)
        upright = {v for c in problem.cones for v in _upright(c)}
        for group in _groups(statements):
            self._declare(group, _symbols(statements), domain, free=free, upright=upright)
        sense: Sense = "maximize" if re.search(r"\bmaximi[sz]|\bmax\b", text, re.I) else "minimize"
        scalar = all(not group[0].index for group in self.members.values())
        if problem.goal is not None:
            self.page.aim(
                sense,
                "objective_value",
                self._written(problem.goal.left) if scalar else self._objective(problem.goal.left),
            )
            self.page.spans["objective_value"] = (Span(start=problem.goal.start, end=problem.goal.end),)
        if not scalar:
            self._rows()
        for statement in (*problem.rows, *problem.cones) if scalar else problem.cones:
            self._single(statement)
        if not free:
            self.page.assumptions.append("variables are not negative")
        used = problem.numbers
        figures = re.finditer(r"(?<![\w.\[_])\d+(?:\.\d+)?(?:[eE][-+]?\d+)?", text)
        open_figures = [m for m in figures if m.start() not in used and "." in m[0]]
        share = len(used) / max(1, len(used) + 3 * len(open_figures))
        if adrift:
            share *= 0.5
        return self.page.draft(round(_CONFIDENCE * share, 3), formulator)

    def _declare(
        self, group: str, all_symbols: set[Symbol], domain: Domain, *, free: bool, upright: set[Symbol]
    ) -> None:
        """Sets and the variable of one group of symbols."""
        mine = sorted((v for v in all_symbols if v.group == group), key=lambda v: tuple(map(_order, v.index)))
        self.members[group] = mine
        lower = None if free and not set(mine) <= upright else "0"
        if not mine[0].index:
            self.variables[group] = self.page.variable(group, domain=domain, lower=lower)
            self.sets[group] = ()
            return
        axes = []
        for k in range(len(mine[0].index)):
            noun = group if len(mine[0].index) == 1 and len(group) > 1 else f"{group}_{'index' if not k else 'entry'}"
            axes.append(self.page.set(noun, list(dict.fromkeys(_key(v.index[k]) for v in mine))))
        name = group if len(group) == 1 else "amount"
        if len(axes) == 1:
            self.sets[group] = (axes[0],)
            self.variables[group] = self.page.variable(name, axes[0], domain=domain, lower=lower)
            return
        pairs = [tuple(map(_key, v.index)) for v in mine]
        places = self.page.set(f"{group}_place", pairs, within=tuple(axes))
        letters = ", ".join("ij"[: len(axes)])
        self.sets[group] = (places,)
        self.variables[group] = self.page.variable(name, f"{letters} in {places}", domain=domain, lower=lower)

    def _objective(self, form: Form) -> str:
        parts = []
        for group in self.members:
            own = {v: c for v, c in form.terms.items() if v.group == group}
            if own:
                parts.append(self._sum(group, "cost", {(): own}))
        constant = f" + {self.page.scalar('constant', form.constant)}" if form.constant else ""
        return " + ".join(parts) + constant

    def _sum(self, group: str, name: str, rows: Mapping[tuple[int, ...], Mapping[Symbol, float]], row: str = "") -> str:
        """A parameter with the factors of a group, and its sum with the variable."""
        letters = ", ".join("ij"[: len(self.members[group][0].index)])
        records: list[Record] = [(*at, *map(_key, v.index), c) for at, terms in rows.items() for v, c in terms.items()]
        taken = self.page.names.take(name if len(self.members) == 1 else f"{name}_{group}")
        head = ((row,) if row else ()) + self.sets[group]
        self.page.parameters.append(Parameter(name=taken, indices=head, default=0.0 if head else None))
        if head:
            self.page.values[taken] = tuple(records)
        else:
            self.page.values[taken] = float(records[0][-1])
        index = ", ".join(part for part in ("r" if row else "", letters) if part)
        inner = f"{taken}[{index}]" if index else taken
        variable = self.variables[group]
        if not letters:
            return f"{inner}*{variable}"
        return f"sum({inner}*{variable}[{letters}] for {letters} in {self.sets[group][0]})"

    def _rows(self) -> None:
        """One indexed constraint for all rows of the same comparison."""
        names = {"==": "balance", "<=": "limit", ">=": "need"}
        for comparison in dict.fromkeys(row.comparison for row in self.problem.rows):
            rows = [row for row in self.problem.rows if row.comparison == comparison and row.right is not None]
            if comparison is None or not rows:
                continue
            name = names[comparison]
            index = self.page.set(f"{name}_row", tuple(range(1, len(rows) + 1)))
            forms = [_moved(row) for row in rows]
            parts = []
            for group in self.members:
                own: dict[tuple[int, ...], Mapping[Symbol, float]] = {
                    (k,): {v: c for v, c in form.terms.items() if v.group == group}
                    for k, form in enumerate(forms, start=1)
                }
                if any(own.values()):
                    parts.append(self._sum(group, f"{name}_factor", own, index))
            right = self.page.names.take(f"{name}_value")
            self.page.parameters.append(Parameter(name=right, indices=(index,)))
            self.page.values[right] = tuple((k, -form.constant) for k, form in enumerate(forms, start=1))
            self.page.constraint(name, f"{' + '.join(parts)} {comparison} {right}[r]", over=f"r in {index}")
            spans = tuple(Span(start=row.start, end=row.end) for row in rows)
            self.page.spans[self.page.constraints[-1].name] = spans
            self.page.spans[right] = spans

    def _single(self, row: Statement) -> None:
        """A constraint of its own, under the label that the text gives it: "wood: 4x + 9y <= 360"."""
        if row.right is None or row.comparison is None:
            return
        label = re.search(r"([A-Za-z][A-Za-z ]{1,30}):\s*$", self.problem.text[max(0, row.start - 40) : row.start])
        name = label[1].strip() if label is not None else "cone" if row.left.squares else "row"
        left, right = self._written(row.left), self._written(row.right)
        self.page.constraint(name, f"{left} {row.comparison} {right}")
        self.page.spans[self.page.constraints[-1].name] = (Span(start=row.start, end=row.end),)

    def _written(self, form: Form) -> str:
        parts = [(c, f"{self._place(v)}**2") for v, c in form.squares.items()]
        parts += [(c, self._place(v)) for v, c in form.terms.items()]
        text = ""
        for factor, item in sorted(parts, key=lambda part: part[0] < 0):
            sign = "-" if factor < 0 else "+"
            text += f" {sign} {item}" if abs(factor) == 1 else f" {sign} {number(abs(factor))}*{item}"
        if form.constant or not text:
            text += f" {'+' if form.constant >= 0 else '-'} {number(abs(form.constant))}"
        text = text.removeprefix(" + ").strip()
        text = f"-{text[2:]}" if text.startswith("- ") else text
        return f"sqrt({text})" if form.root else text

    def _place(self, variable: Symbol) -> str:
        index = ", ".join(str(k) if isinstance(k, int) else f'"{k}"' for k in map(_key, variable.index))
        return f"{self.variables[variable.group]}[{index}]" if index else self.variables[variable.group]


def _moved(row: Statement) -> Form:
    """Everything on the left side."""
    form = Form(dict(row.left.terms), constant=row.left.constant)
    if row.right is not None:
        for variable, factor in row.right.terms.items():
            form.terms[variable] = form.terms.get(variable, 0.0) - factor
        form.constant -= row.right.constant
    return form


def _upright(cone: Statement) -> list[Symbol]:
    """The variable that bounds the length of the others: it is not negative."""
    form = _moved(cone)
    squares = dict(cone.left.squares)
    if cone.right is not None:
        for variable, factor in cone.right.squares.items():
            squares[variable] = squares.get(variable, 0.0) - factor
    side = 1.0 if cone.comparison == "<=" else -1.0
    found = [v for v, c in squares.items() if c * side < 0]
    if cone.left.root:
        found += [v for v, c in form.terms.items() if c * side < 0]
    return found if len(found) == 1 else []


def _symbols(statements: Iterable[Statement]) -> set[Symbol]:
    found: set[Symbol] = set()
    for statement in statements:
        found.update(statement.left.variables)
        found.update(statement.right.variables if statement.right else ())
    return found


def _groups(statements: Sequence[Statement]) -> list[str]:
    found = dict.fromkeys(v.group for s in statements for v in s.left.variables)
    found.update(dict.fromkeys(v.group for s in statements if s.right for v in s.right.variables))
    return list(found)


def _key(label: str) -> int | str:
    return int(label) if label.isdigit() else label


def _order(label: str) -> tuple[bool, int, str]:
    """Numbers by their value, before words."""
    return (not label.isdigit(), int(label) if label.isdigit() else 0, label)


def _shown(variable: Symbol) -> str:
    return f"{variable.group}[{', '.join(variable.index)}]" if variable.index else variable.group


def _domain(text: str) -> Domain:
    if re.search(r"\bbinary\b", text, re.I):
        return "binary"
    return "integer" if re.search(r"\bintegers?\b|\bwhole numbers?\b", text, re.I) else "continuous"


__all__ = ["Comparison", "equations"]
