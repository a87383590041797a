"""Covers, shifts, pairings and tableaus in everyday words: own texts to their optimum, and honest refusals."""

from __future__ import annotations

import pytest

from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.tabular import found_in
from copilot.formulators.offline.tabular.coverages import coverage
from formulations.data import bind
from solvers.dispatch import solve_instance
from solvers.solver import Options

PROBLEMS = {
    "a cover in sentences": (
        "A fire service wants to open as few stations as possible. Station A covers Hill and Lake, station B covers "
        "Lake, Mill and Nord, station C covers Hill and Oak, and station D covers Oak and Mill. Every district has to "
        "be covered.",
        2.0,
    ),
    "a cover in sentences with costs": (
        "Each district of a town must be seen by a camera. Camera 1 sees Harbor and Market, camera 2 sees Market and "
        "Park, camera 3 sees Harbor, Park and School, and camera 4 sees School. Camera 1 costs 300, camera 2 costs "
        "250, camera 3 costs 700 and camera 4 costs 150. What is the cheapest way?",
        700.0,
    ),
    "marks with costs": (
        "Which vans should be rented so that every village is visited at the lowest cost?\n\n"
        "| van | cost ($) | Ayr | Bute | Coll |\n|---|---|---|---|---|\n| V1 | 40 | x | x | |\n| V2 | 30 | | x | x |\n"
        "| V3 | 25 | | | x |\n",
        65.0,
    ),
    "marks with the choices in columns": (
        "Every language has to be spoken by one of the guides. Hire the fewest guides.\n\n"
        "| language | Ina | Joe | Kim |\n|---|---|---|---|\n| French | 1 | 0 | 1 |\n| Greek | 0 | 1 | 1 |\n"
        "| Polish | 1 | 1 | 0 |\n| Dutch | 0 | 0 | 1 |\n",
        2.0,
    ),
    "shifts with the need first and listed beginnings": (
        "A call center needs 5 agents from 6 to 10, 9 agents from 10 to 14, 8 agents from 14 to 18 and 3 agents from "
        "18 to 22. An agent works eight hours and can begin at 6, 10 or 14. Find the fewest agents.",
        13.0,
    ),
    "a tableau with supply and demand at its margins": (
        "Gravel is sent from two pits to three sites. Find the plan with minimum expense.\n\n"
        "| Pit | S1 | S2 | S3 | Supply |\n|---|---|---|---|---|\n"
        "| North | 4 | 6 | 9 | 40 |\n| South | 5 | 3 | 8 | 50 |\n"
        "| Demand | 20 | 30 | 25 | |\n",
        375.0,
    ),
    "a pairing without the word": (
        "A chef needs one cook for each course. Minutes that they take:\n\n"
        "| | soup | roast | cake |\n|---|---|---|---|\n"
        "| Abe | 10 | 30 | 25 |\n| Bo | 12 | 25 | 20 |\n| Cy | 9 | 28 | 30 |\n| Di | 15 | 40 | 18 |\n\n"
        "Who should cook what so that the total time is shortest?",
        52.0,
    ),
}

REFUSED = {
    "a cost told in words that no name carries": (
        "Station A covers Hill and Lake, station B covers Lake and Mill and station C covers Hill and Mill. A station "
        "costs more the later it is opened. Find the cheapest stations."
    ),
    "nothing is covered twice": (
        "Van A serves Ayr, van B serves Bute and van C serves Coll. Use the fewest vans to serve all villages."
    ),
    "no least is asked for": "Station A covers Hill and Lake, station B covers Lake and Mill, station C covers Hill.",
}


@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_covers_shifts_and_pairings_are_read_to_their_optimum(name: str) -> None:
    text, optimum = PROBLEMS[name]
    draft = OfflineFormulator().formulate(text)
    solution = solve_instance(bind(draft.document.formulation, draft.document.data), Options())
    assert solution.objective == pytest.approx(optimum, rel=1e-6)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_no_cover_is_not_read_as_one(name: str) -> None:
    found = found_in(REFUSED[name])
    assert coverage(found.prose, found.tables, REFUSED[name], "offline") is None
