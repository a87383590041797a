"""``compare``: the relation of two programs, proved, refuted with a witness, or unknown with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from equivalence.verdict import Affine, Contract, Relation, Verdict
from formulations.program import Program


@dataclass(frozen=True, kw_only=True)
class Options:
    """Limits of a comparison.

    time_limit: seconds for the whole comparison. trust_names: programs with the same set of column labels mean the
    same by them, so that a witness under equal names refutes. same_units: the objectives are the same quantity in
    the same unit, so that different optimal values refute.
    """

    time_limit: float = 20.0
    trust_names: bool = True
    same_units: bool = False


@dataclass(frozen=True, kw_only=True)
class DeclaredMap:
    """What the caller says corresponds: A's columns in terms of B's (forward), B's in terms of A's (backward).

    Columns may be missing, those of auxiliaries for instance. Where only one direction is given, the other one is
    sought. ``trusted`` maps are what the user means, so that a witness against them refutes; others are guesses.
    """

    forward: Mapping[str, Affine]
    backward: Mapping[str, Affine]
    trusted: bool


def compare(
    a: Program,
    b: Program,
    contract: Contract = Contract.DECISIONS,
    *,
    options: Options | None = None,
    declared_map: DeclaredMap | None = None,
) -> Verdict:
    """The relation of ``b`` to ``a``. Never raises for what the programs hold; what cannot be decided is UNKNOWN."""
    return Verdict(relation=Relation.UNKNOWN, contract=contract, exact=False, reason="nothing was tried")
