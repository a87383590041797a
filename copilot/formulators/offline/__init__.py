"""A deterministic semantic parser for optimization word problems, as a pipeline of small stages.

tokens → entities (candidate lists of decisions) → scenes (a sentence with everything found in it) → comparisons
and statements (typed clauses) → columns → model → assembly. All candidate lists are read to the end; the reading
that explains most of the text wins.
"""

from .formulator import OfflineFormulator

__all__ = ["OfflineFormulator"]
