"""What commands write: strict JSON, text, files that are whole or not there."""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from copilot.commands.exits import CommandError, ExitCode


def write_json(content: Mapping[str, object]) -> None:
    """One JSON object on standard output, without NaN and infinities."""
    sys.stdout.write(json.dumps(strict(content), allow_nan=False, indent=1) + "\n")


def strict(value: object) -> object:
    """The value with null in place of numbers that JSON does not know."""
    match value:
        case float():
            return value + 0.0 if math.isfinite(value) else None
        case Mapping():
            return {str(key): strict(inner) for key, inner in value.items()}
        case list() | tuple():
            return [strict(inner) for inner in value]
    return value


def write_text(text: str) -> None:
    """Text on standard output, with a line end."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def note(text: str) -> None:
    """A line for the person at the terminal, on standard error."""
    sys.stderr.write(text.rstrip("\n") + "\n")


def write_output(content: bytes | str, destination: str) -> None:
    """To standard output for ``-`` or nothing, else to a file, whole or not at all. Raises CommandError."""
    data = content.encode() if isinstance(content, str) else content
    if destination in ("", "-"):
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    path = Path(destination)
    temporary = ""
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise CommandError(
            ExitCode.BAD_INPUT, "output", f"{path} cannot be written ({error.strerror}): choose another place with -o"
        ) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
