"""The one place that imports torch: two seconds, so only when a proxy is trained or asked."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

INSTALL = 'pip install "optcopilot[proxies]"'


class TorchMissingError(RuntimeError):
    """Torch is not installed: ``str`` says how to get it."""

    def __init__(self) -> None:
        super().__init__(f"learned proxies need torch, which is not installed; install it with: {INSTALL}")


def available() -> bool:
    """Whether torch is installed, without importing it."""
    return find_spec("torch") is not None


def load_torch() -> Any:
    """The module torch. Raises TorchMissingError."""
    if not available():
        raise TorchMissingError
    import torch

    return torch


def pick_device(name: str = "auto") -> str:
    """``cuda`` where there is a device, else ``cpu``; a name other than ``auto`` is taken as it is.

    Raises ValueError for a device that is not there.
    """
    torch = load_torch()
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name.split(":")[0] == "cuda" and not torch.cuda.is_available():
        raise ValueError("there is no CUDA device here: choose cpu or auto")
    return name
