"""``compare``: the relation of two programs, proved, refuted with a witness, or unknown with its reason."""

from __future__ import annotations

import time
from dataclasses import replace

from equivalence.exact import exact_linear
from equivalence.nonlinear import compare_curved, curved
from equivalence.obstacles import with_obstacles
from equivalence.search import Comparison, DeclaredMap, Options
from equivalence.verdict import Contract, Side, Verdict
from formulations.data import bind
from formulations.formulation import Document
from formulations.ground import ground
from formulations.program import Program

__all__ = ["DeclaredMap", "Options", "compare", "compare_documents"]


def compare(
    a: Program,
    b: Program,
    contract: Contract = Contract.DECISIONS,
    *,
    options: Options | None = None,
    declared_map: DeclaredMap | None = None,
) -> Verdict:
    """The relation of ``b`` to ``a``. What cannot be decided is UNKNOWN, with the reason.

    Positive verdicts may rest on any map, for a proof does not care who guessed it; under a trusted declared map
    only that map counts. Refutations rest on a witness under a trusted correspondence (declared, or equal names
    with ``trust_names``) or on something that no map can change (see ``equivalence.refutation``).
    """
    started = time.monotonic()
    options = options or Options()
    if curved(a) or curved(b):
        verdict = compare_curved(a, b, contract, options, declared_map)
    else:
        comparison = Comparison(exact_linear(a), exact_linear(b), contract, options, declared_map, started)
        verdict = with_obstacles(comparison.verdict(), comparison.context, {Side.A: a, Side.B: b})
    return replace(verdict, seconds=time.monotonic() - started)


def compare_documents(
    a: Document,
    b: Document,
    contract: Contract = Contract.DECISIONS,
    *,
    options: Options | None = None,
    declared_map: DeclaredMap | None = None,
) -> Verdict:
    """``compare`` on the grounded documents. Raises DataError and GroundingError for documents without a program."""
    programs = [ground(bind(document.formulation, document.data)) for document in (a, b)]
    return compare(programs[0], programs[1], contract, options=options, declared_map=declared_map)
