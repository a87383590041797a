"""A draft about items: its elements, limits from margins, columns and sayings, rules among items, and the aim."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from copilot.formulators.draft import Draft, Question, Span
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import unit_of
from copilot.formulators.offline.words.morphology import stem
from copilot.formulators.offline.words.tokens import Token

from .aim import SCALED, Aim, aim_of
from .domains import domain_of
from .elements import Elements
from .limits import Limits
from .naming import Speaking
from .roster import PEOPLE, Attribute, Roster
from .rules import Rule
from .sayings import Saying
from .worth import worth

_SURE = 0.88
#: What is left of the confidence for each figure or sentence that was not understood.
_LEFT = 0.6
#: What a column weighs that nothing uses and that the prose never mentions.
_IDLE = 0.15
_STRONG = re.compile(r"\b(?:cannot|never|must not|unless|only if|either|if)\b", re.I)
#: A second decision about each item: "how many trucks to send and how much to invest in each route".
_TWOFOLD = re.compile(
    r"\b(?:how (?:many|much)|number of|amount of|quantit\w+)\b[^.?!]{0,90}"
    r"(?:\band(?: also)?|\bas well as|,)(?: to)? (?:the (?:number|amount)s? of|how (?:many|much)|whether)\b",
    re.I,
)
#: Words around a figure of a formula that the table tells, too.
_GROWS = re.compile(
    r"\^|\*\*|\b(?:increas|decreas|ris|fall|drop)\w* by\b|\b(?:above|beyond|exceeds?) \$?[\d.]+ for\b", re.I
)
_ONCE = re.compile(r"\b(?:each|every)\b[^.]{0,60}\bat least once\b", re.I)
_SETUP_ONLY = re.compile(r"\bif\b[^.]{0,50}\b(?:is|are) (?:used|made|run|produced)\b", re.I)


@dataclass(slots=True)
class Assembly:
    """One draft in the making; ``left`` collects the figures that were not understood."""

    roster: Roster
    speaking: Speaking
    text: str
    original: str
    parts: Sequence[Sequence[Token]]
    said: list[Saying]
    ruled: dict[int, Rule]
    left: list[tuple[int, int]] = field(default_factory=list)

    def draft(self, formulator: str) -> Draft | None:
        written = self.original if len(self.original) == len(self.text) else self.text
        aim = aim_of(self.roster, self.speaking, self.parts, self.text, written)
        if aim is None:
            return None
        page = Paper(self.original)
        elements = Elements(self.roster, page, domain_of(self.roster, self.said, self.text, aim))
        limits = Limits(elements, aim, self.speaking, self.text, self.parts)
        limits.margins(self._shift())
        limits.columns()
        self._rules(elements)
        self._once(elements)
        self._sayings(limits, aim)
        expression = worth(aim, elements)
        if elements.used and not elements.tie():
            self.left.append((0, 1))
        elements.keep_positive()
        if not expression or not page.constraints:
            return None
        page.aim(aim.sense, f"total {aim.plus[0].short}" if aim.plus else "total", expression)
        if page.objective is not None:
            page.spans[page.objective.name] = (Span(start=aim.start, end=max(aim.end, aim.start + 1)),)
        return self._closed(elements, aim, formulator)

    def _closed(self, elements: Elements, aim: Aim, formulator: str) -> Draft:
        """The draft, the less sure the more of the text is left, with a question for each thing left."""
        unused = [
            a
            for k, a in enumerate(self.roster.attributes)
            if k not in elements.columns and a.role not in ("least", "most")
        ]
        for attribute in unused:
            if not self._mentioned(attribute):
                elements.coefficient(attribute)
                elements.page.assumptions.append(f"nothing depends on {attribute.title}")
        power = len(self.left) + (not aim.sure) + (0.5 if self._silent() else 0)
        power += 2 if _TWOFOLD.search(self.text) and not (elements.spent or self.roster.groups) else 0
        power += sum(1.0 if self._mentioned(a) else _IDLE for a in unused)
        asked: list[tuple[str, Span | None]]
        asked = [(f"what does {self.text[a:b]!r} mean here?", Span(start=a, end=b)) for a, b in self.left]
        asked += [(f"what does column {a.title!r} mean here?", None) for a in unused]
        questions = tuple(Question(text=text, default="it is left out", span=span) for text, span in asked)
        draft = elements.page.draft(round(_SURE * _LEFT**power, 3), formulator)
        return draft.model_copy(update={"questions": questions})

    # --- sayings and rules -----------------------------------------------------------------------------------------

    def _sayings(self, limits: Limits, aim: Aim) -> None:
        done = [(rule.start, rule.end) for rule in self.ruled.values()]
        if aim.formula is not None:
            done += [(aim.formula.start, aim.formula.end), *(m.span() for m in SCALED.finditer(self.text))]
        for saying in self.said:
            token = saying.token
            if any(a <= token.start < b for a, b in done) or self._excused(saying):
                continue
            if not limits.say(saying):
                self.left.append((token.start, token.end))

    def _shift(self) -> float:
        """The hours that one of the people works where a margin counts them: "each working 30 hours per week"."""
        if not any(PEOPLE.search(m.title) for a in self.roster.attributes for m in a.margins):
            return 1.0
        timed = [s for s in self.said if s.each and (u := unit_of(s.unit)) is not None and u[0] == "time"]
        found = [s for s in timed if PEOPLE.search(" ".join(s.words)) or "working" in s.words or "works" in s.words]
        if len(found) != 1:
            return 1.0
        self.said = [s for s in self.said if s is not found[0]]
        return found[0].value

    def _excused(self, saying: Saying) -> bool:
        """Figures that only count what the table shows."""
        families = Counter(a.title.split()[0] for a in self.roster.attributes if a.title.split())
        around = self.text[max(0, saying.token.start - 30) : saying.token.end + 12]
        if _GROWS.search(around) and any(a.growth or a.power != 1 for a in self.roster.attributes):
            return True
        counts = {len(self.roster.items), len(self.roster.attributes), *families.values()} - {1}
        kind = saying.after[:1] and stem(saying.after[0]) == stem(self.roster.noun)
        if kind and saying.value == len(self.roster.items) and not saying.token.money:
            return True
        loose = saying.side is None or saying.plain
        heads = [m.figure.value for a in self.roster.attributes for m in a.margins]
        if loose and len(saying.titled) > 1 and saying.value == len(saying.titled):
            return True
        if loose and len(heads) > 1 and saying.value == sum(heads):
            return True
        return loose and not saying.token.money and (saying.value in counts or saying.token.low in ("one", "a"))

    def _sentence(self, k: int) -> str:
        tokens = self.parts[k]
        return self.text[tokens[0].start : tokens[-1].end] if tokens else ""

    def _mentioned(self, attribute: Attribute) -> bool:
        """Whether the prose speaks of what a column tells."""
        return attribute.money or any(t.stem in attribute.words for tokens in self.parts for t in tokens if t.is_word)

    def _rules(self, elements: Elements) -> None:
        page = elements.page
        for rule in self.ruled.values():
            for name, expression in _written(rule, elements):
                page.constraint(name, expression)
                page.spans[page.constraints[-1].name] = (Span(start=rule.start, end=rule.end),)

    def _once(self, elements: Elements) -> None:
        """ "Each cake is baked at least once": one of each."""
        said = _ONCE.search(self.text)
        if said is not None:
            least = elements.page.scalar("once", 1.0, said.span())
            elements.limit("once", f"{elements.variable}[i]", ">=", least, over=elements.each)

    def _silent(self) -> bool:
        """Whether a sentence that forbids or demands something about items was not read."""
        known = set(self.ruled) | {s.sentence for s in self.said}
        unread = [self._sentence(k) for k in range(len(self.parts)) if k not in known]
        return any(map(_STRONG.search, unread)) and not _SETUP_ONLY.search(self.text)


def _written(rule: Rule, elements: Elements) -> list[tuple[str, str]]:
    """A rule as named constraints."""
    if rule.kind == "compare":
        right = elements.some(rule.right)
        right = right if rule.count == 1.0 else f"{rule.count:g}*({right})"
        return [("compared", f"{elements.some(rule.left)} {rule.side} {right}")]
    use = elements.switch()
    left = [f"{use}[{elements.quoted(k)}]" for k in rule.left]
    if rule.kind == "implies":
        return [("only_with", f"{left[0]} <= {use}[{elements.quoted(k)}]") for k in rule.right]
    if rule.kind == "together":
        return [("together", f"{left[0]} == {other}") for other in left[1:]]
    return [("rule", f"{' + '.join(left)} {rule.side} {rule.count:g}")]
