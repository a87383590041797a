"""A run as one HTML page that needs nothing else: figures, the coverage curve, and every sample that is not right."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from copilot.evaluation.figures import Scored
from copilot.evaluation.intervals import Share
from copilot.evaluation.outcome import Stage
from copilot.evaluation.report import (
    Row,
    between,
    coverage,
    facts,
    label,
    misses,
    number,
    percent,
    result,
    rows,
    shortened,
    surest_half,
    verdict,
)
from copilot.evaluation.runner import Run

_STYLE = """
:root { --ink: #1c2330; --soft: #5b6678; --line: #dfe4ec; --paper: #fff; --back: #f5f7fa; --blue: #2f6fde;
  --red: #b3372f; --amber: #9a6400; --mono: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ef; --soft: #9aa6b8; --line: #303a49; --paper: #1a212c;
  --back: #12171f; --blue: #78a6f5; --red: #f08a82; --amber: #e0b25c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 20px 80px; }
h1 { margin: 0 0 4px; font-size: 26px; } h2 { margin: 36px 0 12px; font-size: 18px; }
.soft { color: var(--soft); } .card { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px; margin: 20px 0; }
.tile { padding: 14px 16px; } .tile b { display: block; font-size: 26px; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 8px 12px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; } tr:last-child td { border-bottom: 0; }
th { color: var(--soft); font-weight: 600; font-size: 13px; }
.bar { display: inline-block; width: 90px; height: 8px; margin-left: 10px; border-radius: 4px;
  background: var(--line); vertical-align: middle; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--blue); }
.tools { display: flex; gap: 10px; flex-wrap: wrap; margin-bottom: 12px; }
.tools input, .tools select { padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px;
  background: var(--paper); color: var(--ink); font: inherit; }
.tools input { flex: 1; min-width: 220px; }
details { margin-bottom: 8px; } details[hidden] { display: none; }
summary { display: flex; gap: 14px; align-items: baseline; padding: 10px 16px; cursor: pointer; flex-wrap: wrap; }
summary .id { font-weight: 600; min-width: 150px; } summary .numbers { margin-left: auto; font-family: var(--mono);
  font-size: 13px; } .tag { font-size: 12px; padding: 2px 9px; border-radius: 20px; border: 1px solid currentColor; }
.executed { color: var(--red); } .refused { color: var(--soft); } .other { color: var(--amber); }
.inside { padding: 0 16px 14px; display: grid; gap: 12px; grid-template-columns: 1fr 1fr; }
.inside h3 { margin: 6px 0; font-size: 13px; color: var(--soft); } .wide { grid-column: 1 / -1; }
pre { margin: 0; padding: 12px; background: var(--back); border-radius: 8px; white-space: pre-wrap;
  overflow-wrap: anywhere; font: 13px/1.5 var(--mono); }
p.text { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
p.text.tabular { font: 12px/1.5 ui-monospace, Menlo, "DejaVu Sans Mono", monospace; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0; padding: 14px 16px; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.two { display: grid; grid-template-columns: 3fr 2fr; gap: 20px; align-items: start; } .curve { padding: 16px; }
.two > * { min-width: 0; }
svg { display: block; width: 100%; max-width: 620px; height: auto; } svg text { fill: var(--soft); font-size: 12px; }
@media (max-width: 720px) { .two, .inside { grid-template-columns: 1fr; } summary .numbers { margin-left: 0; } }
"""
_SCRIPT = """
const words = document.getElementById("words"), kind = document.getElementById("kind");
const stage = document.getElementById("stage"), count = document.getElementById("count");
function filter() {
  let shown = 0;
  for (const item of document.querySelectorAll("details.miss")) {
    const fits = (!kind.value || item.dataset.kind === kind.value)
      && (!stage.value || item.dataset.stage === stage.value)
      && item.textContent.toLowerCase().includes(words.value.toLowerCase());
    item.hidden = !fits; shown += fits;
  }
  count.textContent = shown;
}
for (const control of [words, kind, stage]) control.addEventListener("input", filter);
"""
_COLUMNS = ("", "n", "right", "95 %", "strict 1e-6", "original OptiBench", "valid", "runs", "refused", "seconds")


def html_report(run: Run) -> str:
    """The page; everything that comes from data, drafts or models is escaped."""
    return "".join(_page(run))


def _page(run: Run) -> Iterator[str]:
    names = ", ".join(entry.name for entry in run.header.data)
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield f"<title>Evaluation: {escape(names)}</title><style>{_STYLE}</style></head><body><main>"
    yield f"<h1>Evaluation of {escape(run.header.formulator)}</h1>"
    yield f'<div class="soft">{escape(names)} · {escape(run.header.created)}</div>'
    yield from _tiles(run)
    yield from _table(run)
    yield '<div class="two"><div><h2>Right among the most confident</h2><div class="card curve">'
    yield from _curve(run)
    yield '</div></div><div><h2>To repeat it</h2><div class="card"><dl>'
    yield from (f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts(run))
    yield "</dl></div></div></div>"
    yield from _misses(run)
    yield f"</main><script>{_SCRIPT}</script></body></html>\n"


def _tiles(run: Run) -> Iterator[str]:
    whole = rows(run)[0]
    headline, half = whole.rules[0], surest_half(run)
    yield '<div class="tiles">'
    yield _tile(percent(headline), f"right of {headline.n} ({between(headline)})")
    yield _tile(percent(half), f"right among the surest half ({between(half)})")
    yield _tile(percent(whole.validity), "formulations without errors")
    yield _tile(str(whole.refused), "refused, with the reason")
    yield _tile(f"{whole.seconds:.3f} s", "a problem, median")
    if whole.tokens is not None:
        yield _tile(f"{whole.tokens:.0f}", "tokens a problem")
    yield "</div>"


def _tile(value: str, words: str) -> str:
    return f'<div class="card tile"><b>{escape(value)}</b><span class="soft">{escape(words)}</span></div>'


def _table(run: Run) -> Iterator[str]:
    yield '<div class="card scroll"><table><thead><tr>'
    yield from (f"<th>{escape(column)}</th>" for column in _COLUMNS)
    yield "</tr></thead><tbody>"
    for row in rows(run):
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in _cells(row))}</tr>"
    yield "</tbody></table></div>"


def _cells(row: Row) -> Iterator[str]:
    headline, strict, original = row.rules
    yield escape(row.name)
    yield str(headline.n)
    yield percent(headline) + _bar(headline)
    yield between(headline)
    yield from (percent(share) for share in (strict, original, row.validity, row.execution))
    yield str(row.refused)
    yield f"{row.seconds:.3f}"


def _bar(share: Share) -> str:
    return f'<span class="bar"><i style="width:{100 * (share.value or 0.0):.1f}%"></i></span>'


def _curve(run: Run) -> Iterator[str]:
    """Accuracy over coverage, both from 0 to 100 %."""
    left, top, width, height = 44, 10, 560, 200
    points = [
        (left + width * share, top + height * (1 - accuracy))
        for share, accuracy in coverage(run)
        if accuracy is not None
    ]
    yield f'<svg viewBox="0 0 {left + width + 16} {top + height + 44}" role="img" aria-label="accuracy over coverage">'
    for tick in range(0, 101, 25):
        y, x = top + height * (1 - tick / 100), left + width * tick / 100
        yield f'<line x1="{left}" y1="{y}" x2="{left + width}" y2="{y}" stroke="var(--line)"/>'
        yield f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{tick}%</text>'
        yield f'<text x="{x}" y="{top + height + 18}" text-anchor="middle">{tick}%</text>'
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f'<polyline points="{path}" fill="none" stroke="var(--blue)" stroke-width="2.5"/>'
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="var(--blue)"/>' for x, y in points)
    yield f'<text x="{left + width / 2}" y="{top + height + 38}" text-anchor="middle">'
    yield "most confident share of all samples</text></svg>"


def _misses(run: Run) -> Iterator[str]:
    wrong = misses(run)
    yield f'<h2>Not right: <span id="count">{len(wrong)}</span></h2><div class="tools">'
    yield '<input id="words" type="search" placeholder="Search in questions, formulations and findings">'
    yield _choice("kind", "all kinds", {entry.outcome.kind: entry.outcome.kind for entry in wrong})
    yield _choice("stage", "all reasons", {verdict(entry): verdict(entry) for entry in wrong})
    yield "</div>"
    for entry in wrong:
        yield from _miss(entry)


def _choice(name: str, everything: str, options: dict[str, str]) -> str:
    listed = "".join(
        f'<option value="{escape(value)}">{escape(words)}</option>' for value, words in sorted(options.items())
    )
    return f'<select id="{name}" aria-label="{name}"><option value="">{everything}</option>{listed}</select>'


def _miss(entry: Scored) -> Iterator[str]:
    outcome = entry.outcome
    color = outcome.stage.value if outcome.stage in (Stage.EXECUTED, Stage.REFUSED) else "other"
    yield f'<details class="card miss" data-kind="{escape(outcome.kind)}" data-stage="{verdict(entry)}">'
    yield f'<summary><span class="id">{escape(outcome.id)}</span>'
    yield f'<span class="tag {color}">{verdict(entry)}</span>'
    yield f'<span class="soft">{escape(outcome.kind)} · confidence {outcome.confidence:.2f}</span>'
    yield f'<span class="numbers">{escape(result(entry))} <span class="soft">label</span> {escape(label(entry))}</span>'
    yield '</summary><div class="inside"><div class="wide"><h3>Question</h3>'
    # Tables drawn with strokes stand in columns where all letters are as wide.
    tabular = " tabular" if "\n|" in entry.sample.question else ""
    yield f'<p class="text{tabular}">{escape(shortened(entry.sample.question))}</p></div>'
    if outcome.notation:
        yield f"<div><h3>Formulation</h3><pre>{escape(shortened(outcome.notation))}</pre></div>"
    if outcome.values:
        values = "\n".join(f"{name} = {number(value)}" for name, value in list(outcome.values.items())[:60])
        yield f"<div><h3>Values</h3><pre>{escape(values)}</pre></div>"
    if outcome.findings:
        findings = escape(shortened("\n".join(outcome.findings)))
        yield f'<div class="wide"><h3>Findings</h3><pre>{findings}</pre></div>'
    yield "</div></details>"
