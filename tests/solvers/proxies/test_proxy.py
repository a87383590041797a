"""Proxies answer what the solver would, or let it answer; what they claim is true however badly they were trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formulations.data import Instance, bind
from formulations.files import read_notation
from solvers.dispatch import solve_instance
from solvers.proxies.badge import badge, percent
from solvers.proxies.networks import Kind, Network, Spec
from solvers.proxies.proxy import AbstentionError, Proxy, Settings
from solvers.proxies.ranges import draw, ranges_of
from solvers.proxies.saved import ProxyFileError, decode_proxy, encode_proxy, load_proxy, proxy_path, save_proxy
from solvers.proxies.training import Progress, Training, UntrainableError, train
from solvers.solution import Termination
from solvers.spaces import Space, space
from solvers.variations import parse_variation

GALLERY = Path(__file__).resolve().parents[3] / "assets" / "gallery"
QUICK = Training(samples=48, validation=16, epochs=15, seconds=100.0, device="cpu", layers=(16,))


def instance_of(name: str) -> Instance:
    document = read_notation((GALLERY / f"{name}.opt").read_text())
    return bind(document.formulation, document.data)


def space_of(name: str, *lines: str) -> Space:
    return space(instance_of(name), [parse_variation(line) for line in lines])


@pytest.fixture(scope="module")
def transport() -> Space:
    return space_of("transport", "demand: 80%..102%", "cost: +-20%")


@pytest.fixture(scope="module")
def trained(transport: Space) -> Proxy:
    return train(transport, QUICK)


def test_a_trained_network_beats_the_constant_vector_and_says_so(trained: Proxy) -> None:
    report = trained.report
    assert report is not None
    assert report.network is not None
    assert report.network.mean < report.constant.mean
    assert report.ascent.mean < 1e-6
    assert "HiGHS cold" in "\n".join(report.lines())


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("transport", ("demand: 80%..102%", "cost: +-20%")),
        ("diet", ("cost: +-30%",)),
        ("knapsack", ("worth: +-30%",)),
        ("warehouses", ("demand together: +-20%",)),
        ("inventory", ("demand: +-10%",)),
    ],
)
def test_answers_are_those_of_the_solver(name: str, lines: tuple[str, ...]) -> None:
    own = space_of(name, *lines)
    proxy = train(own, replace(QUICK, epochs=2))
    for theta in draw(own, 4, seed=9):
        answer, true = proxy.answer(theta), solve_instance(own.family.member(theta))
        assert answer.termination.has_values == true.termination.has_values
        if true.objective is not None:
            assert answer.objective == pytest.approx(true.objective, rel=1e-4)


def test_bounds_of_many_members_are_certified_in_the_sense_of_the_user() -> None:
    own = space_of("knapsack", "worth: +-30%")
    proxy = train(own, replace(QUICK, epochs=2))
    thetas = draw(own, 6, seed=1)
    for bound, theta in zip(proxy.bounds(thetas), thetas, strict=True):
        true = solve_instance(own.family.member(theta)).objective
        assert true is not None
        assert true <= bound + 1e-9 * abs(bound)


def test_sweeps_are_answered_at_once_and_the_solver_does_the_rest(trained: Proxy, transport: Space) -> None:
    thetas = draw(transport, 12, seed=5)
    thetas[3] = 9000.0  # far more than can be shipped
    answers = trained.first_answers(thetas)
    assert answers[3] is None
    for k, (theta, answer) in enumerate(zip(thetas, answers, strict=True)):
        if k != 3:
            true = solve_instance(trained.family.member(theta)).objective
            assert answer is not None
            assert answer.objective == pytest.approx(true, rel=1e-4)
            assert badge(answer).startswith("certified within")
    assert planted(trained, np.nan).first_answers(thetas) == [None] * 12


def test_infeasible_questions_get_a_proof(trained: Proxy) -> None:
    answer = trained.answer({"demand": np.array([9000.0, 300.0, 275.0])})
    assert answer.termination is Termination.INFEASIBLE
    assert badge(answer) in ("infeasible, certified", "exact")
    assert "outside the ranges" in answer.note or answer.source == "exact"


def planted(trained: Proxy, base: float) -> Proxy:
    """A proxy that predicts nonsense, and whose ascent may not mend it."""
    spec = trained.network.spec
    wrong = Spec(
        kind=Kind.CONSTANT,
        base=np.full(spec.base.shape, base),
        scale=spec.scale,
        center=spec.center,
        spread=spec.spread,
    )
    return Proxy(
        trained.family, trained.ranges, Network(wrong), settings=Settings(steps=0), report=None, inner=trained.inner
    )


@pytest.mark.parametrize("base", [0.0, 1e9, -1e9, np.nan, np.inf])
def test_an_untrained_or_mistrained_proxy_never_claims_what_is_wrong(trained: Proxy, base: float) -> None:
    bad = planted(trained, base)
    thetas = draw_from(trained, 5)
    for theta, bound in zip(thetas, bad.bounds(thetas), strict=True):
        true = solve_instance(bad.family.member(theta))
        answer = bad.answer(theta)
        assert answer.objective == pytest.approx(true.objective, rel=1e-6)
        assert answer.source == "exact"
        assert true.objective is not None
        assert bound <= true.objective + 1e-7 * abs(true.objective)


@pytest.mark.parametrize("base", [0.0, 1e9, -1e9, np.nan])
def test_it_abstains_on_integer_programs(base: float) -> None:
    own = space_of("knapsack", "worth: +-30%")
    bad = planted(train(own, replace(QUICK, epochs=1)), base)
    for theta in draw(own, 3, seed=4):
        true = solve_instance(own.family.member(theta)).objective
        assert bad.answer(theta).objective == pytest.approx(true, rel=1e-6)


def draw_from(proxy: Proxy, count: int) -> np.ndarray:
    """Parameters far outside of what was trained for, and inside."""
    random = np.random.default_rng(0)
    inside = proxy.ranges.lower + random.random((count, proxy.family.size)) * proxy.ranges.spread
    inside[::2] *= random.uniform(0.2, 0.9)
    return inside


def test_formulations_beyond_linear_are_handed_to_the_solver() -> None:
    own = space_of("transport", "demand: 80%..102%")
    proxy = train(own, replace(QUICK, epochs=1))
    with pytest.raises(ValueError, match="entries vary"):
        proxy.attempt(np.zeros(7))
    broken = planted(proxy, np.nan)
    broken.network.spec.base.resize(2, refcheck=False)
    with pytest.raises(AbstentionError, match="number of rows"):
        broken.attempt(own.family.base)
    assert broken.answer(own.family.base).source == "exact"


def test_saving_and_loading_keeps_every_prediction(trained: Proxy, tmp_path: Path) -> None:
    place = proxy_path(tmp_path / "transport.opt")
    assert place.name == "transport.proxy.npz"
    save_proxy(trained, place)
    again = load_proxy(place, trained.family.instance, device="cpu")
    thetas = draw_from(trained, 4)
    np.testing.assert_array_equal(again.bounds(thetas), trained.bounds(thetas))
    assert again.report == trained.report
    assert again.ranges.variations == trained.ranges.variations


def test_other_numbers_in_what_varies_keep_a_proxy_valid_and_any_other_change_does_not(trained: Proxy) -> None:
    content = encode_proxy(trained)
    document = read_notation((GALLERY / "transport.opt").read_text())
    other = document.data.model_copy(update={"parameters": {**document.data.parameters}})
    text = (GALLERY / "transport.opt").read_text()
    moved = read_notation(text.replace("Paris: 325", "Paris: 300"))
    assert decode_proxy(content, bind(moved.formulation, moved.data)).fits(bind(document.formulation, other))
    for before, after in (("<= supply[i]", ">= supply[i]"), ("Porto: 600", "Porto: 610"), ("Milan", "Turin")):
        changed = read_notation(text.replace(before, after))
        with pytest.raises(ProxyFileError, match="train it again"):
            decode_proxy(content, bind(changed.formulation, changed.data))
        assert not trained.fits(bind(changed.formulation, changed.data))


def test_damaged_files_are_refused(trained: Proxy, tmp_path: Path) -> None:
    content = encode_proxy(trained)
    for wrong in (b"", b"PK", content[: len(content) // 2], content[:-30]):
        with pytest.raises(ProxyFileError, match="train it again"):
            decode_proxy(wrong, trained.family.instance)
    with pytest.raises(ProxyFileError, match="train a proxy first"):
        load_proxy(tmp_path / "none.proxy.npz", trained.family.instance)


def test_pickles_are_never_opened(trained: Proxy, tmp_path: Path) -> None:
    place = tmp_path / "evil.proxy.npz"
    np.savez(place, header=np.array([{"an": "object"}], dtype=object))
    with pytest.raises(ProxyFileError):
        load_proxy(place, trained.family.instance)


def test_training_can_be_watched_and_stopped(transport: Space) -> None:
    seen: list[Progress] = []

    def watch(progress: Progress) -> bool:
        seen.append(progress)
        return progress.epoch >= 3

    proxy = train(transport, replace(QUICK, epochs=1000, patience=1000), watch=watch)
    assert proxy.report is not None
    assert proxy.report.epochs == 3
    assert [progress.stage for progress in seen][:2] == ["drawing instances", "training"]


def test_ranges_without_any_plan_cannot_be_trained_for() -> None:
    own = space_of("transport", "demand: 500%..600%")
    with pytest.raises(UntrainableError, match="infeasible"):
        train(own, QUICK)


def test_a_graph_network_trains_too(transport: Space) -> None:
    proxy = train(transport, replace(QUICK, kind=Kind.GRAPH, epochs=3, layers=(8, 8)))
    assert proxy.report is not None
    assert proxy.report.kept == "graph"
    assert decode_proxy(encode_proxy(proxy), transport.family.instance).report == proxy.report


def test_ranges_know_what_lies_inside(transport: Space) -> None:
    box = ranges_of(transport)
    assert all(box.holds(theta) for theta in draw(transport, 20, seed=0))
    assert not box.holds(2 * box.upper)


@pytest.mark.parametrize(
    ("share", "words"), [(0.000123, "0.013 %"), (0.5, "50 %"), (0.0, "0.000001 %"), (0.00999, "1 %")]
)
def test_percentages_are_rounded_up(share: float, words: str) -> None:
    assert percent(share) == words


def test_training_keeps_to_its_time_and_refuses_what_is_too_large(
    transport: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    from solvers.proxies import training

    monkeypatch.setattr(training, "MEMORY", 100)
    proxy = train(transport, QUICK)
    assert proxy.report is not None
    assert proxy.report.instances == training.PROBE
    monkeypatch.setattr(training, "LARGEST", 1)
    with pytest.raises(UntrainableError, match="too many for a proxy"):
        train(space_of("portfolio", "wanted: +-5%"), QUICK)


def test_the_report_says_when_the_solver_is_quicker(trained: Proxy) -> None:
    report = trained.report
    assert report is not None
    assert report.cold_microseconds is not None
    slow = report.model_copy(update={"ascent": report.ascent.model_copy(update={"microseconds": 1e9})})
    quick = report.model_copy(update={"ascent": report.ascent.model_copy(update={"microseconds": 1e-3})})
    assert "HiGHS is quicker" in slow.lines()[-1]
    assert "HiGHS is quicker" not in quick.lines()[-1]
