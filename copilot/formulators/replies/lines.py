"""From the reply of a language model to lines of the notation: fences, prose and the habits of other languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot.formulators.replies.literals import members_of, parameter
from copilot.formulators.replies.signs import plain_signs

_FENCE = re.compile(r"```[^\n`]*\n(.*?)(?:```|\Z)", re.DOTALL)
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_KEYWORD = re.compile(
    r"(?:set|param(?:eter)?|(?:decision\s+)?var(?:iable)?|(?:minimi[sz]e|maximi[sz]e|min|max)(?=\s*[:\s])|objective|"
    r"constraint|s\.t\.|subject\s+to|data)(?!\w)",
    re.IGNORECASE,
)
_COMPARISON = re.compile(r"<=|>=|==|=<|=>|(?<![<>=!:])=(?![=<>])|<|>")
_BULLET = re.compile(r"^\s*(?:[-*•]\s+|\(?\d+[.)]\s+)(?=\S)")
_NAMES = re.compile(
    r"[^\W\d]\w*(?:\[[^\]]*\])?(?:\s*,\s*(?!integer|binary|continuous|nonneg|real)[^\W\d]\w*(?:\[[^\]]*\])?)*"
)
_BETWEEN = re.compile(r"\bin\s*\[?\s*(-?\d+(?:\.\d+)?)\s*(?:\.\.+|,|to)\s*(-?\d+(?:\.\d+)?)\s*\]?")
_WISH = re.compile(r"^\s*(?:#|//)\s*(assum\w*)\s*:?\s+(.+)$", re.IGNORECASE)


def code_of(reply: str) -> str:
    """The part of a reply that holds the formulation: the fenced block with the most of it, or everything."""
    reply = _THOUGHT.sub("", reply)
    blocks: list[str] = _FENCE.findall(reply)
    return max(blocks, key=_weight) if blocks else reply


def _weight(block: str) -> int:
    return sum(_KEYWORD.match(line.strip()) is not None for line in block.splitlines())


def wishes(code: str) -> tuple[str, ...]:
    """What the lines ``# assume: ...`` say."""
    found = (_WISH.match(line) for line in code.splitlines())
    return tuple(match[2].strip() for match in found if match)


def notation_of(code: str) -> str:
    """The code as lines of the notation: known habits are translated, prose is left out."""
    lines: list[str] = []
    members = members_of(code)
    indices: dict[str, str] = {}
    in_data = declared = False
    for line in code.splitlines():
        text = _undressed(line)
        if not text or text.startswith(("#", "//")):
            if text.startswith("#") and not lines and not _WISH.match(text):
                lines.append("# " + text.lstrip("# "))
            continue
        text = plain_signs(text)
        word = _KEYWORD.match(text)
        if word is None:
            kept = _without_keyword(line, text, in_data=in_data, declared=declared)
            lines.extend([kept] if kept else [])
            continue
        keyword, rest = word[0].lower(), text[word.end() :].strip()
        match keyword.split()[-1][:3]:
            case "set":
                lines.append(_plain_set(rest))
            case "par":
                lines.extend(parameter(rest, indices, members, in_data=in_data))
            case "var":
                declared = True
                lines.extend(_variables(rest))
            case "min" | "max" | "obj":
                declared = True
                lines.append(_objective(keyword, rest))
            case "con" | "s.t" | "to":
                declared = True
                lines.extend(_constraint(rest))
            case "dat":
                if re.fullmatch(r":?\s*", rest):
                    in_data = True
                    lines.append("data")
    return "\n".join(lines) + "\n"


def _undressed(line: str) -> str:
    """The line without bullets, bold marks, backquotes and a semicolon at its end."""
    text = re.sub(r"\*\*([^*\n]{1,60}?)\*\*(?=\s|:|$)", r"\1", _BULLET.sub("", line)).strip()
    if text.startswith("`") and text.endswith("`"):
        text = text.strip("`").strip()
    return text.rstrip(";").rstrip()


def _without_keyword(line: str, text: str, *, in_data: bool, declared: bool) -> str:
    """A line that belongs to a table or is a constraint without its keyword; empty for prose."""
    if in_data or (not declared and re.search(r"[:\d]", text) and line[:1] in " \t"):
        return line.rstrip().rstrip(";") if line[:1] in " \t" or re.search(r"\d", text) else ""
    if not declared or not _COMPARISON.search(text):
        return ""
    return "".join(_constraint(text))


def _plain_set(rest: str) -> str:
    rest = re.sub(r":=", "=", rest)
    match = re.match(r"(\w+)\s*(?::|=)\s*(.+)$", rest)
    return f"set {match[1]} = {match[2]}" if match else f"set {rest}"


def _variables(rest: str) -> Iterator[str]:
    """One line for each variable; bounds and domain in the manner of the notation."""
    words = re.search(r"\s*(\"[^\"]*\")\s*$", rest)
    tail = f" {words[1]}" if words else ""
    rest = rest[: words.start()] if words else rest
    between = re.match(r"(-?[\d.]+)\s*<=?\s*(\w+(?:\[[^\]]*\])?)\s*(.*)$", rest)
    if between:
        rest = f"{between[2]} >= {between[1]} {between[3]}"
    rest = re.sub(r"^(\w+)\s*\{([^}]*)\}", r"\1[\2]", rest)
    names = _NAMES.match(rest)
    if names is None:
        return
    clauses = _clauses(rest[names.end() :])
    parts = [part.strip() for part in re.split(r",(?![^\[]*\])", names[0])]
    if len(parts) == 1:
        binders = re.match(r"\s*(?:for\s+(?:all\s+|each\s+|every\s+)?)(\w+\s+in\s+\w+)(.*)$", clauses)
        if binders and "[" not in parts[0]:
            parts, clauses = [f"{parts[0]}[{binders[1]}]"], binders[2]
        elif binders:
            clauses = binders[2]
    for part in parts:
        yield f"variable {part} {_for_one(clauses, part)}".rstrip() + tail


def _clauses(text: str) -> str:
    text = _BETWEEN.sub(r">= \1 <= \2", text)
    text = re.sub(r"^\s*[:,]\s*|\s*[,;]\s*(?![^{]*\})", " ", text)
    text = re.sub(r"\bin\s*\{\s*0\s*,\s*1\s*\}|\b(?:boolean|bool)\b", "binary", text, flags=re.IGNORECASE)
    text = re.sub(r"\bin\s+(?:integers?|Z|N|ints?)\b[+]?|\bintegers\b", "integer", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(?:in\s+)?(?:reals?|floats?|R)\b[+]?", "continuous", text)
    text = re.sub(r"\bnon-?negative\b", ">= 0", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<![<>=])([<>])(?![=<>])", r"\1=", text)
    return re.sub(r"\band\b", " ", text)


def _for_one(clauses: str, name: str) -> str:
    """The clauses without the name repeated, and without a bound said twice."""
    bare = re.escape(name.split("[")[0])
    clauses = re.sub(rf"\b{bare}(?:\[[^\]]*\])?\s*(?=[<>])", "", clauses)
    seen: set[str] = set()
    kept = []
    for clause in re.findall(
        r"(?:>=|<=)\s*[^<>]*?(?=\s*(?:>=|<=|\b(?:integer|binary|continuous|in)\b|$))|\S+", clauses
    ):
        key = clause[:2] if clause[:1] in "<>" else clause
        if key not in seen or key == "in":
            kept.append(clause.strip())
        seen.add(key)
    return " ".join(kept)


def _objective(keyword: str, rest: str) -> str:
    if keyword.startswith("obj"):
        rest = rest.lstrip(": ")
        sense = re.match(r"(minimi[sz]e|maximi[sz]e|min|max)\b\s*", rest, re.IGNORECASE)
        keyword = sense[1] if sense else keyword
        rest = rest[sense.end() :] if sense else rest
    keyword = (
        "minimize" if keyword[:3].lower() == "min" else "maximize" if keyword[:3].lower() == "max" else "objective"
    )
    head, colon, body = rest.partition(":")
    if not colon or "[" in head:
        head, body = "", rest
    named = re.match(r"\s*([^\W\d]\w*)\s*=(?!=)\s*(.+)$", body)
    if named:
        head, body = head or named[1], named[2]
    return f"{keyword} {_name(head) or 'objective'}: {body.strip()}"


def _constraint(rest: str) -> Iterator[str]:
    """``constraint NAME for BINDERS: EXPRESSION``, with whatever of it is there in the right order."""
    head, body = _head(rest)
    if not head and not _COMPARISON.search(body):
        return
    binders = ""
    match = re.search(r"(?:\bfor\b\s*(?:all\b|each\b|every\b)?|\bforall\b)\s*(.*)$", head, re.IGNORECASE)
    if match:
        head, binders = head[: match.start()], match[1].strip()
    braces = re.search(r"\{(.*)\}\s*$", head)
    if braces:
        head, binders = head[: braces.start()], braces[1].replace(":", " if ")
    condition = re.search(r"\bwhen\b.*$", head)
    if condition:
        head = head[: condition.start()]
    indexed = re.search(r"\[(.*)\]\s*$", head)
    if indexed:
        head = head[: indexed.start()]
        if " in " in indexed[1]:
            binders = binders or re.sub(r",\s*(?=\w+\s+in\b)", " for ", indexed[1])
    body = re.sub(r",?\s*\b(?:for\s*all|forall|for\s+each|for\s+every)\b", " for", body, flags=re.IGNORECASE)
    body = re.sub(r",(?=\s*for\s+\w+\s+in\b[^()]*$)", " ", body)
    clause = f" for {binders}" if binders else ""
    condition_text = f" {condition[0].strip()}" if condition else ""
    yield f"constraint {_name(head)}{clause}{condition_text}: {body.strip()}".replace("constraint :", "constraint:")


def _head(rest: str) -> tuple[str, str]:
    """What stands before the first colon outside brackets, and what stands after it."""
    depth = 0
    for position, character in enumerate(rest):
        depth += (character in "([{") - (character in ")]}")
        if character == ":" and depth == 0:
            return rest[:position].strip(), rest[position + 1 :].strip()
        if character == '"':
            break
    named = re.match(r"([^\W\d]\w*)\s+(?=[\w(\"])(?!in\b|for\b)", rest)
    return (named[1], rest[named.end() :].strip()) if named else ("", rest.strip())


def _name(words: str) -> str:
    """A name out of several words."""
    return re.sub(r"\W+", "_", words.strip()).strip("_").lstrip("0123456789_")
