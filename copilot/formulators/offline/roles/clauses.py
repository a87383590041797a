"""Every figure of a line read clause by clause: whose figure it is, of what, or what it limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..lexicon import GENERIC_HEADS, STOP_WORDS, UNITS, is_content, unit_of, word_set
from ..measures import Measure
from ..morphology import stem
from .dealing import HANDING, adjoins, group_for, joined_owners, linked
from .facts import PERCENT, Fact, Facts, Limit
from .leaning import lean
from .lines import Figure, Line, Piece
from .mentions import Mention, wholes
from .owners import Owners
from .vocabulary import COST, PROFIT, TOGETHER, money_family


@dataclass(slots=True)
class _State:
    """What a line has said so far: whose turn it is, under which heading, and in which words."""

    owners: tuple[int, ...] = ()
    single: bool = False
    heading: tuple[str, ...] = ()
    unit: tuple[str, float] = ("", 1.0)
    words: tuple[str, ...] = ()
    turn: int = 0
    last: tuple[int, ...] = ()
    borrowed: bool = False
    pronoun: bool = False


_PASSING = frozenset(stem(w) for w in word_set("day week month year hour shift evening night season daily weekly"))
#: What money lies in: a figure beside these is an amount of money.
_PURSE = frozenset(
    stem(w) for w in word_set("budget bank treasury cash loan purse funds granted donated money euros dollars")
)
_EXCHANGE = frozenset(stem(w) for w in word_set("goes go fetches worth asks priced dollars euros cents gets get"))
_PERSONS = word_set("me us him her them")
_MODALS = word_set("will can may must should would could also then only does do is are be")
_CONTRACTED = word_set("there's we've i've they've you've he's she's")
_JOINING = word_set("and , or + & plus the a an of per each by for in on to from both project product units number")
#: "They need 2,000 liters": people, not what was spoken of.
_PEOPLE = word_set("need needs want wants have must owe can could would plan hope")
_PRONOUNS = word_set("it they them which that who these those its their")
_THERE = word_set("there we he she i you")
_STRONG_SUPPLY = word_set("available hand stock budget capacity shelf fund")


def facts_of(
    line: Line,
    k: int,
    seen: Sequence[Mention],
    owners: Owners,
    used: set[int],
    spans: Sequence[tuple[int, int]],
    before: tuple[int, ...],
    turn: int,
    earlier: Sequence[Fact],
) -> tuple[Facts, tuple[int, ...], int]:
    """The facts of a line, the owners it ends with, and the number of its last turn.

    ``used`` are figures that relations have taken; ``before`` the owners with which the line before ended.
    """
    reader = _Reader(line, k, seen, owners, used, spans)
    reader.state.turn = turn
    reader.earlier = earlier
    people = len(line.tokens) > 1 and line.tokens[0].low == "they" and line.tokens[1].low in _PEOPLE
    if line.tokens and not people and line.tokens[0].low in _PRONOUNS | {"these", "this", "he"}:
        reader.state.owners = before
        reader.state.borrowed = True
    reader.read()
    return reader.out, reader.state.last, reader.state.turn


class _Reader:
    def __init__(
        self, line: Line, k: int, seen: Sequence[Mention], owners: Owners, used: set[int],
        spans: Sequence[tuple[int, int]],
    ) -> None:  # fmt: skip
        self.line, self.k, self.owners, self.spans = line, k, owners, spans
        self.mentions = [m for m in seen if m.form != "all"]
        self.alls = [m for m in seen if m.form == "all"]
        self.used = set(used)
        self.out = Facts()
        self.state = _State()
        self.earlier: Sequence[Fact] = ()
        self.fresh = False
        first = next((f.at for f in line.figures if f.at not in used and not f.soft), None)
        owner = next((m.first for m in self.mentions), None)
        self.right = first is not None and (owner is None or first < owner)

    # --- the walk over the pieces -------------------------------------------------------------------------------

    def read(self) -> None:
        self._lists()
        for n, piece in enumerate(self.line.pieces):
            self._enter(n, piece)
            for figure in self.line.figures:
                if piece.first <= figure.at < piece.last and figure.at not in self.used:
                    self._figure(figure, piece)
            here = self._in(piece.first, piece.last)
            if here and not any(f.at > here[-1].first and piece.first <= f.at < piece.last for f in self.line.figures):
                self._turn_to(here[-1:])

    def _in(self, first: int, last: int) -> list[Mention]:
        return [m for m in self.mentions if first <= m.first < last]

    def _turn_to(self, group: Sequence[Mention]) -> None:
        named = tuple(dict.fromkeys(e for m in group for e in m.owners))
        self.state.owners, self.state.single = named, any(m.single for m in group)
        self.state.last = named
        self.state.borrowed = False

    def _enter(self, n: int, piece: Piece) -> None:
        """What a new piece changes: headings, subjects of its own."""
        figures = [f for f in self.line.figures if piece.first <= f.at < piece.last]
        named = self._in(piece.first, piece.last)
        closes = piece.last < len(self.line.tokens) and self.line.tokens[piece.last].low in (":", "(", "-")
        if closes and not figures and not named:
            self.state.heading = self._stems(piece.first, piece.last)
            units = (unit_of(t.low) for t in self.line.tokens[piece.first : piece.last])
            self.state.unit = next((unit for unit in units if unit is not None), ("", 1.0))
        if piece.opener == ";" and not named:
            self.state.owners = ()
        own = self._fresh(piece, named)
        self.fresh = own or (piece.verb is None and self.fresh and not named and not self.state.owners)
        if own:
            self.state.owners, self.state.words = (), ()
        if piece.verb is not None or not self.state.words:
            self.state.words = self._stems(piece.first, piece.last)

    def _fresh(self, piece: Piece, named: Sequence[Mention]) -> bool:
        """Whether the piece has a subject of its own that is no owner: "the wing measures 880 square meters"."""
        self.state.pronoun = False
        if piece.verb is None:
            return False
        front = self.line.tokens[piece.first : piece.verb]
        lows = {t.low for t in front} - _MODALS
        if lows & {"its", "their"} and self.state.owners:
            return False
        if any(m.first < piece.verb for m in named):
            return False
        elliptic = any(piece.first <= f.at < piece.verb and f.direction for f in self.line.figures)
        if elliptic and not any(t.is_word and is_content(t.low) for t in front) and piece.opener in ("but", "and"):
            return False
        if piece.opener in ("which", "that", "who") and not front:
            return False
        if not lows or lows <= _PRONOUNS | {"also", "then"}:
            self.state.pronoun = bool(front)
            if self.line.tokens[piece.verb].low in _CONTRACTED:
                return True
            return self.line.tokens[piece.first].low in ("have", "has") and not self.state.owners
        return not (lows & _PRONOUNS and not any(is_content(t.low) and t.is_word for t in front))

    def _stems(self, first: int, last: int) -> tuple[str, ...]:
        """Stems of the words of ``tokens[first:last]`` that are neither owners nor parts of figures."""
        taken = {i for m in (*self.mentions, *self.alls) for i in range(m.first, m.last)}
        taken |= {i for f in self.line.figures for i in range(f.at, f.end)}
        return tuple(
            t.stem
            for i, t in enumerate(self.line.tokens[first:last], first)
            if i not in taken and t.is_word and t.low not in _PERSONS and (t.low not in STOP_WORDS or t.low in ("at",))
        )

    # --- lists: "300, 200 and 250 grams respectively" -----------------------------------------------------------

    def _lists(self) -> None:
        figures = [f for f in self.line.figures if f.at not in self.used]
        i = 0
        while i < len(figures):
            j = i
            while j + 1 < len(figures) and adjoins(self.line, figures[j], figures[j + 1]):
                j += 1
            run = figures[i : j + 1]
            i = j + 1
            if len(run) < 2 or any(f.direction for f in run):
                continue
            group = group_for(self.line, run, self.mentions, self.alls, self.owners)
            if group:
                self._dealt(run, group)

    def _dealt(self, run: Sequence[Figure], group: Sequence[int]) -> None:
        known = next((f for f in reversed(run) if f.measure.nouns or f.measure.dimension), run[-1])
        piece = self.line.pieces[self.line.piece_of(run[0].at)]
        words = self._around(run[0], run[-1], piece)
        for owner, figure in zip(group, run, strict=True):
            measure = figure.measure if figure.measure.dimension or figure.measure.nouns else known.measure
            measure = replace(measure, nouns=measure.nouns | known.measure.nouns, words=known.measure.words)
            self.state.turn += 1
            self._fact((owner,), replace(figure, measure=measure), words)
            self.used.add(figure.at)
        self.state.last = tuple(group)

    def _around(self, first: Figure, last: Figure, piece: Piece) -> tuple[str, ...]:
        words = self._stems(piece.first, first.at)
        if not words:
            start = max((p.first for p in self.line.pieces if p.verb is not None and p.first <= first.at), default=0)
            words = self._stems(start, first.at)
        end = self.line.pieces[self.line.piece_of(last.at)].last
        return (*self.state.heading, *words, *self._stems(last.end, end))

    # --- one figure ---------------------------------------------------------------------------------------------

    def _figure(self, figure: Figure, piece: Piece) -> None:
        named = self._in(piece.first, piece.last)
        inside = [m for m in named if figure.at < m.first < figure.end]
        group = [m for m in self.alls if figure.at < m.first < figure.end]
        article = figure.soft and figure.value == 1.0 and bool(inside) and not figure.direction
        article = article or self._portion(figure, piece, inside)
        if figure.token.multiplier and self._compares(figure):
            return
        if article or self._announces(figure, inside, group):
            self.out.excused.add(figure.at)
            return
        link = self._owner_of(figure, piece, named)
        if figure.direction is None and not inside and link and not self._obliged(figure, piece, link):
            self._coefficient(figure, piece, link)
            return
        if (
            inside
            and figure.direction is None
            and link
            and link[0].single
            and not set(link[0].owners) & set(inside[0].owners)
        ):
            self._coefficient(figure, piece, link)
            return
        self._limit(figure, piece, inside, bool(group))

    def _portion(self, figure: Figure, piece: Piece, inside: Sequence[Mention]) -> bool:
        """ "100 ml of Aube hold 12 ml of rose oil", "a 100 ml bottle": the amount that other figures are for."""
        if figure.direction is not None or figure.relative:
            return False
        if figure.at and self.line.tokens[figure.at - 1].low in ("a", "an") and not figure.token.money:
            return bool(figure.measure.dimension)
        more = any(f.at > figure.at and f.at < piece.last for f in self.line.figures)
        opens = figure.at == piece.first and bool(inside) and bool(figure.measure.dimension)
        return opens and more and piece.verb is not None

    def _compares(self, figure: Figure) -> bool:
        """A multiple of something that no relation has read: it is no amount by itself."""
        after = self.line.lows(figure.end, figure.end + 1) or [""]
        return figure.token.low.isalpha() or figure.token.fraction or after[0] in ("as", "the", "that", "more")

    def _announces(self, figure: Figure, inside: Sequence[Mention], group: Sequence[Mention]) -> bool:
        """ "two lamps: ...": it only says how many owners there are."""
        if figure.value != len(self.owners) or figure.direction or figure.measure.dimension:
            return False
        behind = self.line.lows(figure.at + 1, figure.at + 5)
        kinds = set(behind) & word_set("types kinds sorts varieties models versions different products options")
        return bool(group or kinds) or (figure.soft and not inside and not self._in(0, figure.at))

    def _owner_of(self, figure: Figure, piece: Piece, named: Sequence[Mention]) -> list[Mention]:
        """The mentions of whose figure it is: behind "for" or "per", in front, or of the pieces before."""
        behind = [m for m in named if m.first >= figure.end]
        if (
            behind
            and not self._figure_between(figure, behind[0].first)
            and linked(self.line, figure.end, behind[0].first, self.owners)
        ):
            strong = set(self.line.lows(figure.end, behind[0].first)) & word_set("for per each every from a an of")
            ahead = [m for m in named if m.last <= figure.at]
            if strong or not ahead:
                return self._with_joined(behind[0], named)
        ahead = [m for m in named if m.last <= figure.at]
        if ahead:
            group = joined_owners(self.line, ahead, backward=True)
            last = ahead[-1]
            return [replace(last, owners=group)] if len(group) > 1 else [last]
        if self.right and not self.fresh:
            later = [m for m in self.mentions if m.first >= figure.end and m.form == "one"]
            own_turn = later and self._same_clause(figure, later[0])
            if own_turn:
                return later[:1]
        if self.state.borrowed and self._known(figure):
            self.state.owners = ()
        if self.state.owners:
            return [Mention(piece.first, piece.first, self.state.owners, "one", self.state.single)]
        if behind and not self._figure_between(figure, behind[0].first) and piece.verb is not None and behind[0].single:
            return behind[:1]
        return []

    def _known(self, figure: Figure) -> bool:
        """Whether the owners of the line before have a figure of this already: then "it" is somebody else."""
        return any(
            fact.owners == self.state.owners and fact.measure.dimension == figure.measure.dimension
            and (fact.measure.nouns & figure.measure.nouns or figure.measure.dimension)
            and not (figure.measure.nouns and not fact.measure.nouns & figure.measure.nouns)
            for fact in self.earlier
        )  # fmt: skip

    def _with_joined(self, first: Mention, named: Sequence[Mention]) -> list[Mention]:
        later = [m for m in named if m.first > first.first]
        group = joined_owners(self.line, [first, *later], backward=False)
        return [replace(first, owners=group)] if len(group) > 1 and not self._has_figure_after(first) else [first]

    def _has_figure_after(self, mention: Mention) -> bool:
        piece = self.line.pieces[self.line.piece_of(mention.first)]
        return any(mention.last <= f.at < piece.last for f in self.line.figures)

    def _same_clause(self, figure: Figure, mention: Mention) -> bool:
        """Whether only figures of the same clause stand between: "2 hours and 3 nails go into a chair"."""
        lows = self.line.lows(figure.end, mention.first)
        if set(lows) & word_set("; . : while but whereas how what"):
            return False
        verbs = [p for p in self.line.pieces if figure.end <= p.first < mention.first and p.verb is not None]
        start = self.line.piece_of(figure.at)
        taken = [m for m in self.mentions if m.last <= figure.at]
        if taken and self.state.owners and not self._repeats(figure):
            return False
        return len(verbs) <= 1 and self.line.piece_of(mention.first) - start <= 2

    def _repeats(self, figure: Figure) -> bool:
        """Whether the owner in turn has a figure of this kind already."""
        kind = figure.measure.dimension
        return any(
            fact.owners == self.state.owners and fact.line == self.k and fact.measure.dimension in (kind, PERCENT)
            for fact in self.out.facts
        )

    def _figure_between(self, figure: Figure, at: int) -> bool:
        return any(figure.end <= f.at < at for f in self.line.figures)

    def _obliged(self, figure: Figure, piece: Piece, link: Sequence[Mention]) -> bool:
        """Whether the piece bounds what it names: "bikes may be used for 60 hours in all"."""
        lows = self.line.lows(piece.first, piece.last)
        words = set(lows)
        near = self._in(piece.first, piece.last)
        if not near and words & _STRONG_SUPPLY:
            return True
        if self._handed(figure, piece):
            return True
        if any(m.single for m in link):
            return False
        if not near and words & TOGETHER:
            return True
        if words & {"only"} and not near:
            return True
        together = "in all" in " ".join(lows) or bool(words & TOGETHER)
        modal = bool(words & word_set("may must should shall cannot can't can limited capped restricted"))
        return modal and together and not figure.token.percent

    def _handed(self, figure: Figure, piece: Piece) -> bool:
        """ "has 240 hectares to plant with rye": what is there for all of them."""
        after = self.line.lows(figure.end, figure.end + 2)
        there = set(self.line.lows(piece.first, piece.last)) & {"has", "have", "had", "are", "got", "is", "inherited"}
        return len(after) == 2 and after[0] == "to" and after[1] in HANDING and bool(there)

    # --- facts and limits ---------------------------------------------------------------------------------------

    def _coefficient(self, figure: Figure, piece: Piece, link: Sequence[Mention]) -> None:
        named = tuple(dict.fromkeys(e for m in link for e in m.owners))
        if not self.out.facts or self.out.facts[-1].owners != named:
            self.state.turn += 1
        self._turn_to(link)
        self.used.add(figure.at)
        self._fact(named, figure, self._words_for(figure, piece))

    def _words_for(self, figure: Figure, piece: Piece) -> tuple[str, ...]:
        """Stems of the words that say what the figure is of, the nearest last."""
        own = (*self._stems(figure.end, piece.last), *self._stems(piece.first, figure.at))
        verb = piece.verb is not None
        return (*self.state.heading, *(() if verb else self.state.words), *own)

    def _fact(self, named: tuple[int, ...], figure: Figure, words: tuple[str, ...]) -> None:
        measure, bare = self._measure(figure, words)
        self.out.facts.append(Fact(named, figure.value, measure, figure, self.k, self.state.turn, bare))

    def _measure(self, figure: Figure, words: tuple[str, ...]) -> tuple[Measure, bool]:
        """What the figure measures, with the words around it; whether it says so itself."""
        found = figure.measure
        own = {stem(w) for owner in self.owners.items for w in owner.words} | {stem(w) for w in self.owners.category}
        nouns = frozenset(found.nouns - own - {stem(w) for w in GENERIC_HEADS})
        if nouns and nouns <= PROFIT | COST and not found.dimension:
            words, nouns = (*words, *nouns), frozenset()
        bare = not nouns and not found.dimension and not figure.token.percent
        dimension, size = found.dimension, found.size
        if figure.token.percent:
            dimension, size = PERCENT, 1.0
        if not dimension:
            dimension, size = self.state.unit if not nouns else (dimension, size)
        family = money_family(words) if dimension in ("money", "", PERCENT) else ""
        if not dimension and not nouns and self._paid(figure, words):
            dimension, size = "money", 1.0
        family = family if dimension in ("money", PERCENT) else ""
        units = {stem(u) for u in UNITS}
        context = frozenset(w for w in words if w not in own and w not in units and len(w) > 2) | found.context
        return Measure(nouns, context, dimension, size, family, found.words, found.unit), bare

    def _paid(self, figure: Figure, words: tuple[str, ...]) -> bool:
        """Whether a figure without unit is an amount of money: "is sold at 60", "costs 12", "at 640 a day"."""
        start = max([f.end for f in self.line.figures if f.end <= figure.at], default=0)
        start = max(start, self.line.pieces[self.line.piece_of(figure.at)].first)
        local = [w for w in self._stems(start, figure.at) if w not in _PASSING]
        between = bool(start and any(f.end == start for f in self.line.figures))
        near = local or ([] if between else [w for w in words if w not in _PASSING])
        alone = figure.end == figure.at + 1
        if alone and _PURSE & {*near, *words} and near[-1:] != ["at"]:
            return True
        piece = self.line.pieces[self.line.piece_of(figure.at)]
        last = self.out.facts[-1] if self.out.facts else None
        follows = last is not None and last.line == self.k and last.owners == self.state.owners and not between
        if piece.verb is None and last is not None and follows and last.bare and last.measure.dimension == "money":
            return True
        if near and self._governs_else(near[-1]):
            return False
        if near[-1:] == ["giv"] and _PERSONS & set(self.line.lows(figure.at - 2, figure.at)):
            return True
        if near and (money_family((near[-1],)) or near[-1] in _EXCHANGE):
            return True
        after = self.line.lows(figure.end, figure.end + 2)
        if after in (["to", "spend"], ["to", "invest"]):
            return True
        return near[-1:] == ["at"] and after[:1] in (["a"], ["an"], ["per"], ["each"], ["apiece"])

    def _governs_else(self, verb: str) -> bool:
        """Whether the word stands in front of an amount that is no money: "a ticket costs us 3 hours, a feature 20"."""
        told = [f for f in self.out.facts if f.line == self.k and not f.bare and f.measure.dimension != "money"]
        return any(
            verb in self._stems(self.line.pieces[self.line.piece_of(f.figure.at)].first, f.figure.at) for f in told
        )

    def _limit(self, figure: Figure, piece: Piece, inside: Sequence[Mention], group: bool) -> None:
        lows = self.line.lows(piece.first, piece.last)
        measure, bare = self._measure(figure, self._stems(piece.first, piece.last) or self.state.words)
        before = self.out.limits[-1].measure if self.out.limits else None
        if bare and inside:
            measure = replace(measure, dimension="", family="")
        elif bare and before is not None and piece.verb is None and not measure.dimension and not group:
            measure = replace(measure, dimension=before.dimension, size=before.size, unit=before.unit)
        named = self._in(piece.first, piece.last)
        subject = inside or [m for m in named if m.last <= figure.at] or named
        if self._handed(figure, piece):
            subject, group = inside, not inside
        group = group or bool(wholes(self.line, piece.first, piece.last, self.owners) and not inside)
        if len(subject) == 1 and subject[0].form == "one":
            later = [m for m in self.mentions if m.first >= subject[0].first and not self._opens_clause(m, subject[0])]
            joined = joined_owners(self.line, later, backward=False)
            tail = next((m.last for m in reversed(later) if m.owners[-1] == joined[-1]), 0) if joined else 0
            if len(joined) > 1 and not any(subject[0].last <= f.at < tail for f in self.line.figures):
                subject = [replace(subject[0], owners=joined)]
        if subject and not inside and subject[-1].form == "one" and subject[-1].last <= figure.at:
            subject = [replace(subject[-1], owners=self._led(subject[-1]))]
        owners = tuple(dict.fromkeys(e for m in subject for e in m.owners if m.form == "one"))
        if (
            not owners
            and not named
            and figure.direction is not None
            and self.state.owners
            and ((self.state.pronoun and not self.state.borrowed) or not self._counts_else(figure))
        ):
            follows = piece.verb is None or self.state.pronoun or piece.opener in ("and", "but")
            owners = self.state.owners if follows else ()
        opening = self.line.lows(piece.first, piece.first + 2)
        none = opening[:1] in (["no"], ["neither"]) and any(m.first == piece.first + 1 for m in self.alls)
        each = (
            none
            or any(m.form == "each" for m in subject)
            or bool(
                not inside and set(lows) & {"each", "every"} and set(lows) & {"type", "kind", "sort", "one", "model"}
            )
        )
        counted = bool(inside) or (bool(owners) and not measure.dimension and not measure.nouns)
        self.used.add(figure.at)
        leaning = lean(self.line, piece, figure, fresh=self.fresh)
        self.out.limits.append(
            Limit(
                figure.value, figure.direction, figure.strict, leaning, measure, owners, counted,
                bool(group), each, figure, self.k, self.line.tokens[piece.first].start,
                self.line.tokens[piece.last - 1].end, self.fresh,
            )
        )  # fmt: skip

    def _led(self, last: Mention) -> tuple[int, ...]:
        """The owners joined in front of a comparison: "the area of oats and rye must be at least 40 fields"."""
        group = [last]
        for mention in reversed([m for m in self.mentions if m.first < last.first and m.form == "one"]):
            gap = set(self.line.lows(mention.last, group[-1].first))
            piece = self.line.pieces[self.line.piece_of(mention.first)]
            held = any(piece.first <= f.at < piece.last for f in self.line.figures)
            if held or not gap & {"and", ",", "+", "plus", "&", "or"} or not gap <= _JOINING:
                break
            group.append(mention)
        return tuple(dict.fromkeys(e for m in reversed(group) for e in m.owners))

    def _opens_clause(self, mention: Mention, first: Mention) -> bool:
        """Whether the mention is the subject of a clause of its own: "15 barrels of ale, and stout should not ..."."""
        k = self.line.piece_of(mention.first)
        verb = self.line.pieces[k].verb
        return k != self.line.piece_of(first.first) and verb is not None and verb > mention.first

    def _counts_else(self, figure: Figure) -> bool:
        return bool(figure.measure.nouns or figure.measure.dimension)
