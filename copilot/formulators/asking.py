"""What a language model is asked: the guide, exemplars and the problem between marks, and the shape of its answer."""

from __future__ import annotations

import re
from typing import Any, Literal

from copilot.formulators.tables import TableSchema
from copilot.prompts.exemplars import exemplars_for, exemplars_with_sets
from copilot.prompts.notation import GUIDE, JSON_GUIDE, TABLES
from copilot.providers import Message
from formulations.formulation import Document
from formulations.notation import parse_notation

Style = Literal["notation", "json"]

#: Keys of a JSON schema that grammars of local servers stumble over; our own validation checks them anyway.
_SCHEMA_EXTRAS = frozenset({"pattern", "maxLength", "default", "title", "description"})


def opening(text: str, tables: tuple[TableSchema, ...], style: Style, variant: int) -> tuple[Message, ...]:
    """The guide, the exemplars and the problem last, so that an endpoint can keep what comes before it."""
    messages = [Message("system", JSON_GUIDE if style == "json" else GUIDE)]
    for exemplar in exemplars_with_sets() if tables else exemplars_for(text, variant):
        messages.append(Message("user", problem_between_marks(exemplar.text)))
        messages.append(Message("assistant", _as_reply(exemplar.notation, style)))
    attached = TABLES.format(tables="\n".join(table.described() for table in tables)) if tables else ""
    messages.append(Message("user", attached + problem_between_marks(text)))
    return tuple(messages)


def problem_between_marks(text: str) -> str:
    """The text between ``<problem>`` marks that nothing inside it can close."""
    inside = re.sub(r"<(?=\s*/?\s*problem\b)", "‹", text.strip(), flags=re.IGNORECASE)
    return f"<problem>\n{inside}\n</problem>"


def _as_reply(notation: str, style: Style) -> str:
    if style == "notation":
        return f"```\n{notation}```"
    document = parse_notation(notation)
    return document.model_dump_json(exclude_defaults=True)


def document_schema() -> dict[str, object]:
    """The JSON schema of a document, without what grammars of local servers cannot express."""
    schema: dict[str, object] = _bare(Document.model_json_schema())
    properties = schema["properties"]
    assert isinstance(properties, dict)
    properties.pop("text", None)
    return schema


def _bare(node: Any, *, names: bool = False) -> Any:
    """``names``: the keys of this dictionary are names of fields, which may be called like keys of a schema."""
    if isinstance(node, dict):
        return {
            key: _bare(value, names=key in ("properties", "$defs"))
            for key, value in node.items()
            if names or key not in _SCHEMA_EXTRAS
        }
    return [_bare(entry) for entry in node] if isinstance(node, list) else node
