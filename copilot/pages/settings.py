"""Settings: where a language model answers. The key stays in this browser session; it is never shown or stored."""

from __future__ import annotations

import streamlit as st
from pydantic import SecretStr, ValidationError

from copilot.pages import state
from copilot.settings import Settings


def page() -> None:
    st.title("Settings")
    if problem := st.session_state.pop("settings problem", None):
        st.error(problem)
    current = state.settings()
    st.caption(
        "Any endpoint that speaks the OpenAI protocol: a hosted service, vLLM, Ollama, a llama.cpp server. "
        "Without one, the embedded formulator works offline."
    )
    with st.form("endpoint"):
        base_url = st.text_input("Address", current.base_url, placeholder="http://127.0.0.1:8080/v1")
        model = st.text_input("Model", current.model, placeholder="qwen2.5-coder")
        given = bool(current.api_key.get_secret_value())
        key = st.text_input("Key", type="password", placeholder="set; leave empty to keep it" if given else "none")
        if st.form_submit_button("Use it", type="primary"):
            _use(current, base_url, model, key)
    if given and st.button("Forget the key"):
        st.session_state["settings"] = current.model_copy(update={"api_key": SecretStr("")})
        st.rerun()


def _use(current: Settings, base_url: str, model: str, key: str) -> None:
    # A key goes only to the address it was entered for.
    kept = current.api_key.get_secret_value() if base_url.strip() == current.base_url else ""
    values = {**current.model_dump(), "base_url": base_url, "model": model, "api_key": key or kept}
    try:
        st.session_state["settings"] = Settings.model_validate(values)
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False, include_context=False):
            st.error(f"{problem['loc'][0]}: {problem['msg'].removeprefix('Value error, ')}")
        return
    st.toast("Settings are in use until the page is closed; put them into the environment to keep them.")
