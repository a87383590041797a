"""What a comparison of two programs found, and the evidence for it. Nothing here ever claims more than was proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from types import MappingProxyType

#: Column label to coefficient.
Coefficients = Mapping[str, Fraction]


class Contract(Enum):
    """What "equivalent" is to mean.

    DECISIONS: the same plans, each of the same worth. One affine map takes the plans of B onto those of A (columns
    that only restate others, such as slacks, may come and go), and the objectives agree up to a positive factor
    and a constant.
    OPTIMUM: less is asked: the optimal plans correspond and so do the optimal values.
    """

    DECISIONS = "decisions"
    OPTIMUM = "optimum"


class Relation(Enum):
    """How B stands to A. STRICTER: B allows less than A; LOOSER: B allows more."""

    EQUIVALENT_STRUCTURAL = "equivalent_structural"
    EQUIVALENT_PROVED = "equivalent_proved"
    SAME_OPTIMA_PROVED = "same_optima_proved"
    STRICTER = "stricter"
    LOOSER = "looser"
    DIFFERENT_PROVED = "different_proved"
    TESTED = "tested"
    BOTH_INFEASIBLE = "both_infeasible"
    BOTH_UNBOUNDED = "both_unbounded"
    UNKNOWN = "unknown"

    @property
    def equivalent(self) -> bool:
        """Whether the same decisions are proved."""
        return self in (Relation.EQUIVALENT_STRUCTURAL, Relation.EQUIVALENT_PROVED)

    @property
    def mirrored(self) -> Relation:
        """The relation of A to B."""
        return {Relation.STRICTER: Relation.LOOSER, Relation.LOOSER: Relation.STRICTER}.get(self, self)


class Side(Enum):
    """Which of the two programs."""

    A = "A"
    B = "B"

    @property
    def other(self) -> Side:
        return Side.B if self is Side.A else Side.A


@dataclass(frozen=True, slots=True)
class Affine:
    """``constant + sum(coefficients[label] * label)``, without zero coefficients."""

    coefficients: Coefficients = field(default_factory=lambda: MappingProxyType({}))
    constant: Fraction = Fraction(0)


@dataclass(frozen=True, kw_only=True)
class AffineMap:
    """Every column of the target program as an affine expression of the columns of the source program.

    ``origin`` says where the map comes from: "declared", "equal names", "isomorphism", "canonical form", ...
    """

    columns: Mapping[str, Affine]
    origin: str


@dataclass(frozen=True, slots=True)
class Lemma:
    """One step of the canonical form: what was done to which program, and to what."""

    side: Side
    name: str
    subject: str

    def __str__(self) -> str:
        return f"{self.side.value}: {self.name}: {self.subject}"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Why one row, bound or integrality of ``side`` holds for all plans mapped from the other program.

    ``method`` is "same row", "bounds", "propagation", "equalities", "dual", "rounding", "sequencing", "one value",
    "enumeration", "z3" or "solver"; all but the last are exact.
    """

    side: Side
    row: str
    method: str

    @property
    def exact(self) -> bool:
        return self.method != "solver"


@dataclass(frozen=True, kw_only=True)
class Witness:
    """A plan that one program allows and the other forbids, in the user's labels.

    ``point`` lists the columns of the program that allows it, ``mapped`` the same plan in the columns of the other.
    ``violated`` is the row, column bound or integrality that forbids it (empty where only the objectives disagree),
    ``amount`` by how much. ``exact``: rechecked in rational arithmetic.
    """

    point: Mapping[str, Fraction]
    mapped: Mapping[str, Fraction]
    allowed_by: Side
    violated: str
    amount: Fraction
    exact: bool


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Why a program allows no plan: constraints, bounds and integralities, by label and in words, that contradict
    each other. irreducible: whether it was proved that none of them can be left out."""

    side: Side
    labels: tuple[str, ...]
    members: tuple[str, ...]
    irreducible: bool


@dataclass(frozen=True, kw_only=True)
class Ray:
    """Why an objective improves without end: from any plan one may go on in the direction forever.

    gain: by how much every step improves the objective. Columns that do not change are left out.
    """

    side: Side
    direction: Mapping[str, Fraction]
    gain: Fraction


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The relation of B to A under a contract, and everything that supports it.

    exact: whether every step was checked in rational arithmetic; False where a step rests on a solver's word.
    reason: one sentence, always there. forward: the columns of A in terms of those of B (f); backward: the columns
    of B in terms of those of A (g). by_name: where equal column labels are known to mean the same, whether the verdict
    goes by them (None elsewhere). other_map: where equal names were refuted, A's columns in terms of B's under which
    the programs would be the same. alpha, beta: c_A(f(y)) = alpha c_B(y) + beta with both objectives to be minimized.
    same_optimum: for STRICTER and LOOSER, whether the optimal values were proved to agree (None: open).
    conflicts, rays: why programs have no optimum, one for each that has none, where that decides the relation.
    matched_columns, matched_rows: pairs of labels (A, B) where a bijection was found. tests: what was tried without
    becoming a proof.
    """

    relation: Relation
    contract: Contract
    exact: bool
    reason: str
    forward: AffineMap | None = None
    backward: AffineMap | None = None
    by_name: bool | None = None
    other_map: AffineMap | None = None
    alpha: Fraction | None = None
    beta: Fraction | None = None
    lemmas: tuple[Lemma, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    witness: Witness | None = None
    same_optimum: bool | None = None
    conflicts: tuple[Conflict, ...] = ()
    rays: tuple[Ray, ...] = ()
    matched_columns: tuple[tuple[str, str], ...] = ()
    matched_rows: tuple[tuple[str, str], ...] = ()
    tests: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def positive(self) -> bool:
        """Whether the contract is proved to hold."""
        if self.relation.equivalent:
            return True
        optimum = self.contract is Contract.OPTIMUM
        return optimum and self.relation is Relation.SAME_OPTIMA_PROVED

    @property
    def decided(self) -> bool:
        return self.relation not in (Relation.UNKNOWN, Relation.TESTED)
