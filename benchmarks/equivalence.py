# ruff: noqa: E402
"""How comparisons of programs fare against labels from an oracle, beside the rules others use.

    python benchmarks/equivalence.py [--quick] [--json] [--seeds 5] [--workers 1] [--formulationbench DIR]

Every pair of the corpus is labelled by enumeration or Z3, compared under both contracts, and judged: a proof counts
as wrong if what it claims is false, its map and its witness included. The script exits with 1 if a wrong proof
occurs. Precision is the share of right ones among the claims, recall the share of equivalent pairs that are called
equivalent, decided the share of pairs with a claim. Pairs on which the label takes no side are left out.

The one-optimum rule is given the true map. With --formulationbench, the pairs listed in DIR/pairs.jsonl (MPS files
and labels of the data set of that name) are compared as well; it is not part of the project.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

# A script's own folder comes first on the path, where this file would hide the package of its name.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from equivalence.baselines import one_optimum, same_canonical_text, same_hash, same_optimal_value
from equivalence.compare import Options, compare
from equivalence.corpus import (
    SEEDS,
    Correspondence,
    Grade,
    Label,
    Pair,
    claims_difference,
    judge,
    pairs,
    truth,
)
from equivalence.corpus.change import column
from equivalence.corpus.families import FAMILIES
from equivalence.corpus.judgement import ANOTHER
from equivalence.corpus.rewritings import permuted_and_renamed
from equivalence.corpus.sketch import Line, Range, Sketch
from equivalence.verdict import Affine, Contract, Relation, Verdict
from formulations.files import read_document
from formulations.program import Program
from solvers.solver import Options as SolverOptions

_SECONDS_A_PAIR = 20.0
#: For the rules on real programs, some of which no solver finishes in a minute: what was not solved is not equivalent.
_SOLVES = SolverOptions(time_limit=20.0)
_QUICK_FAMILIES = ("product mix", "transport", "facility location", "set cover")
OURS = "ours"
RULES = ("one optimum", "execution", "canonical", "hash")


@dataclass(frozen=True, slots=True)
class Record:
    """One comparison of one pair by one method. claim: it says equivalent (True), different (False) or nothing."""

    pair: str
    transformation: str
    contract: str
    method: str
    label: str
    claim: bool | None
    right: bool
    seconds: float
    relation: str = ""
    reason: str = ""


# --- the corpus ---------------------------------------------------------------------------------------------------


def records(pair: Pair) -> Iterator[Record]:
    """Ours under both contracts, then the rules, which know no contract."""
    same = pair.correspondence
    known = truth(same)
    labels = {Contract.DECISIONS: known.decisions, Contract.OPTIMUM: known.optimum}
    for contract, label in labels.items():
        verdict = compare(same.a, same.b, contract, options=Options(time_limit=_SECONDS_A_PAIR))
        judgement = judge(same, known, verdict)
        yield Record(
            pair.name,
            pair.transformation,
            contract.value,
            OURS,
            label.value,
            claim_of(verdict),
            judgement.grade is not Grade.WRONG,
            verdict.seconds,
            verdict.relation.value,
            judgement.reason or verdict.reason,
        )
    for rule, (claim, seconds) in rulings(same).items():
        for contract, label in labels.items():
            right = claim == (label is Label.EQUIVALENT)
            yield Record(pair.name, pair.transformation, contract.value, rule, label.value, claim, right, seconds)


def claim_of(verdict: Verdict) -> bool | None:
    """Whether the verdict says that the contract holds; None where it leaves that open."""
    if verdict.positive or verdict.relation in (Relation.BOTH_INFEASIBLE, Relation.BOTH_UNBOUNDED):
        return True
    return False if claims_difference(verdict) else None


def rulings(same: Correspondence) -> dict[str, tuple[bool, float]]:
    """What every rule says, and how long it takes."""
    found: dict[str, tuple[bool, float]] = {}
    rules: dict[str, Callable[[], Any]] = {
        "one optimum": lambda: one_optimum(same.a, same.b, lambda _: same.forward),
        "execution": lambda: same_optimal_value(same.a, same.b),
        "canonical": lambda: same_canonical_text(same.a, same.b),
        "hash": lambda: same_hash(same.a, same.b),
    }
    for name, rule in rules.items():
        started = time.perf_counter()
        ruling = rule()
        found[name] = (ruling.equivalent, time.perf_counter() - started)
    return found


def corpus_records(seed: int, families: Sequence[str]) -> list[Record]:
    chosen = [family for family in FAMILIES if family.name in families]
    return [record for pair in pairs([seed], families=chosen) for record in records(pair)]


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line of the table; None where there is nothing to divide by."""

    pairs: int
    equivalent: int
    precision: float | None
    recall: float | None
    decided: float | None
    median_seconds: float
    slow_seconds: float
    wrong: int


def summary(found: Iterable[Record]) -> TableLine:
    judged = [r for r in found if r.label not in (Label.PARTLY.value, Label.UNDECIDED.value)]
    wrong = [r for r in judged if r.claim is not None and not r.right]
    claims = [r for r in judged if r.claim is not None]
    equivalent = [r for r in judged if r.label == Label.EQUIVALENT.value]
    seconds = sorted(r.seconds for r in judged) or [0.0]
    return TableLine(
        pairs=len(judged),
        equivalent=len(equivalent),
        precision=_share(len(claims) - len(wrong), len(claims)),
        recall=_share(sum(r.claim is True and r.right for r in equivalent), len(equivalent)),
        decided=_share(len(claims), len(judged)),
        median_seconds=statistics.median(seconds),
        slow_seconds=seconds[math.ceil(0.95 * len(seconds)) - 1],
        wrong=len(wrong),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def print_corpus(found: Sequence[Record]) -> None:
    for contract in Contract:
        here = [r for r in found if r.contract == contract.value]
        print(f"\nContract: same {contract.value}")
        print(f"{'':34}{'ours':^45}" + "".join(f"{rule:^15}" for rule in RULES))
        head = f"{'transformation':28}{'pairs':>6}{'prec.':>9}{'recall':>8}{'decided':>8}{'median':>10}{'95 %':>10}"
        print(head + "".join(f"{'prec.':>8}{'recall':>7}" for _ in RULES))
        names = list(dict.fromkeys(r.transformation for r in here))
        for name in [*names, "all"]:
            chosen = [r for r in here if name in (r.transformation, "all")]
            by_method: dict[str, list[Record]] = defaultdict(list)
            for r in chosen:
                by_method[r.method].append(r)
            ours = summary(by_method[OURS])
            line = f"{name:28}{ours.pairs:>6}{_percent(ours.precision):>9}{_percent(ours.recall):>8}"
            line += f"{_percent(ours.decided):>8}{ours.median_seconds:>9.3f}s{ours.slow_seconds:>9.3f}s"
            for rule in RULES:
                other = summary(by_method[rule])
                # A rule decides everything: what counts is how far "equivalent" may be believed.
                yes = [r for r in by_method[rule] if r.claim and r.label not in ("partly", "undecided")]
                believed = _share(sum(r.right for r in yes), len(yes))
                line += f"{_percent(believed):>8}{_percent(other.recall):>7}"
            print(line)
    print("\nPrecision of a rule: how often a pair that it calls equivalent is.")


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}"


# --- growth -------------------------------------------------------------------------------------------------------


def grown(plants: int, shops: int) -> Sketch:
    """A transport problem with ``2 * plants * shops`` nonzeros."""
    rng = np.random.default_rng(plants)
    s = Sketch("minimize")
    for p in range(plants):
        for q in range(shops):
            s.columns[f"ship[{p}, {q}]"] = Range(Fraction(0))
            s.objective[f"ship[{p}, {q}]"] = Fraction(int(rng.integers(1, 50)))
    for p in range(plants):
        s.rows[f"supply[{p}]"] = Line(
            {f"ship[{p}, {q}]": Fraction(1) for q in range(shops)}, None, Fraction(10 * shops)
        )
    for q in range(shops):
        need = Fraction(int(rng.integers(1, 9)))
        s.rows[f"need[{q}]"] = Line({f"ship[{p}, {q}]": Fraction(1) for p in range(plants)}, need, None)
    return s


def growth(sizes: Sequence[tuple[int, int]]) -> list[dict[str, object]]:
    """Seconds to compare a transport problem with itself, a disguised copy, and copies with another number in them."""
    found: list[dict[str, object]] = []
    for plants, shops in sizes:
        base = grown(plants, shops)
        copy = permuted_and_renamed(base.copy(), random.Random(1)).sketch
        other = base.copy()
        other.objective["ship[0, 0]"] += 1
        tighter = base.copy()
        row = tighter.rows["need[0]"]
        assert row.lower is not None
        tighter.rows["need[0]"] = replace(row, lower=row.lower + 1)
        entry: dict[str, object] = {"nonzeros": 2 * plants * shops}
        changes = {"by_name": base, "disguised": copy, "one_cost_changed": other, "one_row_tightened": tighter}
        for name, changed in changes.items():
            verdict = compare(base.program(), changed.program(), options=Options(time_limit=60.0))
            entry[name], entry[f"{name}_seconds"] = verdict.relation.value, verdict.seconds
        found.append(entry)
    return found


def exponents(growing: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Seconds grow like nonzeros to this power, between the last two sizes."""
    if len(growing) < 2:
        return {}
    before, last = growing[-2:]
    ratio = math.log(last["nonzeros"] / before["nonzeros"])
    timed = [name for name in last if name.endswith("_seconds")]
    return {name: math.log(last[name] / before[name]) / ratio for name in timed if before[name] and last[name]}


# --- FormulationBench ---------------------------------------------------------------------------------------------


def formulationbench(folder: Path) -> Iterator[dict[str, object]]:
    """Every listed pair under both contracts: labels are about reformulation, which either of them may show."""
    for line in (folder / "pairs.jsonl").read_text().splitlines():
        entry = json.loads(line)
        programs = [read_document(folder / entry[key]) for key in ("mps_a", "mps_b")]
        a, b = programs
        assert isinstance(a, Program)
        assert isinstance(b, Program)
        here = entry.get("on_this_instance") or {"relation": "equivalent" if entry["label"] else "different"}
        verdicts = {contract: compare(a, b, contract) for contract in Contract}
        yield graded(entry, here["relation"] == "equivalent", verdicts) | {
            "one_optimum": one_optimum(a, b, Always(true_map(entry, a, b, verdicts)), options=_SOLVES).equivalent,
            "execution": same_optimal_value(a, b, options=_SOLVES).equivalent,
        }


@dataclass(frozen=True, slots=True)
class Always:
    """The same map at every try."""

    found: dict[str, Affine] | None

    def __call__(self, number: int) -> dict[str, Affine] | None:
        return self.found


def graded(entry: Mapping[str, Any], equivalent: bool, verdicts: Mapping[Contract, Verdict]) -> dict[str, object]:
    """Right, wrong or open. A reformulation keeps all decisions only where affine maps go both ways."""
    decisions, optimum = verdicts[Contract.DECISIONS], verdicts[Contract.OPTIMUM]
    positive = decisions.positive or optimum.positive
    both_ways = (entry.get("variable_map") or {}).get("kind") == "affine"
    refuted = claims_difference(optimum) or (claims_difference(decisions) and (both_ways or not equivalent))
    grade = "open"
    if equivalent:
        grade = "right" if positive else "wrong" if refuted else "open"
    elif decisions.positive:
        grade = "wrong"
    elif refuted:
        grade = "right"
    chosen = decisions if decisions.positive or not optimum.positive else optimum
    return {
        "pair": f"{entry['problem']} {entry['a']}-{entry['b']}",
        "label": "equivalent" if equivalent else "different",
        "grade": grade,
        "decisions": decisions.relation.value,
        "optimum": optimum.relation.value,
        "exact": chosen.exact,
        "seconds": decisions.seconds + optimum.seconds,
        "reason": chosen.reason,
    }


def true_map(
    entry: Mapping[str, Any], a: Program, b: Program, verdicts: Mapping[Contract, Verdict]
) -> dict[str, Affine] | None:
    """A's columns in terms of B's as listed, those not listed by equal names; our own where nothing is listed."""
    known = set(b.columns)
    found = {label: column(label) for label in a.columns if label in known}
    listed = entry.get("variable_map")
    if listed is None:
        ours = verdicts[Contract.DECISIONS].forward
        return found | dict(ours.columns if ours is not None else {})
    given = listed["b_to_a"]
    if given is None:
        return None
    if given == "same names":
        return found
    return found | {
        label: Affine(
            {name: Fraction(repr(float(c))) for name, c in image["terms"].items()},
            Fraction(repr(float(image.get("constant", 0)))),
        )
        for label, image in given.items()
    }


def print_formulationbench(found: Sequence[Mapping[str, Any]]) -> None:
    print(f"\nFormulationBench\n{'pair':10}{'label':12}{'grade':7}{'decisions':24}{'optimum':24}{'seconds':>8}  reason")
    for r in found:
        print(
            f"{r['pair']:10}{r['label']:12}{r['grade']:7}{r['decisions']:24}{r['optimum']:24}{r['seconds']:>8.2f}"
            f"  {'' if r['exact'] else '(numeric) '}{r['reason'][:90]}"
        )
    grades = [r["grade"] for r in found]
    decided = len(grades) - grades.count("open")
    print(f"decided {decided} of {len(found)}, wrong {grades.count('wrong')}")
    for rule in ("one_optimum", "execution"):
        right = sum(r[rule] == (r["label"] == "equivalent") for r in found)
        print(f"{rule.replace('_', ' ')} rule: {right} of {len(found)} right")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--quick", action="store_true", help="one seed, four families, small sizes")
    parser.add_argument("--seeds", type=int, default=len(SEEDS))
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--formulationbench", type=Path, metavar="DIR")
    chosen = parser.parse_args()
    if chosen.formulationbench and not (chosen.formulationbench / "pairs.jsonl").exists():
        parser.error(f"{chosen.formulationbench} holds no pairs.jsonl: name the folder of the data set")
    families = _QUICK_FAMILIES if chosen.quick else tuple(family.name for family in FAMILIES)
    seeds = range(1 if chosen.quick else chosen.seeds)
    if chosen.workers > 1:
        with ProcessPoolExecutor(chosen.workers) as pool:
            parts = list(pool.map(corpus_records, seeds, [families] * len(seeds)))
    else:
        parts = [corpus_records(seed, families) for seed in seeds]
    found = [record for part in parts for record in part]
    grown_sizes = ((5, 10), (20, 25)) if chosen.quick else ((5, 10), (20, 25), (50, 60), (100, 180))
    growing = growth(grown_sizes)
    real = list(formulationbench(chosen.formulationbench)) if chosen.formulationbench else []
    mistakes = [r for r in found if r.method == OURS and not r.right]
    wrong = len(mistakes) + sum(r["grade"] == "wrong" for r in real)
    if chosen.json:
        print(json.dumps(report(found, growing, real, mistakes)))
    else:
        print_corpus(found)
        print("\nGrowth: a transport problem and itself, a disguised copy, and copies with one number changed")
        for line in growing:
            print("  " + ", ".join(f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in line.items()))
        print("  seconds grow like nonzeros to the power: ", end="")
        print(", ".join(f"{name.removesuffix('_seconds')} {power:.2f}" for name, power in exponents(growing).items()))
        if real:
            print_formulationbench(real)
        elsewhere = [r for r in found if r.method == OURS and r.reason == ANOTHER]
        print(f"\nEquivalent by another map than the one meant: {len(elsewhere)}")
        for r in elsewhere:
            print(f"  {r.pair}, same {r.contract}: {r.relation}")
        for r in mistakes:
            print(f"WRONG PROOF: {r.pair}, same {r.contract}: {r.relation}: {r.reason}")
        print(f"\nWrong proofs: {wrong}")
    return 1 if wrong else 0


def report(
    found: Sequence[Record],
    growing: Sequence[Mapping[str, object]],
    real: Sequence[Mapping[str, object]],
    mistakes: Sequence[Record],
) -> dict[str, object]:
    table = []
    for contract in Contract:
        for name in [*dict.fromkeys(r.transformation for r in found), "all"]:
            for method in (OURS, *RULES):
                chosen = [
                    r
                    for r in found
                    if r.contract == contract.value and r.method == method and name in (r.transformation, "all")
                ]
                table.append(
                    {"contract": contract.value, "transformation": name, "method": method} | asdict(summary(chosen))
                )
    return {
        "table": table,
        "growth": list(growing),
        "growth_exponents": exponents(growing),
        "formulationbench": list(real),
        "wrong_proofs": [asdict(r) for r in mistakes],
    }


if __name__ == "__main__":
    sys.exit(main())
