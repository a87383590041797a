"""Decisions over time and along ways, told in sentences: plans over periods, staff, deliveries, roads, mixtures.

words → figures in rows over periods or between places → what each figure is → an indexed draft. A reader answers only
where every figure of the text has found its role.
"""

from .reading import narrative, timetable

__all__ = ["narrative", "timetable"]
