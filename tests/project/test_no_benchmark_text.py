"""No text of a public benchmark is in this project: nothing here has eight words in a row from the development data."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: The data lie beside the project, never inside.
DATA = next((place for parent in ROOT.parents if (place := parent / "shared" / "data").is_dir()), None)
LENGTH = 8
#: Files that hold words; images and the like do not.
WORDY = {".py", ".md", ".txt", ".opt", ".json", ".jsonl", ".toml", ".css", ".html", ".csv", ".yml", ".yaml", ""}


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def shingles(text: str) -> Iterator[tuple[str, ...]]:
    """Eight words in a row, but for those that are mostly names and numbers, like ``x 1 x 2 x 3 x 4``."""
    found = words(text)
    rows = (tuple(found[start : start + LENGTH]) for start in range(len(found) - LENGTH + 1))
    return (row for row in rows if sum(len(word) > 2 and word.isalpha() for word in row) >= LENGTH // 2)


def texts(record: object) -> Iterator[str]:
    """Every text in a record that is long enough to be more than a name."""
    if isinstance(record, str):
        yield record
    elif isinstance(record, dict):
        for value in record.values():
            yield from texts(value)
    elif isinstance(record, list):
        for value in record:
            yield from texts(value)


def benchmark_shingles(folder: Path) -> dict[int, str]:
    """Hashes of all shingles, each with the file that it stands in."""
    found: dict[int, str] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            # Tagged words are one list; sentences are texts of their own.
            parts = [" ".join(record["tokens"])] if isinstance(record.get("tokens"), list) else list(texts(record))
            for part in parts:
                found.update((hash(shingle), path.name) for shingle in shingles(part))
    return found


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("this is no git work tree, so that nobody knows which files belong to the project")
    paths = (ROOT / name for name in listed.stdout.splitlines())
    return [path for path in paths if path.suffix.lower() in WORDY and path.is_file()]


def test_a_copied_sentence_would_be_found() -> None:
    copied = "A baker sells twelve kinds of bread on Monday mornings only."
    assert set(shingles(f"text = '{copied.upper()}'")) & set(shingles(copied))


@pytest.mark.skipif(DATA is None, reason="the development data do not lie beside the project (shared/data)")
def test_no_eight_words_in_a_row_come_from_a_benchmark() -> None:
    assert DATA is not None
    known = benchmark_shingles(DATA)
    assert len(known) > 10_000
    found = []
    for path in tracked():
        text = path.read_text(encoding="utf-8", errors="replace")
        for shingle in shingles(text):
            if hash(shingle) in known:
                found.append(f"{path.relative_to(ROOT)}: {' '.join(shingle)} ({known[hash(shingle)]})")
    assert not found, "\n".join(found)
