"""Every element is joined to its sentence, its line of notation, its code and its rows."""

from __future__ import annotations

import itertools

import pytest

from copilot.anatomy import notation_lines, pyomo_source, rows_of, source_of, with_line
from copilot.compiled import compile_document
from copilot.formulators.offline import OfflineFormulator
from copilot.gallery import samples
from copilot.origins import covering, origins, sentences
from formulations.notation import parse_notation, write_notation

SAMPLES = {sample.slug: sample for sample in samples()}
ALL = pytest.mark.parametrize("slug", list(SAMPLES))


@ALL
def test_the_sentences_of_a_text_hold_all_of_it(slug: str) -> None:
    text = SAMPLES[slug].text
    found = sentences(text)
    assert "".join("".join(text[s.start : s.end].split()) for s in found) == "".join(text.split())
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("slug", "element", "words"),
    [
        ("bakery", "rolls", "At least 10 trays of rolls"),
        ("transport", "need", "Paris needs 325 cases"),
        ("warehouses", "handled", "Basel can handle 250 pallets"),
        ("inventory", "finish", "must be 50 tonnes at the end"),
        ("lot-sizing", "only_if_set_up", "At most 130 tonnes"),
    ],
)
def test_a_constraint_that_somebody_wrote_leads_to_its_likely_sentence(slug: str, element: str, words: str) -> None:
    document = SAMPLES[slug].document()
    origin = origins(document, None)[element]
    assert not origin.certain
    assert words in " ".join(" ".join(document.text[s.start : s.end] for s in origin.spans).split())


def test_what_a_formulator_read_is_certain_until_the_text_changes() -> None:
    draft = OfflineFormulator().formulate(SAMPLES["furniture"].text)
    document = draft.document
    exact = origins(document, draft)
    name = document.formulation.constraints[0].name
    assert exact[name].certain
    assert covering(document.text, exact[name].spans)
    other = document.model_copy(update={"text": "Another text about 8 hours of carpentry."})
    assert not any(origin.certain for origin in origins(other, draft).values())


@ALL
def test_every_element_has_its_line_and_its_part_of_the_source(slug: str) -> None:
    document = SAMPLES[slug].document()
    lines, source = notation_lines(document), pyomo_source(document)
    for element in document.formulation.elements():
        assert element.name in lines[element.name]
        # What data alone decide, such as a set, has no part of its own in every source.
        assert element.name in source_of(source, element.name) or element.name not in source
    for constraint in document.formulation.constraints:
        assert source_of(source, constraint.name), constraint.name
        program = compile_document(document).program
        assert program is not None
        assert rows_of(program, constraint.name) is not None


def test_a_line_that_is_changed_changes_this_element_only() -> None:
    document = SAMPLES["bakery"].document()
    same = with_line(document, "rolls", notation_lines(document)["rolls"])
    assert same == write_notation(document.model_copy(update={"data": parse_notation("").data}))
    changed = parse_notation(with_line(document, "rolls", "constraint rolls: bake['rolls'] >= 5"))
    assert [c.name for c in changed.formulation.constraints if c not in document.formulation.constraints] == ["rolls"]
    gone = parse_notation(with_line(document, "rolls", ""))
    assert "rolls" not in {c.name for c in gone.formulation.constraints}
