"""Problems whose numbers come as tables, matrices, lists or records.

members → facts (figures for members and pairs) → recognizers of problem families → an indexed draft.
"""

from .reading import all_tables, tabular, unwrapped

__all__ = ["all_tables", "tabular", "unwrapped"]
