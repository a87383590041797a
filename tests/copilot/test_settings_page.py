"""The settings page: what is entered is checked, tested against a real server, used, and kept for the command line."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from openai_server import Hang, Raw, Refuse, Say, Step, openai_server
from streamlit.testing.v1 import AppTest

from copilot.settings import SETTINGS_VARIABLE, VARIABLES, Settings, SettingsError, load_settings, save_settings

SCRIPT = "from copilot.pages import settings\nsettings.page()\n"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without settings, whose settings file lies in a folder of its own."""
    for variable in (*VARIABLES.values(), "OPTCOPILOT_BASE_URL", "OPTCOPILOT_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.delenv(SETTINGS_VARIABLE, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def page() -> AppTest:
    return AppTest.from_string(SCRIPT, default_timeout=60).run()


def entered(shown: AppTest, button: str, **fields: object) -> str:
    """What the page says after fields are filled by their labels and a button is pressed."""
    widgets = [*shown.text_input, *shown.number_input, *shown.selectbox, *shown.checkbox]
    for label, value in fields.items():
        next(widget for widget in widgets if widget.label == label.replace("_", " ")).set_value(value)
    next(found for found in shown.button if found.label == button).click()
    shown.run()
    assert not shown.exception
    return " ".join(element.proto.body for element in shown.get("html"))


def test_what_is_kept_is_read_by_the_command_line_but_for_the_key() -> None:
    told = entered(
        page(), "Use and keep it",
        Address="http://127.0.0.1:9/v1", Model="tiny", Key="sk-secret-1", Formulator="hybrid", Readings_asked_for=5,
        Repairs_of_each=1, Seconds_for_a_reply=45.0, Price_of_a_million_tokens_read=0.25,
        File_that_keeps_replies="kept.sqlite", Answer_from_the_kept_replies_only=True,
    )  # fmt: skip
    assert "settings.toml" in told
    kept = load_settings()
    assert kept == Settings(
        base_url="http://127.0.0.1:9/v1", model="tiny", formulator="hybrid", candidates=5, repairs=1, reply_timeout=45,
        prompt_price=0.25, reply_cache="kept.sqlite", replay=True,
    )  # fmt: skip


WRONG = {
    "no address": ({"Address": "my machine"}, "not an address"),
    "a key with a space": ({"Address": "http://127.0.0.1:9/v1", "Key": "two words"}, "copy it again"),
    "a replay of nothing": ({"Answer_from_the_kept_replies_only": True}, "must name the file"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_used_is_refused_with_its_reason_and_not_kept(case: str) -> None:
    fields, words = WRONG[case]
    assert words in entered(page(), "Use and keep it", **fields)
    assert load_settings() == Settings()


ANSWERS: dict[str, tuple[Step, str]] = {
    "an answer": (Say("ready"), "answered in"),
    "a wrong key": (Refuse(401, "bad key"), "wants a key (401)"),
    "no such model": (Refuse(404, "no model"), "404"),
    "a spent quota": (Refuse(429, "your quota is spent"), "the quota is used up"),
    "no JSON": (Raw(b"<html>hello</html>"), "not a chat completion"),
    "silence": (Hang(), "within 1 s"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_the_endpoint_is_tried_and_its_failure_told_in_words(case: str) -> None:
    step, words = ANSWERS[case]
    with openai_server(step) as server:
        told = entered(page(), "Test the endpoint", Address=server.url, Model="tiny", Seconds_for_a_reply=1.0)
    assert words in told


def test_a_server_that_is_down_and_no_address_at_all_are_told_apart() -> None:
    assert "is the server running?" in entered(page(), "Test the endpoint", Address="http://127.0.0.1:9/v1")
    assert "no endpoint is set" in entered(page(), "Test the endpoint")


def test_a_key_in_the_file_stays_with_its_address_only(tmp_path: Path) -> None:
    environment = {SETTINGS_VARIABLE: str(tmp_path / "mine.toml")}
    (tmp_path / "mine.toml").write_text('base_url = "http://one/v1"\napi_key = "sk-one"\n')
    save_settings(Settings(base_url="http://one/v1", model='with "quotes"'), environment)
    assert load_settings(environment).api_key.get_secret_value() == "sk-one"
    assert load_settings(environment).model == 'with "quotes"'
    assert stat.S_IMODE((tmp_path / "mine.toml").stat().st_mode) == 0o600
    save_settings(Settings(base_url="http://two/v1"), environment)
    assert load_settings(environment).api_key.get_secret_value() == ""


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be"):
        save_settings(Settings(), {SETTINGS_VARIABLE: str(tmp_path / "file" / "settings.toml")})
