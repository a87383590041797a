"""Many exported sources in one process of their own: starting Python and a library is most of the time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: Runs every file named on the command line as a script of its own and prints what each printed.
RUNNER = """
import contextlib, io, json, runpy, sys, traceback
for path in sys.argv[1:]:
    printed = io.StringIO()
    sys.argv = [path, "--json"]
    try:
        with contextlib.redirect_stdout(printed):
            runpy.run_path(path, run_name="__main__")
        answer = {"file": path, "printed": printed.getvalue()}
    except Exception:
        answer = {"file": path, "error": traceback.format_exc()}
    print(json.dumps(answer), flush=True)
"""


def run_sources(sources: Mapping[str, str], folder: Path) -> dict[str, dict[str, Any]]:
    """For each source by its name what it printed, or its error."""
    files = {}
    for name, text in sources.items():
        file = folder / f"{name}.py"
        file.write_text(text, encoding="utf-8")
        files[str(file)] = name
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, *files], cwd=folder, capture_output=True, text=True, timeout=240, check=False
    )
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"file"')]
    assert len(answers) == len(files), done.stderr
    return {files[answer["file"]]: answer for answer in answers}


def result(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON object on the last line that a source printed."""
    assert "error" not in answer, answer["error"]
    found: dict[str, Any] = json.loads(answer["printed"].splitlines()[-1])
    return found
