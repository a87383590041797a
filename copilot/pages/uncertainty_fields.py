"""Fields that the questions about uncertain numbers share: which, which decisions wait, how long, and as text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from copilot.pages import fields
from formulations.data import Instance

#: Percent by which a number may be another.
_SPREADS = (5, 10, 20, 30, 50, 90)


def tagged(instance: Instance) -> str:
    """A word for the names of a formulation: fields keep their state while these are the same."""
    names = [element.name for element in instance.formulation.elements()]
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:10]


def parameters(place: DeltaGenerator, instance: Instance, tag: str) -> list[str]:
    declared = [parameter.name for parameter in instance.formulation.parameters]
    key = fields.held(f"uncertain {tag}", declared[:1])
    return list(place.multiselect("What is uncertain", declared, key=key))


def spread(place: DeltaGenerator, label: str, tag: str, *, explained: str | None = None) -> int:
    """Percent by which the chosen numbers vary."""
    key = fields.held(f"spread {tag}", 10)
    return int(place.selectbox(label, _SPREADS, format_func=lambda share: f"± {share} %", key=key, help=explained))


def recourse(instance: Instance, tag: str, otherwise: str) -> list[str]:
    declared = [variable.name for variable in instance.formulation.variables]
    return list(
        st.multiselect(
            "What is decided only once the numbers are known", declared, key=fields.held(f"recourse {tag}", []),
            placeholder=otherwise,
        )
    )  # fmt: skip


def seconds(place: DeltaGenerator, tag: str) -> None:
    place.number_input("Time limit (s)", 1.0, 3600.0, step=10.0, format="%g", key=fields.held(f"seconds {tag}", 60.0))


def written(lines: Sequence[str], caption: str, tag: str) -> list[str]:
    """The lines as chosen, or as they are written by hand instead."""
    with st.popover("Write it as text", icon=":material/edit:"):
        st.caption(caption)
        words = "\n".join(lines)
        text = st.text_area("Uncertain numbers", key=fields.held(f"lines {tag} {hash(words)}", words), height=150)
    return [line.strip() for line in text.splitlines() if line.strip()]
