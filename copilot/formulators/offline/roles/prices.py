"""A price is what a seller earns and what a buyer pays: the wish tells which of them the problem is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..words.morphology import stem
from .aims import Aim
from .facts import Fact
from .vocabulary import REVENUE

_PRICE = frozenset({stem("price"), stem("charge")})
_PAYING = frozenset({stem("pay"), stem("payment")})
_SELLING = REVENUE - _PRICE


def seen_by(aim: Aim, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts as the one who wishes sees them: who wants to spend little pays the prices."""
    if aim.family == "cost":
        return tuple(map(_paid, facts))
    received = aim.nouns & _PAYING
    return tuple(_received(fact) if received & fact.measure.context else fact for fact in facts)


def _paid(fact: Fact) -> Fact:
    measure = fact.measure
    if measure.family != "revenue" or not measure.context & _PRICE or measure.context & _SELLING:
        return fact
    return replace(fact, measure=replace(measure, family="cost"))


def _received(fact: Fact) -> Fact:
    """Who wants the largest payment is paid."""
    return replace(fact, measure=replace(fact.measure, family="revenue"))
