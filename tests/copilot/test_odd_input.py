"""What a newcomer types or brings: each odd text and file gets a clear answer, and nothing is lost."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from copilot.compiled import compile_document
from copilot.pages.notices import literal
from copilot.pages.scenarios import tabled
from formulations.files import FileError
from formulations.notation import parse_notation
from solvers.designs import DesignError

STORY = "Once upon a time there was a fox who lived in the forest, and 3 of them knew why. "
BAKERY = (
    "makes bread and rolls. Each bread brings $3 and takes 2 hours. Each roll brings $1 and takes 1 hour. "
    "There are 40 hours. How many of each maximize the profit?"
)
GERMAN = "Eine Bäckerei backt Brot. Ein Brot braucht 2 Stunden und bringt 3 Euro. Maximiere den Gewinn."
#: What is typed, and what the page says then; "" where it is read and another page opens.
TEXTS = {
    "nothing": ("", "There is no text yet"),
    "spaces": (" \n\t ", "There is no text yet"),
    "200 kB": ((STORY * 3000)[:200_000], "at most 60000"),
    "one long word": ("x" * 200_000, "at most 60000"),
    "a story": (STORY, "does not seem to tell a problem"),
    "no numbers": ("A bakery bakes bread and rolls. What should it bake to earn most?", "no number in the text"),
    "another language": (GERMAN, "reads English only"),
    "no spaces between words": ("一家面包店做面包和卷。每个面包利润3元,需要2小时。", "reads English only"),
    "a script": (f"<script>alert(1)</script> A bakery {BAKERY}", ""),
    "emoji": (f"A bakery 🍞 {BAKERY} 🥐", ""),
    "brackets": ("[[{{((" * 40, "does not seem to tell a problem"),
    "a null byte": (f"A bakery\x07 {BAKERY}", ""),
}
DESCRIBE = "from copilot.pages import describe\ndescribe.page()"
DATA = """
import streamlit as st
from copilot.pages import data as shown, state
from copilot.session import Session
from formulations.notation import parse_notation

NOTATION = (
    "set Shop\\nparameter demand[Shop]\\nvariable x[Shop] >= 0\\nminimize z: sum(x[s] for s in Shop)\\n"
    "constraint c for s in Shop: x[s] >= demand[s]\\n"
    "data\\nset Shop = Ulm, Köln\\nparameter demand = Ulm: 1, Köln: 2\\n"
)
if "session" not in st.session_state:
    state.open_session(Session().edited(parse_notation(NOTATION), at=state.now()))
shown.page()
"""


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCOPILOT_SESSIONS", str(tmp_path))
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def said(page: AppTest) -> str:
    """All messages of a page."""
    shown = [*page.error, *page.warning, *page.info, *page.caption]
    return "\n".join(
        [*(element.value for element in shown), *(str(element.proto.body) for element in page.get("html"))]
    )


@pytest.mark.parametrize("name", list(TEXTS))
def test_any_text_gets_an_answer_and_stays(name: str) -> None:
    text, expected = TEXTS[name]
    page = AppTest.from_string(DESCRIBE, default_timeout=60).run()
    page.text_area[0].set_value(text)
    next(button for button in page.button if button.label == "Formulate").click().run()
    assert page.text_area[0].value == text
    if expected:
        assert expected in said(page)
        assert [raised.value for raised in page.exception] == []
    else:
        assert page.session_state["session"].document is not None
        assert page.session_state["session"].text == text


@given(st.text(alphabet="$*_`[]()#:<>~ab1 \\\\", max_size=20))
def test_text_in_messages_is_shown_as_it_is(text: str) -> None:
    shown = literal(text)
    assert re.sub(r"\\(.)", r"\1", shown) == " ".join(text.split())
    assert not re.search(r"(?<!\\)(\\\\)*[$*_`\[\]<>#:~]", shown), "every mark has a backslash before it"


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


#: Files, the words that are said of them, and the demand that is in hand once the data are used.
FILES = {
    "empty": ("demand.csv", b"", "the file is empty", None),
    "only blanks": ("demand.csv", b" \n\n ", "the file is empty", None),
    "only a header": ("demand.csv", b"Shop,demand\n", "no rows below the header", None),
    "a picture": ("demand.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "is not a table", None),
    "a broken workbook": ("demand.xlsx", b"PK\x03\x04 no archive", "is not a readable workbook", None),
    "an old workbook": ("demand.xlsx", b"\xd0\xcf\x11\xe0rest", "format of 1997", None),
    "prose": ("demand.csv", b"Dear all,\nplease find the demand attached.\n", "", None),
    "utf-8": ("demand.csv", "Shop,demand\nUlm,4.5\nKöln,6\n".encode(), "", {"Ulm": 4.5, "Köln": 6.0}),
    "latin-1": ("demand.csv", "Shop,demand\nUlm,4.5\nKöln,6\n".encode("latin-1"), "", {"Ulm": 4.5, "Köln": 6.0}),
    "decimal commas": ("demand.csv", "Shop;demand\nUlm;4,5\nKöln;6\n".encode("cp1252"), "", {"Ulm": 4.5, "Köln": 6.0}),
    "several sheets": (
        "plan.xlsx",
        workbook(notes=[["written by", "me"]], demand=[["Shop", "demand"], ["Ulm", 4.5], ["Köln", 6]]),
        "",
        {"Ulm": 4.5, "Köln": 6.0},
    ),
}


@pytest.mark.parametrize("name", list(FILES))
def test_any_file_gets_an_answer_and_the_data_stay(name: str) -> None:
    file, content, expected, demand = FILES[name]
    page = AppTest.from_string(DATA, default_timeout=60).run()
    before = page.session_state["session"].document.data
    page.file_uploader[0].set_value((file, content, "application/octet-stream")).run()
    assert [raised.value for raised in page.exception] == []
    if expected:
        assert expected in said(page)
    use = [button for button in page.button if button.label == "Use this data"]
    if demand is None:
        if use:
            use[0].click().run()
            assert [raised.value for raised in page.exception] == []
        assert page.session_state["session"].document.data == before
        assert said(page)
        return
    use[0].click().run()
    assert [raised.value for raised in page.exception] == []
    records = page.session_state["session"].document.data.parameters["demand"]
    assert {record[0]: record[-1] for record in records} == demand


#: Tables of scenarios: what is said, or the two demands of the first scenario.
TABLES = {
    "commas": ("s.csv", b"scenario,demand['Ulm'],demand['Wien']\nlow,1.5,2\nhigh,3,4\n", (1.5, 2.0)),
    "decimal commas": ("s.csv", b"scenario;demand['Ulm'];demand['Wien']\nlow;1,5;2\nhigh;3;4\n", (1.5, 2.0)),
    "latin-1": ("s.csv", "scenario;demand['Ulm']\nzurück;1,5\n".encode("latin-1"), (1.5, 7.0)),
    "a workbook": ("s.xlsx", workbook(Sheet1=[["demand['Ulm']"], [1.5]]), (1.5, 7.0)),
    "two sheets": ("s.xlsx", workbook(a=[["demand['Ulm']"], [1]], b=[["x"], [1]]), "holds 2 tables (a, b)"),
    "nothing": ("s.csv", b"", "the file is empty"),
    "no rows": ("s.csv", b"demand['Ulm']\n", "the table of scenarios is empty"),
    "a word": ("s.csv", b"demand['Ulm']\nmuch\n", "row 1: 'much' is not a finite number"),
    "another parameter": ("s.csv", b"price\n3\n", "names no parameter"),
    "another member": ("s.csv", b"demand['Rom']\n3\n", "names no parameter"),
    "a picture": ("s.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "is not a table"),
}


@pytest.mark.parametrize("name", list(TABLES))
def test_any_table_of_scenarios_is_read_or_refused_in_words(name: str) -> None:
    file, content, expected = TABLES[name]
    instance = compile_document(
        parse_notation(
            "set Shop\nparameter demand[Shop]\nvariable x[Shop] >= 0\nminimize z: sum(x[s] for s in Shop)\n"
            "constraint c for s in Shop: x[s] >= demand[s]\ndata\nset Shop = Ulm, Wien\n"
            "parameter demand = Ulm: 6, Wien: 7\n"
        )
    ).instance
    assert instance is not None
    if isinstance(expected, str):
        with pytest.raises((DesignError, FileError), match=re.escape(expected)):
            tabled(instance, content, file)
    else:
        assert tuple(tabled(instance, content, file).thetas[0]) == expected


#: Files for the sidebar that are no sessions, and what is said of them.
NO_SESSIONS = {
    "garbage": ("mine.json", b"\x00\x01\x02", "mine.json"),
    "half a session": ("mine.json", b'{"format": "optcopilot-session", "versions": [', "mine.json"),
    "another json": ("mine.json", b'{"a": 1}', "mine.json"),
    "a web page": ("mine.lp", b"<html><body>not found</body></html>", "mine.lp"),
    "an empty notation": ("mine.opt", b"", "mine.opt"),
    "latin-1": ("mine.opt", "variable für >= 0\nminimize z: für".encode("latin-1"), "mine.opt"),
}


@pytest.mark.parametrize("name", list(NO_SESSIONS))
def test_a_file_that_is_no_session_is_refused_by_name_and_the_session_stays(name: str) -> None:
    file, content, expected = NO_SESSIONS[name]
    page = AppTest.from_string(DATA.replace("shown.page()", "sidebar.show()\nshown.page()").replace(
        "import data as shown", "import data as shown, sidebar"
    ), default_timeout=60).run()  # fmt: skip
    before = page.session_state["session"]
    page.sidebar.file_uploader[0].set_value((file, content, "application/octet-stream")).run()
    assert [raised.value for raised in page.exception] == []
    assert expected in said(page)
    assert page.session_state["session"] == before
