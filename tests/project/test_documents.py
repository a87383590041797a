"""What the documents say of files and commands is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
BENCHMARKS = sorted((ROOT / "benchmarks").glob("*.py"))


def tree_paths() -> list[str]:
    """The paths of the file tree in ARCHITECTURE.md: indented names under their folders."""
    block = ARCHITECTURE.split("```tree\n")[1].split("```")[0]
    paths, folders = [], [""]
    for line in block.splitlines():
        names, _, _ = line.partition("#")
        depth = (len(names) - len(names.lstrip())) // 2
        for name in names.split():
            paths.append("/".join([*folders[1 : depth + 1], name.rstrip("/")]))
        if names.strip().endswith("/"):
            folders = [*folders[: depth + 1], names.split()[-1].rstrip("/")]
    return paths


@pytest.mark.parametrize("path", tree_paths())
def test_the_tree_names_what_there_is(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_tree_names_every_folder_with_code() -> None:
    folders = {
        str(path.parent.relative_to(ROOT))
        for package in ("formulations", "solvers", "equivalence", "copilot")
        for path in (ROOT / package).rglob("*.py")
    }
    assert folders <= set(tree_paths())


@pytest.mark.parametrize("document", [ARCHITECTURE, README], ids=["ARCHITECTURE", "README"])
def test_the_commands_exist(document: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    # A command is what stands in code: `make test`, or a line of a block that starts with it.
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", document, re.MULTILINE)) <= targets
    done = subprocess.run([sys.executable, "-m", "copilot.cli", "--help"], capture_output=True, text=True, check=True)
    for command in set(re.findall(r"(?:^|`|/)optcopilot ([a-z]+)", document, re.MULTILINE)):
        assert re.search(rf"\b{command}\b", done.stdout), command
    for script in set(re.findall(r"benchmarks/\w+\.py", document)):
        assert (ROOT / script).exists()


def test_architecture_fits_on_two_pages() -> None:
    assert len(ARCHITECTURE.splitlines()) <= 130


@pytest.mark.parametrize("script", BENCHMARKS, ids=lambda path: path.name)
def test_every_benchmark_takes_json_and_quick(script: Path) -> None:
    done = subprocess.run([sys.executable, str(script), "--help"], capture_output=True, text=True, check=True)
    assert "--json" in done.stdout
    assert "--quick" in done.stdout


def test_the_pages_of_images_in_the_readme_exist() -> None:
    images = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)
    assert images
    assert all((ROOT / image).exists() for image in images)
