"""Choices told in prose: things that are taken or left, work that is shared out, places that are covered.

A text becomes a ``script`` (tokens, ``figures``, sentences), and the script what there is to choose from: a
``roster`` of things of which ``records`` tell the same figures, or ``grids`` with a figure for each pair. Each kind
of choice has a reader: ``picks`` (under ``limits`` and ``rules``), ``covers``, ``cuts``, ``bins``, ``loads``,
``hauls``, ``matches``, ``sequences`` and ``suppliers``; ``reading`` asks them all and believes the surest. A rule
such as "A only if B" is a clause with its names written as groups (``clauses``), in one of the shapes of
``conditions`` and ``exclusions``.
"""

from .reading import choice

__all__ = ["choice"]
