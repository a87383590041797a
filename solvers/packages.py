"""Whether the package behind a solver is installed, found without importing it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from solvers.solver import Availability


def packaged(package: str, install: str) -> Availability:
    """The availability of a package; ``install`` is the command that brings it."""
    try:
        return Availability(installed=True, version=version(package))
    except PackageNotFoundError:
        return Availability(installed=False, reason=f"the package {package} is not installed", install=install)
