"""Order and batch sizes: a charge for each order against the cost of keeping what is not yet used."""

from __future__ import annotations

from copilot.formulators.offline.drafting import Sheet
from copilot.formulators.offline.lexicon import word_set

from .aims import sense
from .figures import Measured, Page

_ORDER = word_set("order ordering setup set-up set batch delivery placing run reorder shipment changeover")
_HOLD = word_set("hold holding store storing keep keeping stock carry carrying storage warehousing inventory")
_NEED = word_set("demand sell use need require consumption sale usage needs sells uses year annual yearly")


def lot(page: Page) -> Sheet | None:
    """The least yearly cost of ordering and holding a steady demand."""
    if not page.lows & _HOLD or not page.lows & _ORDER or not page.has("year yearly annual annually month monthly"):
        return None
    if page.has("percent discount shortage backorder lead") or page.of("percent") or sense(page) == "maximize":
        return None
    figures = [f for f in page.figures if not f.token.low.isalpha()]
    if len(figures) != 3 or (page.has("produces rate") and page.has("per day")):
        return None
    roles: dict[str, Measured] = {}
    for figure in figures:
        role = _role(page, figure)
        if role is None or role in roles:
            return None
        roles[role] = figure
    sheet = Sheet(page.original)
    need = sheet.parameter("demand", roles["demand"].figure())
    each = sheet.parameter("order_cost", roles["order"].figure(roles["order"].size))
    kept = sheet.parameter("holding_cost", roles["holding"].figure(roles["holding"].size))
    size = sheet.variable("order_size", "how much is ordered or made at a time", lower="0.01")
    sheet.aim("minimize", "yearly_cost", f"{each}*{need}/{size} + {kept}*{size}/2")
    sheet.assumptions.append("demand is steady: on average half an order lies in stock")
    return sheet


def _role(page: Page, figure: Measured) -> str | None:
    """What a figure is by the words of its own clause: the demand, the charge of an order, the cost of holding."""
    first, last = page.clause(figure)
    words = page.words(first, last)
    if words & _HOLD and (figure.dimension == "money" or figure.per or "per" in words):
        return "holding"
    if words & _ORDER:
        return "order"
    if words & _NEED and figure.dimension != "money":
        return "demand"
    return None
