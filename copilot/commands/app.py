"""``optcopilot app``: serves the page."""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from copilot.commands.exits import CommandError, ExitCode

PAGE = Path(__file__).resolve().parents[2] / "app.py"


def run(arguments: argparse.Namespace) -> ExitCode:
    """Serves until it is stopped. Raises CommandError."""
    if not 1 <= arguments.port <= 65535:
        raise CommandError(ExitCode.USAGE, "usage", f"there is no port {arguments.port}: choose one from 1 to 65535")
    if find_spec("streamlit") is None:
        raise CommandError(
            ExitCode.BAD_INPUT, "app", "the page needs Streamlit; install it with: pip install streamlit"
        )
    if not PAGE.exists():
        raise CommandError(ExitCode.BAD_INPUT, "app", f"the page {PAGE} is not there: start it from the source folder")
    place = ["--server.address", arguments.host, "--server.port", str(arguments.port)]
    command = [sys.executable, "-m", "streamlit", "run", str(PAGE), *place]
    try:
        code = subprocess.run(command, cwd=PAGE.parent, check=False).returncode
    except KeyboardInterrupt:  # the ordinary way to end it
        return ExitCode.OK
    return ExitCode.OK if code == 0 else ExitCode.BAD_INPUT
