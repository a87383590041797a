"""The names of months, days, seasons and periods, and the words that number them."""

from __future__ import annotations

from .lexicon import word_set

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEASONS = ("spring", "summer", "autumn", "winter")
#: The ways in which months and days are cut short, with their places in the year and the week.
SHORT_MONTHS = {name[:3]: k for k, name in enumerate(MONTHS)} | {"sept": 8}
SHORT_DAYS = {name[:3]: k for k, name in enumerate(DAYS)} | {"tues": 1, "thur": 3, "thurs": 3}
#: What the periods of a plan are called.
PERIODS = word_set(
    "day week month quarter year season period fortnight night semester term trimester shift round block"
)
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth",
    "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip
#: Every ordinal with its place, the first at 0: "third", "3rd".
RANKS = (
    {word: k for k, word in enumerate(ORDINALS)}
    | {"1st": 0, "2nd": 1, "3rd": 2}
    | {f"{k + 1}th": k for k in range(3, len(ORDINALS))}
)
