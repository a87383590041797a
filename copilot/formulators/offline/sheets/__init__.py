"""Tables of things by attributes and of pairs, read by the roles of rows and columns together with the prose around.

tables → roster (things, attributes, margins) or crossing (pairs, margins) → sayings (what each clause says) → a draft.
"""

from .pairs import pair_plan
from .plan import sheet_plan
from .portfolios import portfolio
from .sequences import sequence_plan
from .stocks import stock_plan

__all__ = ["pair_plan", "portfolio", "sequence_plan", "sheet_plan", "stock_plan"]
