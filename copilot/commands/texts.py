"""Problem texts and sessions on the command line: what only they need is loaded here, and only for them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.output import note
from copilot.formulators import drafted as drafted_by
from copilot.formulators import formulator
from copilot.formulators.draft import Draft, FormulationRefused, Formulator
from copilot.formulators.hybrid import HybridFormulator
from copilot.providers import EndpointError
from copilot.session import Session, SessionFileError, parse_session
from copilot.settings import Settings
from copilot.store import default_store
from formulations.formulation import Document

if TYPE_CHECKING:
    import pandas as pd


def drafted(
    text: str,
    *,
    source: str,
    name: str,
    settings: Settings,
    tables: Mapping[str, pd.DataFrame],
    typed: bool,
) -> Draft:
    """The draft of a problem text by the formulator called ``name``, or by the one that the settings ask for.

    A text that was ``typed`` into standard input is kept if the endpoint fails. Raises CommandError.
    """
    reader: Formulator | None = None
    try:
        reader = formulator(name, settings)
        return drafted_by(reader, text, tables, on_text=_shown if sys.stderr.isatty() else None)
    except EndpointError as error:
        ways = [_keep(text)] if typed else []
        if not isinstance(reader, HybridFormulator):  # which has asked the embedded one
            ways.append("or use the offline formulator: --formulator offline")
        raise CommandError(ExitCode.ENDPOINT, error.kind.value, "\n".join([str(error), *filter(None, ways)])) from None
    except FormulationRefused as error:
        message = f"{source}: {error}\n{_ways_on(settings)}"
        raise CommandError(ExitCode.BAD_INPUT, "formulation", message) from None


def _shown(piece: str) -> None:
    """What a language model writes, while it is written, without anything that moves the cursor of a terminal."""
    sys.stderr.write("".join(sign for sign in piece if sign in "\n\t" or sign.isprintable()))
    sys.stderr.flush()


def _ways_on(settings: Settings) -> str:
    """What to do with a text that was refused."""
    model = "" if settings.endpoint_configured else ", or let a language model read it (set OPTCOPILOT_BASE_URL)"
    return (
        "What now: change the sentences named and try again; or write the formulation yourself (optcopilot app opens "
        f"an editor){model}."
    )


def document_of_session(text: str, name: str) -> Document:
    """The document in hand of a session file. Raises CommandError."""
    try:
        document = parse_session(text, name=name).document
    except SessionFileError as error:
        raise CommandError(ExitCode.BAD_INPUT, "session", str(error)) from None
    if document is None:
        message = f"{name} holds a text without a formulation: open it in the page and formulate it"
        raise CommandError(ExitCode.BAD_INPUT, "session", message)
    return document


def _keep(text: str) -> str:
    """Saves a typed text that would be lost, and says where."""
    store = default_store()
    try:
        name = store.save(Session(text=text))
    except SessionFileError as error:
        note(str(error))
        return ""
    return f"the text is kept in {store.path(name)}"
