"""The second reader of linear prose: by roles of clauses, independent of the first above the level of words."""

from .reader import read_roles

__all__ = ["read_roles"]
