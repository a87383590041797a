"""Choices told in prose: things that are taken or left, work that is shared out, places that are covered."""

from .reading import choice

__all__ = ["choice"]
