"""Problems whose numbers come as tables, matrices, lists or records.

members → facts (figures for members and pairs) → recognizers of problem families → an indexed draft.
"""

from .finding import Found, found_in
from .reading import tabular

__all__ = ["Found", "found_in", "tabular"]
