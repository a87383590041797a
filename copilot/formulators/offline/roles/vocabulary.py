"""Words by the part they play in a clause: what earns, what is paid, what is there, what is needed."""

from __future__ import annotations

from ..words.lexicon import DEMAND_WORDS, word_set
from ..words.morphology import stem
from ..words.particles import EACH


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in word_set(text))


#: The owner of the figure brings money in, after costs.
PROFIT = _stems(
    """profit earn earning gain net clear margin return interest yield dividend leave contribution benefit payoff
    surplus income leaves"""
)
#: The owner of the figure brings money in, before costs.
REVENUE = _stems(
    """sell sold sale revenue price fetch turnover bring charge ticket proceeds retail fare receipts customer
    market"""
)
#: The owner of the figure takes money.
COST = _stems(
    """cost expense pay paid spend spent wage salary rent hire fee bill buy bought purchase payroll expenditure
    charter outlay material ingredient lease training furnish"""
)
#: What is said to be there: a figure beside these is a ceiling.
SUPPLY = word_set(
    """available hand stock have has had only capacity budget hold holds seats seat room limit limited limits
    supply loan labels most exceed own owns left inventory store stores space fit fits afford granted sets
    stocked lends spare gives give allows allow allotted manned cap capped within lay possess warehouse shelf use
    used released approved granted earmarked donated offer offers fund spent spend work works operate operates runs"""
)
#: What is said to be wanted: a figure beside these is a floor.
NEEDED = DEMAND_WORDS | word_set(
    """ordered promised gotta owe owes expect expects expected least minimum receive get moved served transported
    delivered requested target quota meet satisfy committed pledged supplied fed booked deliver transport move carried
    serve ship guests patients produce"""
)
#: What is said to be owed: these outweigh all else.
PLEDGED = word_set(
    "promised promise pledged owe owes owed order orders ordered contract contracts demand demands committed booked "
    "reserved requested guaranteed agreed"
)
_BUYERS = _stems("person people customer guest buyer tourist visitor client passenger patron member subscriber")
#: People for whom things are done, by whatever name: reached, carried, fed, served.
AUDIENCE = _BUYERS | _stems(
    """listener reader viewer spectator patient pupil student child kid adult user follower participant resident
    citizen attendee commuter shopper teacher inhabitant villager audience"""
)
PERSON = stem("person")
#: Who and what works for the owners: where they are said to be there, they are a ceiling.
STAFF = _stems(
    """driver worker operator officer pilot technician staff nurse crew helper employee captain guard mechanic team
    machine oven seat place slot space permit license"""
)
#: Words for all decisions together.
WHOLE = word_set(
    """total all altogether overall together combined everything both money capital sum budget land area field farm
    investment amount portfolio whole production output them fleet trips trip units items pieces mix mixture blend
    staff crew crews workforce team makes made produced people"""
)
#: Words between a verb and its figure: "lands just 200 kg".
DEGREES = word_set("just only about roughly around some approximately nearly exactly almost another over")
UNIT_ARTICLES = EACH | {"any"}
ARTICLES = UNIT_ARTICLES | {"the", "another"}


def money_family(stems: tuple[str, ...]) -> str:
    """cost, profit or revenue by the word of money nearest to the end; empty when none is there."""
    if stem("wholesale") in stems:
        return "cost"
    for word in reversed(stems):
        if word == stem("pay") and _BUYERS & set(stems):
            return "revenue"
        if word in PROFIT:
            return "profit"
        if word in REVENUE:
            return "revenue"
        if word in COST:
            return "cost"
    return ""
