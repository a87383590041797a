"""Texts in other languages are told from English ones, and algebra from both."""

from __future__ import annotations

import pytest

from copilot.gallery import samples
from copilot.language import seems_foreign


@pytest.mark.parametrize("text", [sample.text for sample in samples()], ids=[sample.slug for sample in samples()])
def test_the_gallery_is_english(text: str) -> None:
    assert not seems_foreign(text)


@pytest.mark.parametrize(
    "text",
    [
        "Eine Bäckerei backt Brot und Brötchen. Ein Brot braucht 2 Stunden und bringt 3 Euro. Maximiere den Gewinn.",
        "Une boulangerie fait du pain et des brioches. Chaque pain demande 2 heures et rapporte 3 euros.",
        "Una panadería hace pan y bollos. Cada pan lleva 2 horas y deja 3 euros. Hay 40 horas por semana.",
        "一家面包店做面包和卷。每个面包利润3元,需要2小时。",
        "مخبز يصنع الخبز. كل رغيف يربح 3 ويحتاج ساعتين.",
    ],
    ids=["german", "french", "spanish", "chinese", "arabic"],
)
def test_other_languages_are_not(text: str) -> None:
    assert seems_foreign(text)


@pytest.mark.parametrize(
    "text", ["", "   ", "maximize 3x + 2y", "x" * 200_000, "🍞 3 🥐 2", "1 2 3", "bread rolls flour"]
)
def test_little_text_and_algebra_are_not_judged(text: str) -> None:
    assert not seems_foreign(text)
