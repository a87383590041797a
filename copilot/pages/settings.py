"""Settings: where a language model answers, and how it is asked. A key stays in this browser session; it is never
shown or stored."""

from __future__ import annotations

import os

import streamlit as st
from pydantic import SecretStr

from copilot.pages import drafting, state
from copilot.pages.notices import notice
from copilot.providers import EndpointError, reached
from copilot.settings import VARIABLES, Settings, SettingsError, changed_settings, save_settings

_FORMULATORS = {"": "Usual: both, once there is a model", **drafting.NAMES}
_FORMS = {
    "": "The notation, or JSON where that fails",
    "notation": "The notation",
    "json": "JSON by its schema",
}


def page() -> None:
    st.title("Settings")
    if problem := st.session_state.pop("settings problem", None):
        notice("error", problem)
    if told := st.session_state.pop("settings told", None):
        notice(*told)
    current = state.settings()
    st.caption(
        "Any endpoint that speaks the OpenAI protocol: a hosted service, vLLM, Ollama, a llama.cpp server. "
        "Without one, the embedded formulator works offline."
    )
    given = bool(current.api_key.get_secret_value())
    with st.form("endpoint"):
        entered: dict[str, object] = {
            "base_url": st.text_input("Address", current.base_url, placeholder="http://127.0.0.1:8080/v1"),
            "model": st.text_input("Model", current.model, placeholder="qwen2.5-coder"),
        }
        key = st.text_input("Key", type="password", placeholder="set; leave empty to keep it" if given else "none")
        with st.expander("How it is asked, and what it costs"):
            entered |= _asking(current)
        used, tested, saved = st.columns(3)
        use = used.form_submit_button("Use it", type="primary", width="stretch")
        test = tested.form_submit_button("Test the endpoint", width="stretch")
        save = saved.form_submit_button("Use and keep it", width="stretch")
    if (use or test or save) and (changed := _changed(current, entered, key)) is not None:
        _done(changed, test=test, save=save)
    if given and st.button("Forget the key"):
        st.session_state["settings"] = current.model_copy(update={"api_key": SecretStr("")})
        st.rerun()


def _asking(current: Settings) -> dict[str, object]:
    """The fields of everything but the address, as they stand in the form."""
    first, second = st.columns(2)
    names, forms = list(_FORMULATORS), list(_FORMS)
    chosen = first.selectbox("Formulator", names, names.index(current.formulator), format_func=_FORMULATORS.__getitem__)
    form = second.selectbox(
        "What the model writes", forms, forms.index(current.reply_form), format_func=_FORMS.__getitem__
    )
    # Two rows and not three columns: on a telephone one field stands below the other.
    first, second, third = st.columns(3)
    fourth, fifth, sixth = st.columns(3)
    return {
        "formulator": chosen,
        "reply_form": form,
        "candidates": first.number_input("Readings asked for", 1, 20, current.candidates),
        "repairs": second.number_input("Repairs of each", 0, 10, current.repairs),
        "reply_timeout": third.number_input("Seconds for a reply", 1.0, 3600.0, current.reply_timeout, format="%g"),
        "reply_tokens": fourth.number_input("Tokens of a reply", 64, 100_000, current.reply_tokens),
        "prompt_price": fifth.number_input(
            "Price of a million tokens read", 0.0, None, current.prompt_price, format="%g"
        ),
        "completion_price": sixth.number_input(
            "Price of a million tokens written", 0.0, None, current.completion_price, format="%g"
        ),
        "reply_cache": st.text_input("File that keeps replies", current.reply_cache, placeholder="none are kept"),
        "replay": st.checkbox("Answer from the kept replies only", current.replay),
    }


def _changed(current: Settings, entered: dict[str, object], key: str) -> Settings | None:
    """The settings as entered; None, with the reasons shown, where they cannot be used."""
    # A key goes only to the address it was entered for.
    same = str(entered["base_url"]).strip().rstrip("/") == current.base_url
    kept = current.api_key.get_secret_value() if same else ""
    try:
        return changed_settings(current, {**entered, "api_key": key or kept})
    except SettingsError as error:
        notice("error", str(error))
        return None


def _done(changed: Settings, *, test: bool, save: bool) -> None:
    """What the button asked for, with the settings in use from now on."""
    st.session_state["settings"] = changed
    try:
        if test:
            with st.spinner("Asking for one word …"):
                told = reached(changed)
        elif save:
            told = _kept(changed)
        else:
            told = "These settings are in use until the page is closed."
    except (EndpointError, SettingsError) as error:
        st.session_state["settings told"] = ("error", str(error))
    else:
        st.session_state["settings told"] = ("info", told)
    # The fields are drawn anew with what is in use now: what is entered next belongs to these.
    st.rerun()


def _kept(changed: Settings) -> str:
    """Where the settings are kept, and what wins over them. Raises SettingsError."""
    path = save_settings(changed)
    over = [variable for variable in VARIABLES.values() if os.environ.get(variable)]
    told = f"Kept in {path}, which the command line reads too; the key is not written down."
    return told + (f" The environment wins over it: {', '.join(over)}." if over else "")
