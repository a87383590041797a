"""A portfolio on paper: a decision for each asset, all the money invested, what it returns and how much that varies.

Source: Markowitz (1952).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .drafting import Paper, Told


@dataclass(slots=True)
class Portfolio:
    """``share`` are parts of the ``whole``: of 1, or of the money there is. ``risk`` and ``gain`` are expressions of
    the page, empty until the figures for them are given.
    """

    page: Paper
    asset: str
    share: str
    whole: str
    risk: str = ""
    gain: str = ""

    def covariances(self, spread: Mapping[tuple[str, str], Told]) -> None:
        """The risk, by a covariance for each pair of assets, both ways round."""
        given = self.page.table("covariance", (self.asset, self.asset), spread, "covariance of returns")
        self.risk = f"sum({given}[i, j]*{self._pair} for {self._pairs})"

    def spreads(
        self, own: Mapping[str, Told], pairs: Mapping[tuple[str, str], Told], *, deviations: bool, correlations: bool
    ) -> None:
        """The risk, by the standard deviation or the variance of each asset, and by the correlation or the covariance
        of some pairs, each given one way round.
        """
        x, name = self.share, "deviation" if deviations else "variance"
        spread = self.page.column(name, self.asset, own, f"{name} of the return")
        self.risk = f"sum({spread}[i]{'**2' if deviations else ''}*{x}[i]**2 for i in {self.asset})"
        if pairs:
            common = "correlation" if correlations else "covariance"
            given = self.page.table(common, (self.asset, self.asset), pairs, "0 where none is told", default=0.0)
            both = f"{spread}[i]*{spread}[j]" if deviations else f"sqrt({spread}[i]*{spread}[j])"
            term = f"{given}[i, j]*{both}*{self._pair}" if correlations else f"{given}[i, j]*{self._pair}"
            self.risk += f" + 2*sum({term} for {self._pairs})"

    def returns(self, rates: Mapping[str, Told], title: str = "") -> None:
        """The gain, by what each asset returns."""
        rate = self.page.column("expected_return", self.asset, rates, title)
        self.gain = f"sum({rate}[i]*{self.share}[i] for i in {self.asset})"

    @property
    def _pair(self) -> str:
        return f"{self.share}[i]*{self.share}[j]"

    @property
    def _pairs(self) -> str:
        return f"i in {self.asset} for j in {self.asset}"


def portfolio_on(page: Paper, assets: Sequence[str], whole: str = "1", most: str | None = None) -> Portfolio:
    """A portfolio of these assets, all invested; ``most`` is the largest part that one of them may have."""
    asset = page.set("asset", assets)
    upper = None if most is None else most if whole == "1" else f"{most}*{whole}"
    told = "part of the money that goes into it" if whole == "1" else "money that goes into it"
    share = page.variable("share" if whole == "1" else "amount", asset, upper=upper, description=told)
    page.constraint("all_invested", f"sum({share}[i] for i in {asset}) == {whole}")
    return Portfolio(page, asset, share, whole)
