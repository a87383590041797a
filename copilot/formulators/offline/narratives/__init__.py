"""Decisions over time and along ways, told in sentences: plans over periods, staff, deliveries, roads, mixtures.

A text becomes items in sentences (``words``), in which periods (``calendar``), hours (``clock``) or places
(``nodes``) are found; ``figures`` stand in rows over the periods, or as ``ways`` between the places; ``roles``
guesses what each figure is from the words near it, and ``casting`` gives every role to the figure that fits it best.
On these stand the readers: ``plans``, ``staffing``, ``cash`` and ``covers`` over periods, ``deliveries`` and
``roads`` along ways, ``projects``, and ``mixtures`` of ``parts``. A reader answers only where every figure of the
text has found its role.
"""

from .reading import narrative, timetable

__all__ = ["narrative", "timetable"]
