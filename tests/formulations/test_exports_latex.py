"""LaTeX reads as a textbook writes it, and holds nothing that KaTeX or pdfLaTeX would stumble over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from export_samples import SAMPLES, ExportSample
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.exports import EXPORTS
from formulations.exports.latex import expression_latex, formulation_latex
from formulations.exports.latex_text import name_latex, number_latex
from formulations.formulation import Constraint, Document, Formulation, Objective, Parameter, Set, Variable
from formulations.notation import parse_notation
from formulations.parse import parse_expression

#: All commands that the mathematics uses; KaTeX knows each of them.
COMMAND_NAMES = (
    "begin end cdot cos forall frac ge implies in land le left ln lnot lor lvert mathbb mathit mathrm max min ne notin "
    "prod quad right rvert sin sqrt subseteq substack sum text texttt times textbackslash textasciicircum "
    "textasciitilde textless textgreater textbar alpha beta pi"
)
COMMANDS = {f"\\{name}" for name in (*COMMAND_NAMES.split(), *"{}_, \\$&#%")}


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("200", "200"),
        ("0.085", "0.085"),
        ("1e+20", r"10^{20}"),
        ("2.5e-09", r"2.5 \cdot 10^{-09}".replace("-09", "-9")),
        ("x", "x"),
        ("dough_stock", r"\mathit{dough\_stock}"),
        ("beta", r"\beta"),
        ("größe", r"\text{größe}"),
        ('x["large"]', r"x_{\text{large}}"),
        ('x["50%_a"]', r"x_{\text{50\%\_a}}"),
        ("x[i, j]", "x_{ij}"),
        ("x[i, t - 1]", "x_{i,t - 1}"),
        ("x[prev(t)]", r"x_{\mathrm{prev}(t)}"),
        ("2*x", r"2\, x"),
        ("2*3", r"2 \cdot 3"),
        ("c[i]*x[i]", r"c_{i}\, x_{i}"),
        ("(a + b)*c", r"\left(a + b\right)\, c"),
        ("a - (b - c)", r"a - \left(b - c\right)"),
        ("a + -b", r"a + \left(-b\right)"),
        ("-(a + b)", r"-\left(a + b\right)"),
        ("a/(b + 1)", r"\frac{a}{b + 1}"),
        ("x**2", "x^{2}"),
        ("(a + b)**2", r"\left(a + b\right)^{2}"),
        ("(a/b)**2", r"\left(\frac{a}{b}\right)^{2}"),
        ("sqrt(x)", r"\sqrt{x}"),
        ("abs(x - 1)", r"\left\lvert x - 1 \right\rvert"),
        ("exp(-x)", "e^{-x}"),
        ("log(x)", r"\ln\left(x\right)"),
        ("max(x, y)", r"\max\left(x, y\right)"),
        ("card(P)", r"\lvert P \rvert"),
        ("sum(x[p] for p in Pizza)", r"\sum_{p \in \mathit{Pizza}} x_{p}"),
        ("sum(x[p] + 1 for p in P)", r"\sum_{p \in P} \left(x_{p} + 1\right)"),
        ("sum(x[i, j] for i, j in A)", r"\sum_{(i, j) \in A} x_{ij}"),
        ("sum(x[i, j] for i in I for j in I if i != j)", r"\sum_{\substack{i, j \in I \\ i \ne j}} x_{ij}"),
        ("max(x[i] for i in I) * 2", r"\left(\max_{i \in I} x_{i}\right) \cdot 2"),
        ("prod(x[i] for i in I)", r"\prod_{i \in I} x_{i}"),
        ("0 <= x <= cap", r"0 \le x \le \mathit{cap}"),
        ("i in S and (i, j) not in A or not i == 1", r"i \in S \land (i, j) \notin A \lor \lnot \left(i = 1\right)"),
    ],
)
def test_an_expression_is_set_as_in_a_textbook(text: str, latex: str) -> None:
    assert expression_latex(parse_expression(text)) == latex


def test_a_piecewise_function_is_set_as_cases() -> None:
    latex = expression_latex(parse_expression("piecewise(x, [(a[k], c[k]) for k in K])"))
    assert latex == (
        r"\begin{cases} c_{k} + \frac{c_{\mathrm{next}(k)} - c_{k}}{a_{\mathrm{next}(k)} - a_{k}} "
        r"\left(x - a_{k}\right), & a_{k} \le x \le a_{\mathrm{next}(k)},\ k \in K \end{cases}"
    )


def test_names_can_be_set_otherwise() -> None:
    assert expression_latex(parse_expression("demand[t] + x"), {"demand": "d", "t": r"\tau"}) == r"d_{\tau} + x"


@pytest.mark.parametrize(
    ("variable", "latex"),
    [
        (Variable(name="x"), r"x \in \mathbb{R}"),
        (Variable(name="x", lower="0"), r"x \ge 0"),
        (Variable(name="x", upper="9"), r"x \le 9"),
        (Variable(name="x", indices=("i in I", "J"), lower="0"), r"x_{ij} \ge 0 \quad \forall\, i \in I,\ j \in J"),
        (Variable(name="x", domain="integer", lower="0"), r"x \in \mathbb{Z}_{\ge 0}"),
        (Variable(name="x", domain="integer", lower="1", upper="u"), r"1 \le x \le u,\ x \in \mathbb{Z}"),
        (Variable(name="x", domain="integer"), r"x \in \mathbb{Z}"),
        (Variable(name="x", domain="binary"), r"x \in \{0, 1\}"),
        (Variable(name="x", indices=("i, j in A",)), r"x_{ij} \in \mathbb{R} \quad \forall\, (i, j) \in A"),
    ],
)  # fmt: skip
def test_a_variable_is_set_with_its_domain(variable: Variable, latex: str) -> None:
    formulation = Formulation(
        sets=(Set(name="I"), Set(name="J"), Set(name="A", within=("I", "J"))), variables=(variable,)
    )
    assert formulation_latex(formulation)["x"] == latex


def test_every_element_is_set_by_its_name() -> None:
    formulation = parse_notation("""
set P
set Q within P
set Arcs within P * P
parameter cost[Arcs]
parameter budget
variable y[P] binary
maximize gain: sum(cost[i, j]*y[i] for i, j in Arcs) + budget
constraint most for p in P if p != "large": y[p] <= 1
constraint only for p in Q when y[p] == 1: sum(y[q] for q in P) <= 1
""").formulation
    assert formulation_latex(formulation) == {
        "P": "P",
        "Q": r"Q \subseteq P",
        "Arcs": r"\mathit{Arcs} \subseteq P \times P",
        "cost": r"\mathit{cost}_{ij} \quad \forall\, (i, j) \in \mathit{Arcs}",
        "budget": r"\mathit{budget}",
        "y": r"y_{p} \in \{0, 1\} \quad \forall\, p \in P",
        "gain": r"\max \quad \sum_{(i, j) \in \mathit{Arcs}} \mathit{cost}_{ij}\, y_{i} + \mathit{budget}",
        "most": r"y_{p} \le 1 \quad \forall\, p \in P : p \ne \text{large}",
        "only": r"y_{p} = 1 \implies \sum_{q \in P} y_{q} \le 1 \quad \forall\, p \in Q",
    }


def test_what_cannot_be_read_is_shown_as_it_is_written() -> None:
    formulation = Formulation(
        parameters=(Parameter(name="c", indices=("Nowhere",)),),
        objective=Objective(name="best", expression="2x_1 +"),
        constraints=(Constraint(name="row", expression="x <= 1", for_each="i im I"),),
    )
    latex = formulation_latex(formulation)
    assert latex["best"] == r"\texttt{2x\_1 +}"
    assert latex["row"] == r"\texttt{x \textless{}= 1}"
    assert latex["c"] == r"\texttt{c}"


@pytest.mark.parametrize(("value", "latex"), [(1e20, "10^{20}"), (2.5e20, r"2.5 \cdot 10^{20}"), (1e-7, "10^{-7}")])
def test_large_and_small_numbers_are_powers_of_ten(value: float, latex: str) -> None:
    assert number_latex(value) == latex


@pytest.mark.parametrize(
    ("name", "latex"), [("a", "a"), ("ab", r"\mathit{ab}"), ("Omega", r"\Omega"), ("_", r"\mathit{\_}")]
)
def test_names_are_single_letters_or_words(name: str, latex: str) -> None:
    assert name_latex(name) == latex


def balanced(latex: str) -> bool:
    depth = 0
    for sign in re.findall(r"\\.|[{}]", latex, re.DOTALL):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0 and latex.count(r"\left") == latex.count(r"\right")


GALLERY = sorted(Path(__file__).parents[2].joinpath("assets", "gallery").glob("*.opt"))
DOCUMENTS = [sample.document() for sample in SAMPLES] + [parse_notation(f.read_text("utf-8")) for f in GALLERY]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.formulation.name)
def test_the_page_gets_only_what_katex_knows(document: Document) -> None:
    for latex in formulation_latex(document.formulation).values():
        assert balanced(latex)
        assert set(re.findall(r"\\(?:[A-Za-z]+|.)", latex)) <= COMMANDS
        assert "$" not in latex.replace(r"\$", "")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.formulation.name)
def test_the_document_is_whole(document: Document) -> None:
    text = EXPORTS["latex"].export(document)
    assert isinstance(text, str)
    assert text.startswith(r"\documentclass")
    assert text.endswith("\\end{document}\n")
    assert balanced(text.replace("\\\\", ""))
    opened: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+\*?)\}", text):
        if kind == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert not opened


@settings(max_examples=100, deadline=None)
@given(member=st.text(max_size=12), words=st.text(max_size=20))
def test_no_member_and_no_description_breaks_the_document(member: str, words: str) -> None:
    sample = Document(
        formulation=Formulation(
            name=words,
            description=words,
            variables=(Variable(name="x", indices=("I",), description=words, unit=words),),
            sets=(Set(name="I", description=words),),
        )
    )
    text = EXPORTS["latex"].export(sample)
    assert isinstance(text, str)
    assert balanced(text.replace("\\\\", ""))
    assert balanced(expression_latex(parse_expression("x[i]"), {"i": name_latex("i")}))


def test_a_sample_without_data_still_has_its_mathematics() -> None:
    sample: ExportSample = SAMPLES[0]
    document = Document(formulation=sample.document().formulation)
    text = EXPORTS["latex"].export(document)
    assert isinstance(text, str)
    assert r"\section*{Data}" not in text
    assert r"\section*{Constraints}" in text
