"""Maps proposed by a language model, when nothing else has found one. The model proposes; only a proof decides.

A wrong, incomplete or hostile map leaves every verdict as it was: UNKNOWN may become a proved relation, and nothing
else may change.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from equivalence.compare import DeclaredMap, Options, compare
from equivalence.map_text import MapError, read_map
from equivalence.verdict import Contract, Relation, Verdict
from formulations.program import Program
from formulations.show import show

#: How often a map is repaired after the first try.
REPAIRS = 3
#: Programs are shown up to this many characters each.
_SHOWN = 8_000
_ROWS = 120

PROVED = (Relation.EQUIVALENT_STRUCTURAL, Relation.EQUIVALENT_PROVED, Relation.SAME_OPTIMA_PROVED)

RULE: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "column": {"type": "string"},
        "terms": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"column": {"type": "string"}, "coefficient": {"type": "string"}},
                "required": ["column", "coefficient"],
                "additionalProperties": False,
            },
        },
        "constant": {"type": "string"},
    },
    "required": ["column", "terms", "constant"],
    "additionalProperties": False,
}
SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {"forward": {"type": "array", "items": RULE}, "backward": {"type": "array", "items": RULE}},
    "required": ["forward", "backward"],
    "additionalProperties": False,
}

INSTRUCTIONS = """\
You are given two linear programs, A and B, which may describe one problem. Find how their columns correspond.
Reply with one JSON object: "forward" gives every column of A in terms of columns of B, "backward" every column of B
in terms of columns of A. Both are lists of rules
  {"column": "open[d]", "terms": [{"column": "closed[d]", "coefficient": "-1"}], "constant": "1"}
which reads open[d] = 1 - closed[d] for every d. Bare names in brackets are indices. An index that the rule's own
column does not have is summed over: {"column": "start[j]", "terms": [{"column": "begin[j, t]", "coefficient": "t"}],
"constant": "0"} reads start[j] = sum of t * begin[j, t] over all t. Write quotes around members that are words:
open["north"]. Numbers are written "3", "0.5" or "1/3"; whole-number indices may be used in them and shifted, as in
stock[t-1]; a rule for a single column, stock[1], comes before rules with indices. Every column of both programs must
be given, auxiliary ones too: by a constant if need be. Feasible points of B must become feasible points of A through
"forward", those of A feasible points of B through "backward", and the objectives must keep their order.
"""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Reply(Protocol):
    @property
    def text(self) -> str: ...


class Model(Protocol):
    """Completes conversations; ``messages`` have a role and a content. ``schema`` is what the reply should follow."""

    def complete(self, messages: Sequence[Any], *, schema: Mapping[str, object] | None = None) -> Reply: ...


def compare_with_model(
    a: Program,
    b: Program,
    contract: Contract = Contract.DECISIONS,
    *,
    model: Model,
    options: Options | None = None,
    repairs: int = REPAIRS,
    failures: tuple[type[Exception], ...] = (),
) -> Verdict:
    """``compare``, and where that leaves the relation unknown, once more with maps that the model proposes.

    ``failures`` are the errors by which the model says that it has no answer; others are raised. What was tried in
    vain is listed in the verdict's ``tests``.
    """
    verdict = compare(a, b, contract, options=options)
    if verdict.relation is not Relation.UNKNOWN:
        return verdict
    started = time.monotonic()
    messages = [Message("system", INSTRUCTIONS), Message("user", _question(a, b))]
    tried: list[str] = []
    for number in range(1 + repairs):
        try:
            reply = model.complete(messages, schema=SCHEMA).text
        except failures as error:
            tried.append(f"the language model gave no map: {error}")
            break
        found, problem = _checked(a, b, contract, reply, options)
        if found is not None:
            seconds = verdict.seconds + time.monotonic() - started
            return replace(found, tests=(*found.tests, f"map by a language model, try {number + 1}"), seconds=seconds)
        tried.append(f"map by a language model, try {number + 1}: {problem}")
        messages += [Message("assistant", reply[:_SHOWN]), Message("user", _objection(problem))]
    seconds = verdict.seconds + time.monotonic() - started
    return replace(verdict, tests=(*verdict.tests, *tried), seconds=seconds)


def _checked(
    a: Program, b: Program, contract: Contract, reply: str, options: Options | None
) -> tuple[Verdict | None, str]:
    """A proved verdict by the map in the reply, or None and what is wrong with it."""
    try:
        found = read_map(reply, a, b)
    except MapError as error:
        return None, str(error)
    # Untrusted: a witness against this map says nothing about the programs.
    declared = DeclaredMap(forward=found.forward, backward=found.backward, trusted=False)
    verdict = compare(a, b, contract, options=options, declared_map=declared)
    if verdict.relation in PROVED:
        return verdict, ""
    return None, verdict.reason + _counterexample(verdict)


def _counterexample(verdict: Verdict) -> str:
    witness = verdict.witness
    if witness is None:
        return ""
    point = ", ".join(f"{label} = {value}" for label, value in list(witness.point.items())[:40])
    mapped = ", ".join(f"{label} = {value}" for label, value in list(witness.mapped.items())[:40])
    allows, forbids = witness.allowed_by.value, witness.allowed_by.other.value
    return f"\n{allows} allows {point}; this becomes {mapped}, which {forbids} forbids by {witness.violated}"


def _question(a: Program, b: Program) -> str:
    return f"Program A:\n{_shown(a)}\n\nProgram B:\n{_shown(b)}"


def _shown(program: Program) -> str:
    text = show(program, rows=_ROWS)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}\n... (cut off)"


def _objection(problem: str) -> str:
    return f"This map cannot be used:\n{problem}\nReply with the whole corrected JSON object."
