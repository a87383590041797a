"""Word forms of English reduced to one: plural and verb endings, without a dictionary of the language."""

from __future__ import annotations

from functools import lru_cache

_IRREGULAR = {
    "people": "person", "persons": "person", "men": "man", "women": "woman", "children": "child",
    "feet": "foot", "teeth": "tooth", "geese": "goose", "mice": "mouse", "oxen": "ox", "loaves": "loaf",
    "leaves": "leaf", "knives": "knife", "shelves": "shelf", "halves": "half", "lives": "life", "wolves": "wolf",
    "calves": "calf", "wives": "wife", "has": "have", "had": "have", "does": "do", "did": "do", "goes": "go",
    "is": "be", "are": "be", "was": "be", "were": "be", "been": "be", "made": "make", "sold": "sell",
    "bought": "buy", "held": "hold", "spent": "spend", "grown": "grow", "grew": "grow", "taken": "take",
    "took": "take", "given": "give", "paid": "pay", "sent": "send", "built": "build", "fed": "feed",
    "needs": "need", "series": "series", "species": "species", "gas": "gas", "gases": "gas", "bus": "bus",
    "buses": "bus", "glass": "glass", "this": "this", "its": "its", "as": "as", "lens": "lens", "lenses": "lens",
    "potatoes": "potato", "tomatoes": "tomato", "heroes": "hero", "pies": "pie", "ties": "tie",
    "cookies": "cookie", "brownies": "brownie", "smoothies": "smoothie", "movies": "movie", "calories": "calorie",
    "shoes": "shoe", "canoes": "canoe", "toes": "toe", "less": "less", "axes": "axe", "taxes": "tax",
    "taxis": "taxi", "sundaes": "sundae", "quizzes": "quiz", "dies": "die", "selfies": "selfie",
    "veggies": "veggie", "zombies": "zombie", "caches": "cache", "headaches": "headache", "toothaches": "toothache",
    "hours": "hour", "data": "data", "media": "media", "news": "news", "bias": "bias", "canvas": "canvas",
    "canvases": "canvas", "atlas": "atlas", "pancreas": "pancreas", "plus": "plus", "minus": "minus",
    "scarves": "scarf", "thieves": "thief", "hooves": "hoof", "elves": "elf", "dwarves": "dwarf", "sheaves": "sheaf",
    "ads": "ad", "tvs": "tv", "pcs": "pc", "cds": "cd",
}  # fmt: skip

#: Nouns that end like adverbs.
_NO_ADVERBS = frozenset(
    {
        "family", "assembly", "supply", "jelly", "belly", "butterfly", "dragonfly", "reply", "holly", "monopoly",
        "anomaly", "rally", "bully", "italy", "gully", "tally", "doily", "filly",
    }
)  # fmt: skip

#: Endings taken off for comparing words of one family (produce, production, producing), longest first.
_FAMILY_ENDINGS = (
    "izations", "ization", "ations", "ation", "ments", "ment", "ances", "ance", "ators", "ator", "ants", "ant",
    "ings", "ing", "ions", "ion", "ers", "er", "ors", "or", "ed", "es", "al", "e", "y", "s",
)  # fmt: skip


@lru_cache(maxsize=8192)
def lemma(word: str) -> str:
    """The singular of a noun, in lower case; verbs lose only the ending of the third person."""
    if len(word) == 1:
        return word
    low = word.lower()
    if low.endswith("'s"):
        low = low[:-2]
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if len(low) <= 3 or not low.endswith("s") or low.endswith(("ss", "us", "is")):
        return low
    if low.endswith("ies"):
        return low[:-3] + "y"
    if low.endswith(("oes", "ches", "shes", "sses", "xes", "zzes")):
        return low[:-2]
    return low[:-2] if low.endswith("buses") else low[:-1]


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A key that words of one family share: shape and shaping, pollution and pollutants."""
    base = lemma(word)
    for ending in _FAMILY_ENDINGS:
        if base.endswith(ending) and len(base) - len(ending) >= 3:
            base = base[: -len(ending)]
            if ending in ("ing", "ed", "er") and len(base) > 3 and base[-1] == base[-2] and base[-1] not in "sl":
                base = base[:-1]
            break
    return base


def is_adverb(word: str) -> bool:
    """Whether a word (lower case) ends like an adverb and is none of the nouns that do so too."""
    return len(word) > 4 and word.endswith("ly") and word not in _NO_ADVERBS
