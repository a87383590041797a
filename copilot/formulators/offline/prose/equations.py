"""Comparisons of linear forms said in words: which form stands on which side, and where each begins and ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..words.comparators import Comparator
from ..words.lexicon import word_set
from ..words.measures import Quantity
from .clauses import Relation
from .forms import DIFFERENCES, Side, side
from .scenes import Scene
from .used import Used

_DEFINED = frozenset(
    {"calculated", "computed", "defined", "measured", "expressed", "determined", "given", "quantified"}
)
#: Words that end the right side of a comparison: a reason, a purpose, a new statement.
_ENDS = word_set(
    """to due because since so which given ensuring ensure for considering as in by while if reflecting possibly
    based according under within this that could might at"""
)
_MORE = frozenset({"more", "greater", "higher", "larger"})
_FEWER = frozenset({"less", "fewer", "lower", "smaller"})


def left_side(scene: Scene, first: int, last: int) -> Side | None:
    """The longest form that ends just before a comparison: it may begin behind a comma, a colon or "that"."""
    starts = [first]
    for i in range(first, last):
        low = scene.tokens[i].low
        if low in (",", ":", ";", "(", "that", "weights", "so") or (
            low in ("as", "by") and i > first and scene.tokens[i - 1].low in _DEFINED
        ):
            starts.append(i + 1)
    for start in _from_definition(scene, starts):
        found = side(scene, start, last)
        if found is not None:
            return found
    return None


def _from_definition(scene: Scene, starts: Sequence[int]) -> Sequence[int]:
    """Where the form is defined ("calculated as ..."), it begins there and nowhere before."""
    defined = [
        k
        for k, start in enumerate(starts)
        if (start > 1 and scene.tokens[start - 2].low in _DEFINED)
        or (start and scene.tokens[start - 1].low == "weights")
    ]
    return starts[defined[-1] :] if defined else starts


def right_end(scene: Scene, first: int, last: int) -> int:
    """Where the right side of a comparison ends: before a reason, a purpose or another clause."""
    named = [m for m in scene.mentions_in(first, last) if m.entity is not None]
    depth = 0
    for i in range(first, last):
        low = scene.tokens[i].low
        depth += (low == "(") - (low == ")")
        if depth < 0:
            return i
        if depth:
            continue
        if not named or i <= named[0].first:
            continue
        later = any(m.first > i for m in named)
        if low in (",", ";", ".", ":") and not (later and low == ","):
            return i
        if low in _ENDS and not (later and low in ("for", "in", "that", "by", "to")):
            return i
    return last


def equation(
    scene: Scene, comparator: Comparator, left: int, right: int, numbers: Sequence[Quantity], used: Used
) -> tuple[Relation, ...]:
    """The relation between two linear forms, at least one of them weighted; empty where the words say it otherwise."""
    if comparator.trailing:
        return ()
    gap = _distance(scene, comparator, right, numbers, used)
    if gap:
        return gap
    front = left_side(scene, left, comparator.first)
    if front is None:
        whole = behind(scene, comparator, right, numbers, used)
        return () if whole is None else (whole,)
    taken = [*front.form.numbers]
    bound = _number_side(scene, comparator.last, numbers)
    terms, constant = dict(front.form.terms), -front.form.constant
    surplus = _surplus(scene, comparator, numbers)
    if surplus is not None:
        number, sign, begin = surplus
        end = right_end(scene, begin, scene.clause_of(comparator.first)[1])
        back = side(scene, begin, end)
        if back is None:
            return ()
        # "at most 10 less than Y": what is missing to Y is at most 10.
        terms = {entity: sign * factor for entity, factor in terms.items()}
        for entity, factor in back.form.terms:
            terms[entity] = terms.get(entity, 0.0) - sign * factor
        constant = sign * (constant + back.form.constant) + number.value
        taken.extend((number.at, *back.form.numbers))
        apart = False
    elif bound is not None:
        if not (front.explicit and (len(front.form.terms) >= 2 or front.form.constant)):
            return ()
        constant += bound.value
        taken.append(bound.at)
        apart, end = front.apart, bound.end
    else:
        end = right_end(scene, comparator.last, right)
        back = side(scene, comparator.last, end)
        if back is None or not _weighty(front, back):
            return ()
        for entity, factor in back.form.terms:
            terms[entity] = terms.get(entity, 0.0) - factor
        constant += back.form.constant
        taken.extend(back.form.numbers)
        apart = False
    used.update(taken)
    used.passed = end
    place = scene.place(front.first, end)
    relation = Relation(
        "linear", tuple(terms.items()), comparator.direction, comparator.strict, constant, place, apart=apart
    )
    plain = all(abs(factor) == 1.0 for _, factor in relation.terms) and len(terms) == 2
    if not (apart and plain and comparator.direction == "<="):
        return (relation,)
    turned = tuple((entity, -factor) for entity, factor in terms.items())
    return relation, replace(relation, terms=turned)


def _weighty(front: Side, back: Side) -> bool:
    """Whether the comparison says more than one of a decision, or a multiple of it, with another."""
    several = len(front.form.terms) > 1 or len(back.form.terms) > 1
    return several or (back.explicit and bool(back.form.constant or front.explicit))


def _distance(
    scene: Scene, comparator: Comparator, right: int, numbers: Sequence[Quantity], used: Used
) -> tuple[Relation, ...]:
    """ "no more than an eight-hour difference between X and Y"."""
    if not numbers or numbers[0].at > comparator.last + 2:
        return ()
    begin = next(
        (i for i in range(numbers[0].at + 1, min(numbers[0].at + 5, right)) if scene.tokens[i].low in DIFFERENCES),
        None,
    )
    if begin is None:
        return ()
    end = right_end(scene, begin, right)
    found = side(scene, begin, end)
    if found is None or not found.apart or found.form.constant:
        return ()
    used.update((numbers[0].at, *found.form.numbers))
    used.passed = end
    place, turned = scene.place(comparator.first, end), tuple((e, -factor) for e, factor in found.form.terms)
    ways = (found.form.terms, turned) if comparator.direction == "<=" else (found.form.terms,)
    return tuple(
        Relation("linear", terms, comparator.direction, comparator.strict, numbers[0].value, place, apart=True)
        for terms in ways
    )


def announces(scene: Scene, comparator: Comparator, following: Comparator) -> bool:
    """ "at least twice X plus Y should be no less than 8": the first comparison only announces the second."""
    if comparator.direction != following.direction or scene.mentions_in(
        scene.clause_of(comparator.first)[0], comparator.first
    ):
        return False
    between = side(scene, comparator.last, following.first)
    return between is not None and between.explicit and len(between.form.terms) >= 2


def behind(
    scene: Scene, comparator: Comparator, right: int, numbers: Sequence[Quantity], used: Used
) -> Relation | None:
    """ "at least 20 units must be made of twice X plus Y": the form stands behind its bound."""
    bound = _number_side(scene, comparator.last, numbers)
    if bound is None or bound.token.percent:
        return None
    named = [m for m in scene.mentions_in(bound.at, right) if m.entity is not None]
    turn = next((i for i in range(bound.end, right) if scene.tokens[i].low in _OBLIGED), None)
    if turn is None or not named or named[0].first < turn:
        return None
    begin = next((i + 1 for i in range(turn, named[0].first) if scene.tokens[i].low in _LINKS), None)
    if begin is None:
        return None
    end = right_end(scene, begin, right)
    form = side(scene, begin, end)
    if form is None or len(form.form.terms) < 2 or form.form.constant:
        return None
    used.update((bound.at, *form.form.numbers))
    used.passed = end
    place = scene.place(comparator.first, end)
    return Relation("linear", form.form.terms, comparator.direction, comparator.strict, bound.value, place)


_OBLIGED = word_set("must should need needs has have shall be is are can")
_LINKS = word_set("from between to for by of among across")


def _surplus(scene: Scene, comparator: Comparator, numbers: Sequence[Quantity]) -> tuple[Quantity, float, int] | None:
    """ "at least 20 units more than": the number, its sign, and where the form behind "than" begins."""
    if not numbers or numbers[0].at > comparator.last + 2 or numbers[0].token.multiplier:
        return None
    gaining = scene.words_in(max(0, comparator.first - 6), comparator.last) & {"surplus", "excess", "margin", "lead"}
    for i in range(numbers[0].at + 1, min(numbers[0].at + 8, len(scene.tokens) - 1)):
        low = scene.tokens[i].low
        if gaining and (low == "over" or (low == "compared" and scene.tokens[i + 1].low in ("to", "with"))):
            return numbers[0], 1.0, i + 1
        if low in _MORE | _FEWER:
            for j in range(i + 1, min(i + 5, len(scene.tokens))):
                if scene.tokens[j].low == "than":
                    return numbers[0], (1.0 if low in _MORE else -1.0), j + 1
                if scene.mentions_in(j, j + 1) or scene.tokens[j].is_number:
                    return None
        if scene.tokens[i].is_number or low in (",", ".", ";", "and") or scene.mentions_in(i, i + 1):
            return None
    return None


def _number_side(scene: Scene, first: int, numbers: Sequence[Quantity]) -> Quantity | None:
    """The number that alone is the right side; None where decisions follow that it weighs."""
    if not numbers or numbers[0].at > first + 5 or numbers[0].token.multiplier:
        return None
    number = numbers[0]
    gap = scene.tokens[first : number.at]
    if any(token.low in (",", ";", "(") for token in gap) or scene.mentions_in(first, number.at):
        return None
    after = scene.words_in(number.at + 1, number.at + 4)
    if after & (_MORE | _FEWER) and "than" in scene.words_in(number.at + 1, number.at + 6):
        return None
    return number
