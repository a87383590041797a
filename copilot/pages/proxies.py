"""A learned proxy for the sliders: trained in a process of its own, watched, reported, used where it certifies."""

from __future__ import annotations

import hashlib
import html
import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from copilot.compiled import Compiled
from copilot.exploring import Explorer, explorer
from copilot.pages.notices import notice
from copilot.store import default_store
from solvers.proxies.background import TrainingJob
from solvers.proxies.saved import SUFFIX, ProxyFileError, load_proxy
from solvers.proxies.torch_gate import TorchMissingError, available
from solvers.proxies.training import Training

#: Instances to learn from: at most, at least, and for each second of training.
_SAMPLES, _LEAST, _SAMPLES_PER_SECOND = 384, 48, 24


def show(compiled: Compiled, found: Explorer, lines: Sequence[str]) -> None:
    """Offers, watches or reports the proxy of these variations."""
    st.caption(
        "A network learns the shadow prices for the whole range of the sliders. Each of its answers carries a bound "
        "that holds whatever the network says; where the gap is too large, the solver answers instead."
    )
    if not available():
        st.info('Learned proxies need torch: pip install "optcopilot[proxies]"')
        return
    job = st.session_state.get("training")
    if isinstance(job, TrainingJob) and st.session_state.get("training of") == tuple(lines):
        if job.running:
            _watch(job)
            return
        if job.error:
            notice("warning", job.error)
    if found.proxy is not None:
        _report(found)
    path = _path(compiled, lines)
    left, middle, _ = st.columns([2, 2, 3], vertical_alignment="bottom")
    seconds = left.number_input("Seconds of training", 2, 3600, 15, step=5)
    if middle.button("Train a proxy", type="primary", icon=":material/model_training:", width="stretch"):
        path.parent.mkdir(parents=True, exist_ok=True)
        # A short training needs few instances to learn from, or drawing them would take all of it.
        samples = int(min(_SAMPLES, max(_LEAST, _SAMPLES_PER_SECOND * seconds)))
        training = Training(seconds=float(seconds), samples=samples, validation=max(_LEAST // 2, samples // 4))
        st.session_state["training"] = TrainingJob(compiled.document, list(lines), training, path=path)
        st.session_state["training of"] = tuple(lines)
        st.rerun()
    if found.proxy is None and path.exists():
        _use(compiled, lines, path)


@st.fragment(run_every=0.5)
def _watch(job: TrainingJob) -> None:
    if not job.running:
        st.rerun()
    told = job.progress
    if told is None:
        st.progress(0.0, text="starting …")
    else:
        gap = "" if told.gap is None else f", mean certified gap {told.gap:.4%}"
        st.progress(min(1.0, told.epoch / 300), text=f"{told.stage}: epoch {told.epoch}{gap}, {told.seconds:.0f} s")
    if st.button("Stop and keep the best so far"):
        job.stop()


def _use(compiled: Compiled, lines: Sequence[str], path: Path) -> None:
    """Takes the proxy on the disk into use."""
    assert compiled.instance is not None
    try:
        proxy = load_proxy(path, compiled.instance, device="cpu")
    except (ProxyFileError, TorchMissingError) as error:
        path.unlink(missing_ok=True)
        notice("warning", str(error))
        return
    kept = explorer(compiled.instance, lines, proxy)
    st.session_state["explorer"] = (compiled.document, tuple(lines), kept)
    st.rerun()


def _report(found: Explorer) -> None:
    assert found.proxy is not None
    found.proxy_first = st.toggle("The sliders ask the proxy first", value=found.proxy_first, key=f"first {id(found)}")
    if found.proxy.report is not None:
        report = html.escape("\n".join(found.proxy.report.lines()))
        st.html(f"<pre class='report'>{report}</pre>")  # quicker to draw again than highlighted code


def _path(compiled: Compiled, lines: Sequence[str]) -> Path:
    """Beside the stored sessions, by formulation, data and variations; elsewhere if that folder is not to be had."""
    content = compiled.document.model_dump_json() + "\n".join(lines)
    name = hashlib.sha256(content.encode()).hexdigest()[:24] + SUFFIX
    folder = default_store().folder / "proxies"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir())
    return folder / name
