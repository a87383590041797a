"""What a trained proxy is worth, measured on parameter values it has not seen."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Gaps(BaseModel):
    """Relative distances between optimum and certified bound: shares, not per cent. ``missing``: instances without."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mean: float
    quantile95: float
    largest: float
    missing: int = 0
    microseconds: float


class Report(BaseModel):
    """Gaps and times per instance on ``instances`` new values of the parameters; ``infeasible`` more have no plan.

    constant: one dual vector for all. network: what the network predicts. ascent: after the steps that follow it.
    cold: the solver (HiGHS for linear programs) from scratch; warm: HiGHS from the last optimum, in microseconds for
    each, both to the optimum of the relaxation. kept: which function
    predicts the duals in the end, with the reason in ``why``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    instances: int
    infeasible: int
    constant: Gaps
    network: Gaps | None
    ascent: Gaps
    solver: str
    cold_microseconds: float | None
    warm_microseconds: float | None
    kept: str
    why: str
    training_seconds: float
    epochs: int
    device: str

    def lines(self) -> tuple[str, ...]:
        """The report for people."""
        none = f" ({self.infeasible} more are infeasible)" if self.infeasible else ""
        rows = [f"{self.instances} new instances{none}: certified gap (mean, 95 %, largest) and time for each"]
        named = (("constant dual", self.constant), ("network", self.network), ("with ascent", self.ascent))
        for name, gaps in named:
            if gaps is not None:
                missing = f", {gaps.missing} without a bound" if gaps.missing else ""
                rows.append(
                    f"  {name:<14} {gaps.mean:9.4%} {gaps.quantile95:9.4%} {gaps.largest:9.4%}"
                    f"  {gaps.microseconds:8.0f} us{missing}"
                )
        if self.cold_microseconds is not None:
            rows.append(f"  {self.solver + ' cold':<14} {'exact':>29}  {self.cold_microseconds:8.0f} us")
        if self.warm_microseconds is not None:
            rows.append(f"  {self.solver + ' warm':<14} {'exact':>29}  {self.warm_microseconds:8.0f} us")
        rows.append(f"  kept: {self.kept} ({self.why})")
        quickest = min(filter(None, (self.cold_microseconds, self.warm_microseconds)), default=None)
        if quickest is not None and quickest < self.ascent.microseconds:
            rows.append(f"  {self.solver} is quicker than the proxy here, which adds the certificate but no speed")
        return tuple(rows)
