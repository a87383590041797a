"""Textbook and everyday problems with curved objectives, read over figures that know what they measure."""

from __future__ import annotations

from .reading import curve as curve
