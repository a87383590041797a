"""The grammar of the notation admits what the guide shows and refuses what models slip into, judged by a small reader
of GBNF that this test brings along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from openai_server import Refuse, Say, openai_server

from copilot.formulators.llm import LLMFormulator
from copilot.prompts.exemplars import EXEMPLARS, SHOWN, Exemplar, Shape, exemplars_for, shape_of
from copilot.prompts.grammar import NOTATION_GRAMMAR
from copilot.providers import Message
from copilot.providers.local import LlamaCpp, Vllm
from copilot.providers.openai_compatible import OpenAICompatible

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\[(?:\\.|[^\]\\])*\]|[A-Za-z][\w-]*|[()|*+?]')


@dataclass
class Grammar:
    """Recognizes texts: every part of a rule maps a place in the text to the places where it may end."""

    rules: dict[str, list[str]]
    text: str = ""
    known: dict[tuple[str, int], frozenset[int]] = field(default_factory=dict)

    def admits(self, text: str) -> bool:
        self.text, self.known = text, {}
        return len(text) in self.rule("root", 0)

    def rule(self, name: str, start: int) -> frozenset[int]:
        key = (name, start)
        if key not in self.known:
            ends, rest = self.choice(self.rules[name], 0, {start})
            assert rest == len(self.rules[name]), f"rule {name} is not read to its end"
            self.known[key] = frozenset(ends)
        return self.known[key]

    def choice(self, tokens: list[str], at: int, starts: set[int]) -> tuple[set[int], int]:
        ends: set[int] = set()
        while True:
            found, at = self.row(tokens, at, starts)
            ends |= found
            if at == len(tokens) or tokens[at] != "|":
                return ends, at
            at += 1

    def row(self, tokens: list[str], at: int, starts: set[int]) -> tuple[set[int], int]:
        places = starts
        while at < len(tokens) and tokens[at] not in "|)":
            places, at = self.repeated(tokens, at, places)
        return places, at

    def repeated(self, tokens: list[str], at: int, starts: set[int]) -> tuple[set[int], int]:
        once, after = self.single(tokens, at, starts)
        mark = tokens[after] if after < len(tokens) and tokens[after] in "*+?" else ""
        ends = set(once) if mark in ("", "+") else starts | once
        if mark in ("*", "+"):
            frontier = once
            while frontier:
                frontier = self.single(tokens, at, frontier)[0] - ends
                ends |= frontier
        return ends, after + bool(mark)

    def single(self, tokens: list[str], at: int, starts: set[int]) -> tuple[set[int], int]:
        token = tokens[at]
        if token == "(":
            ends, at = self.choice(tokens, at + 1, starts)
            assert tokens[at] == ")"
            return ends, at + 1
        return {end for start in starts for end in self.ends(token, start)}, at + 1

    def ends(self, token: str, start: int) -> Iterator[int]:
        if token.startswith('"'):
            literal = re.sub(r"\\(.)", lambda match: {"n": "\n"}.get(match[1], match[1]), token[1:-1])
            if self.text.startswith(literal, start):
                yield start + len(literal)
        elif token.startswith("["):
            if start < len(self.text) and re.fullmatch(token, self.text[start]):
                yield start + 1
        else:
            yield from self.rule(token, start)


def grammar() -> Grammar:
    rules: dict[str, list[str]] = {}
    for line in NOTATION_GRAMMAR.strip().splitlines():
        name, _, body = line.partition("::=")
        rules[name.strip()] = _TOKEN.findall(body)
    return Grammar(rules)


def test_every_rule_is_defined_and_used() -> None:
    rules = grammar().rules
    used = {token for body in rules.values() for token in body if re.fullmatch(r"[a-z]\w*", token)}
    assert used | {"root"} == set(rules)


@pytest.mark.parametrize("exemplar", EXEMPLARS, ids=lambda exemplar: exemplar.notation.splitlines()[0])
def test_the_grammar_admits_the_exemplars(exemplar: Exemplar) -> None:
    assert grammar().admits(f"```\n{exemplar.notation}```")


SOUND = """\
```
# Vats
variable pour[Vat] >= 0 <= 9 in liter "what is poured"
maximize worth: 3*pour["a"]
constraint rim for v in Vat if v != "a": pour[v] <= 4
# assume: vats are clean
```"""
REFUSED = {
    "a power with a caret": ("3*pour", "3^2*pour"),
    "a product without a star": ("3*pour", "3pour"),
    "a percentage": ("<= 4", "<= 4%"),
    "a currency": ("3*pour", "$3*pour"),
    "a single equals sign": ("<= 4", "= 4"),
    "a strict inequality": ("<= 4", "< 4"),
    "thousands": ("<= 4", "<= 4,000"),
    "no objective": ('maximize worth: 3*pour["a"]\n', ""),
    "two objectives": ('maximize worth: 3*pour["a"]\n', "minimize a: 1\nmaximize b: 2\n"),
    "prose before": ("```\n#", "Here it is:\n```\n#"),
    "prose after": ("clean\n```", "clean\n```\nGood luck!"),
    "an end that is missing": ("clean\n```", "clean\n"),
}


def test_the_grammar_admits_conditions_units_bounds_and_assumptions() -> None:
    assert grammar().admits(SOUND)


@pytest.mark.parametrize("case", REFUSED)
def test_the_grammar_refuses_the_slips_of_small_models(case: str) -> None:
    before, after = REFUSED[case]
    assert before in SOUND
    assert not grammar().admits(SOUND.replace(before, after))


KINDS = [(LlamaCpp, "grammar"), (Vllm, "structured_outputs"), (OpenAICompatible, "")]


@pytest.mark.parametrize(("kind", "field"), KINDS, ids=lambda value: getattr(value, "name", value))
def test_a_grammar_goes_where_the_endpoint_takes_it(kind: type[OpenAICompatible], field: str) -> None:
    with openai_server(Say("yes")) as server:
        kind(base_url=server.url, model="tiny").complete((Message("user", "hello"),), grammar='root ::= "yes"')
    extra = {"grammar", "structured_outputs"} & set(server.requests[0])
    assert extra == ({field} if field else set())


def test_an_endpoint_that_refuses_grammars_is_asked_without() -> None:
    with openai_server(Refuse(400, "unknown field grammar"), Say("yes")) as server:
        reply = LlamaCpp(base_url=server.url, model="tiny").complete((Message("user", "hello"),), grammar="root ::= x")
    assert reply.text == "yes"
    assert "grammar" not in server.requests[1]


def test_the_formulator_holds_the_model_to_the_notation_but_not_its_patches() -> None:
    unbounded = "variable x >= 0\nmaximize worth: 2*x\n"
    with openai_server(Say(unbounded), Say("constraint top: x <= 4\n")) as server:
        model = LLMFormulator(LlamaCpp(base_url=server.url, model="tiny"))
        draft = model.formulate("Sell what the 4 rooms hold at 2 each.")
    assert server.requests[0]["grammar"] == NOTATION_GRAMMAR
    patch = next(request for request in server.requests if "remove NAME" in request["messages"][-1]["content"])
    assert "grammar" not in patch
    assert draft.confidence > 0.1


SHAPES = {
    "Loaves earn 3, rolls 1. There are 9 kg of flour. Bake for the most money.": Shape.FEW,
    "| Loaf | Flour |\n|---|---|\n| rye | 3 |": Shape.TABLE,
    "A box of 30 square cm of card holds the largest volume. Which sides?": Shape.CURVED,
    "Profit falls with the number sold:\n| Pot | Price |\n|---|---|\n| big | 3 |": Shape.CURVED_TABLE,
}


@pytest.mark.parametrize("text", SHAPES)
def test_a_text_gets_exemplars_of_its_shape_and_others_for_another_candidate(text: str) -> None:
    shape = SHAPES[text]
    assert shape_of(text) is shape
    first, second = exemplars_for(text), exemplars_for(text, 1)
    assert first == exemplars_for(text)
    assert first != second
    assert first[0].shape is second[0].shape is shape
    assert len(first) == len(second) == SHOWN


def test_there_are_exemplars_of_every_shape_that_look_like_it() -> None:
    assert {exemplar.shape for exemplar in EXEMPLARS} == set(Shape)
    like = [exemplar for exemplar in EXEMPLARS if shape_of(exemplar.text) is exemplar.shape]
    assert len(like) >= len(EXEMPLARS) - 2
