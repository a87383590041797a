"""Expressions print with as few brackets as the grammar allows."""

from __future__ import annotations

import pytest

from formulations.expression import Aggregate, Binary, Binder, Column, Comparison, Name, Negative, Number, Text
from formulations.parse import parse_expression
from formulations.printing import binders_text, number_text, to_text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("((a+b))", "a + b"),
        ("(a+b)+c", "a + b + c"),
        ("a+(b+c)", "a + (b + c)"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a*b)*c", "a*b*c"),
        ("a/(b*c)", "a/(b*c)"),
        ("(a/b)*c", "a/b*c"),
        ("(a+b)*c", "(a + b)*c"),
        ("a*(-b)", "a*-b"),
        ("(-a)*b", "-a*b"),
        ("-(a*b)", "-(a*b)"),
        ("-(a+b)", "-(a + b)"),
        ("-(a**2)", "-a**2"),
        ("(-a)**2", "(-a)**2"),
        ("a**(-b)", "a**-b"),
        ("(a**b)**c", "(a**b)**c"),
        ("a**(b**c)", "a**b**c"),
        ("x['a',i]", 'x["a", i]'),
        ("x['it\\'s']", 'x["it\'s"]'),
        ('x["say \\"so\\""]', 'x["say \\"so\\""]'),
        ("sum( (c[i]*x[i]) for (i) in I if (i!='a') )", 'sum(c[i]*x[i] for i in I if i != "a")'),
        ("(0)<=(x)<=(y+1)", "0 <= x <= y + 1"),
        ("(a==1 and b==2) or not (c==3)", "a == 1 and b == 2 or not c == 3"),
        ("a==1 and (b==2 or c==3)", "a == 1 and (b == 2 or c == 3)"),
        ("not (a==1 or b==2)", "not (a == 1 or b == 2)"),
        ("(i) in S and (i,j) not in A", "i in S and (i, j) not in A"),
        ("piecewise(x,[(a[p],c[p]) for p in P])", "piecewise(x, [(a[p], c[p]) for p in P])"),
    ],
)
def test_only_needed_brackets_are_printed(text: str, printed: str) -> None:
    assert to_text(parse_expression(text)) == printed
    assert parse_expression(printed) == parse_expression(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (0.1, "0.1"), (-2.0, "-2"), (1e14, "100000000000000"), (1e22, "1e+22"), (1e-9, "1e-09"), (3, "3")],
)
def test_integral_numbers_print_without_a_point(value: float, text: str) -> None:
    assert number_text(value) == text


def test_negative_numbers_made_by_programs_are_held_together() -> None:
    assert to_text(Binary("**", Number(-2.0), Number(2.0))) == "(-2)**2"
    assert to_text(Binary("-", Name("x"), Number(-2.0))) == "x - -2"
    assert to_text(Negative(Number(-2.0))) == "--2"


def test_control_characters_of_members_are_escaped() -> None:
    printed = to_text(Comparison((Name("i"), Text("a\n\x00\u2028😀\\")), ("==",)))
    assert printed == 'i == "a\\n\\u0000\\u2028😀\\\\"'


def test_binders_print_as_after_for() -> None:
    bound = (Binder(("i",), "I"), Binder(("j", "k"), "Arcs"))
    assert binders_text(bound, parse_expression("i != j")) == "i in I for j, k in Arcs if i != j"
    assert binders_text(()) == ""


def test_columns_of_a_program_print_by_number() -> None:
    assert to_text(Binary("*", Column(3), Column(4))) == "column[3]*column[4]"


def test_sums_of_many_terms_print_without_recursion() -> None:
    total: Aggregate | Binary | Name = Name("x")
    for _ in range(5_000):
        total = Binary("+", total, Name("x"))
    assert to_text(total).count("+") == 5_000
