"""The objective as an expression: totals of what is wanted, less or plus what it costs, quotients and formulas."""

from __future__ import annotations

from .aim import Aim
from .elements import Elements
from .roster import Attribute


def worth(aim: Aim, elements: Elements) -> str:
    """The expression; empty where nothing is wanted."""
    if aim.formula is not None:
        names = {aim.formula.variable: f"{elements.variable}[i]"}
        names |= {letter: elements.coefficient(attribute) for letter, attribute in aim.letters.items()}
        return f"sum({aim.formula.written(names)} for {elements.each})"
    above = _net(aim, elements)
    if not aim.below:
        return above
    below = " + ".join(elements.total(attribute) for attribute in aim.below)
    return f"({above})/({below})" if above else ""


def _net(aim: Aim, elements: Elements) -> str:
    if aim.count:
        return elements.switched() if elements.used else elements.total()
    gains = [_sold(a, elements) for a in aim.plus]
    costs = [elements.total(a) for a in aim.minus] + [elements.switched(a) for a in aim.fixed]
    if aim.sense == "minimize" or (aim.plus and aim.plus[0].money):
        for attribute in elements.roster.attributes:
            if attribute.price is not None and not any(attribute is a for a in aim.plus):
                costs.append(_sold(attribute, elements))
    if not gains:
        return " + ".join(costs) if aim.sense == "minimize" else ""
    return (" - " if aim.sense == "maximize" else " + ").join([" + ".join(gains), *costs])


def _sold(attribute: Attribute, elements: Elements) -> str:
    """The total of an attribute, at its price where it has one."""
    if attribute.price is None:
        return elements.total(attribute)
    return f"{elements.number(f'price {attribute.short}', attribute.price)}*{elements.total(attribute)}"
