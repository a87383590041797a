"""Problem text as HTML, with the sentences marked that an element came from and those that nobody could read."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Mapping

from copilot.formulators.draft import Span
from copilot.origins import Origin, covering, sentences

#: The end of a line within a paragraph; shown as a space, so that the text flows.
_LINE_END = re.compile(r"(?<!\n)\n(?![\n\s*•|-])")


def marked_up(text: str, found: Mapping[str, Origin], chosen: str, unread: tuple[Span, ...]) -> str:
    """HTML of the text: the origin of the chosen element marked, each sentence titled with what was made of it."""
    marks = {
        "sentence": covering(text, found[chosen].spans) if chosen in found else (),
        "exact": found[chosen].spans if chosen in found else (),
        "unread": unread,
    }
    whole = sentences(text)
    spans = [*whole, *(span for own in marks.values() for span in own)]
    edges = sorted({0, len(text), *(edge for span in spans for edge in (span.start, span.end))})
    shown = _LINE_END.sub(" ", text)
    parts = []
    for start, end in itertools.pairwise(edges):
        piece = html.escape(shown[start:end])
        inside = [name for name, own in marks.items() if any(s.start <= start and end <= s.end for s in own)]
        sentence = next((s for s in whole if s.start <= start and end <= s.end), None)
        made = [
            name
            for name, origin in found.items()
            if sentence and any(s.start < sentence.end and sentence.start < s.end for s in origin.spans)
        ]
        title = f" title='{html.escape(', '.join(made))}'" if made else ""
        parts.append(f"<mark class='{' '.join(inside)}'{title}>{piece}</mark>" if inside or made else piece)
    return "".join(parts)
