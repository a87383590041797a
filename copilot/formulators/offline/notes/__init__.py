"""Notes: lines of names, figures and signs without sentences ("stools: 4 h wood, $35 ea", "wood: 80 h/wk")."""

from .reading import notes

__all__ = ["notes"]
