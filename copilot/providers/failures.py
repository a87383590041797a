"""Failures of the ``openai`` package in words, without the key."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic import SecretStr

from copilot.providers.provider import EndpointError, EndpointProblem

LONGEST_QUOTE = 300


def explained(error: Exception, *, base_url: str, model: str, timeout: float, secret: SecretStr) -> EndpointError:
    """The EndpointError that says what happened, where, and what to do."""
    import openai

    if isinstance(error, openai.APITimeoutError) or isinstance(error.__cause__ or error, TimeoutError):
        return EndpointError(
            EndpointProblem.TIMEOUT,
            f"no complete answer from {base_url} within {timeout:g} s: raise OPTCOPILOT_REPLY_TIMEOUT "
            "or choose a faster model",
        )
    if isinstance(error, openai.APIConnectionError):
        return _disconnected(error, base_url)
    if isinstance(error, openai.APIStatusError):
        return _refused(error, base_url=base_url, model=model, secret=secret)
    if isinstance(error, openai.APIError):
        said = quoted(error.message, secret)
        return EndpointError(EndpointProblem.SERVER_ERROR, f"{base_url} failed while answering{said}: try again")
    return EndpointError(
        EndpointProblem.NOT_A_REPLY,
        f"{base_url} answered with something that is not JSON: does the address lead to an OpenAI-compatible "
        "API (it usually ends in /v1)?",
    )


def _disconnected(error: Exception, base_url: str) -> EndpointError:
    cause = error.__cause__ or error.__context__
    detail = re.sub(r"^\[[^]]*\]\s*", "", str(cause)).strip().lower() if cause else ""
    if cause is not None and type(cause).__name__ in ("RemoteProtocolError", "ReadError", "DecodingError"):
        return EndpointError(
            EndpointProblem.TRUNCATED,
            f"the reply of {base_url} broke off ({detail or 'connection lost'}): try again",
        )
    reason = f" ({detail})" if detail else ""
    return EndpointError(
        EndpointProblem.UNREACHABLE,
        f"no answer from {base_url}{reason}: is the server running? Start it, or give the address "
        "where it runs (page Settings, or OPTCOPILOT_BASE_URL)",
    )


def _refused(error: Any, *, base_url: str, model: str, secret: SecretStr) -> EndpointError:
    """``error`` is an ``openai.APIStatusError``."""
    status: int = error.status_code
    said = quoted(_server_words(error), secret)
    match status:
        case 401 | 403:
            has_key = bool(secret.get_secret_value())
            what = "refused the key" if has_key else "wants a key"
            remedy = "check OPTCOPILOT_API_KEY" if has_key else "set OPTCOPILOT_API_KEY"
            return EndpointError(EndpointProblem.UNAUTHORIZED, f"{base_url} {what} ({status}){said}: {remedy}")
        case 404:
            asked = f" or no model {model!r}" if model else ""
            return EndpointError(
                EndpointProblem.NOT_FOUND,
                f"{base_url} has no chat-completions endpoint{asked} (404){said}: check OPTCOPILOT_BASE_URL "
                "(it usually ends in /v1) and OPTCOPILOT_MODEL",
            )
        case 429:
            spent = "quota" in said.lower()
            after = _retry_after(error.response.headers.get("retry-after"))
            remedy = "wait a little and try again" if after is None else f"try again in {_worded(after)}"
            return EndpointError(
                EndpointProblem.RATE_LIMITED,
                f"{base_url} takes no more requests for now (429){said}: {'the quota is used up' if spent else remedy}",
                passing=not spent,
                retry_after=after,
            )
        case 400 | 413 | 422:
            return EndpointError(EndpointProblem.REJECTED, f"{base_url} rejected the request ({status}){said}")
    return EndpointError(
        EndpointProblem.SERVER_ERROR,
        f"{base_url} failed ({status}){said}: look at its log, or try again later",
        passing=status >= 500 or status in (408, 409),
        retry_after=_retry_after(error.response.headers.get("retry-after")),
    )


def _server_words(error: Any) -> str:
    body = error.body
    if isinstance(body, dict):
        words = [str(body[key]) for key in ("message", "param", "code", "detail") if body.get(key)]
        return ", ".join(dict.fromkeys(words))
    return body if isinstance(body, str) and not body.lstrip().startswith("<") else ""


def quoted(words: str, secret: SecretStr) -> str:
    """``: "what the server said"`` shortened and without the key; empty for no words."""
    key = secret.get_secret_value()
    if key:
        words = words.replace(key, "[key]")
    words = re.sub(r"\b(sk|Bearer)[- ][\w.*-]{6,}", "[key]", " ".join(words.split()))
    if len(words) > LONGEST_QUOTE:
        words = words[:LONGEST_QUOTE] + " …"
    return f': "{words}"' if words else ""


def _retry_after(header: str | None) -> float | None:
    """Seconds, from a number or an HTTP date."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (when - datetime.now(UTC)).total_seconds()) if when.tzinfo else None


def _worded(seconds: float) -> str:
    """Whole seconds, minutes or hours, rounded up."""
    for size, unit in ((3600, "h"), (60, "min"), (1, "s")):
        if seconds > size:
            return f"{math.ceil(seconds / size)} {unit}"
    return "1 s"
