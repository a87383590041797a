"""A trained proxy as a file beside its formulation: an npz archive of arrays and one JSON header, never pickled."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from formulations.data import Instance
from formulations.ground import GroundingError
from formulations.program import Floats
from solvers.families import Family, FamilyError, family
from solvers.proxies.fingerprint import fingerprint
from solvers.proxies.networks import Kind, Network, Spec
from solvers.proxies.proxy import Proxy, Settings
from solvers.proxies.ranges import Ranges
from solvers.proxies.report import Report
from solvers.proxies.torch_gate import pick_device

SUFFIX = ".proxy.npz"
_FORMAT = "optcopilot-proxy"
_VERSION = 1
_ARRAYS = ("base", "scale", "center", "spread", "lower", "upper")
_WEIGHT = "weights/"


class ProxyFileError(ValueError):
    """A proxy cannot be opened or written: ``str`` says which, why and what to do."""


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str
    version: int
    fingerprint: str
    names: tuple[str, ...]
    kind: Kind
    layers: tuple[int, ...]
    tolerance: float
    steps: int
    warmth: float
    variations: tuple[str, ...]
    report: Report | None


def proxy_path(file: Path | str) -> Path:
    """Where the proxy of a formulation file lies: ``bakery.opt`` has ``bakery.proxy.npz`` beside it."""
    return Path(file).with_suffix(SUFFIX)


def save_proxy(proxy: Proxy, path: Path | str) -> None:
    """Writes the file, whole or not at all. Raises ProxyFileError."""
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(encode_proxy(proxy))
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ProxyFileError(f"{path} cannot be written ({error.strerror}): choose another place") from None


def load_proxy(path: Path | str, instance: Instance, *, device: str = "auto") -> Proxy:
    """The proxy in a file, for an instance that differs from the one trained for in the varying numbers only.

    Raises ProxyFileError for a file that is missing, damaged or of another formulation, TorchMissingError.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ProxyFileError(f"{path} cannot be read ({error.strerror}): train a proxy first") from None
    return decode_proxy(content, instance, name=path.name, device=device)


def encode_proxy(proxy: Proxy) -> bytes:
    """The content of a proxy file."""
    spec, settings = proxy.network.spec, proxy.settings
    header = _Header(
        format=_FORMAT,
        version=_VERSION,
        fingerprint=proxy.fingerprint,
        names=proxy.family.names,
        kind=spec.kind,
        layers=spec.layers,
        tolerance=settings.tolerance,
        steps=settings.steps,
        warmth=settings.warmth,
        variations=proxy.ranges.variations,
        report=proxy.report,
    )
    arrays: dict[str, Floats] = {"header": np.frombuffer(header.model_dump_json().encode(), dtype=np.uint8)}
    owners = (spec, spec, spec, spec, proxy.ranges, proxy.ranges)
    arrays |= {name: getattr(owner, name) for name, owner in zip(_ARRAYS, owners, strict=True)}
    if proxy.inner is not None:
        arrays["inner"] = proxy.inner
    arrays |= {_WEIGHT + name: array for name, array in proxy.network.weights().items()}
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
    return stream.getvalue()


def decode_proxy(content: bytes, instance: Instance, *, name: str = "proxy", device: str = "auto") -> Proxy:
    """The proxy in the content of a file. Raises ProxyFileError, TorchMissingError."""
    device = pick_device(device)
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
        header = _Header.model_validate_json(arrays.pop("header").tobytes())
    except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile, ValidationError):
        raise ProxyFileError(f"{name} is damaged or is no proxy: train it again") from None
    if header.format != _FORMAT or header.version != _VERSION:
        raise ProxyFileError(f"{name} comes from another version of the program: train it again")
    own = _family(header, instance, name)
    try:
        return _assembled(header, arrays, own, device)
    except (KeyError, ValueError, RuntimeError, TypeError):
        raise ProxyFileError(f"{name} is damaged, its arrays do not fit together: train it again") from None


def _family(header: _Header, instance: Instance, name: str) -> Family:
    try:
        own = family(instance, header.names)
    except (FamilyError, GroundingError):
        own = None
    if own is None or fingerprint(own) != header.fingerprint:
        varying = ", ".join(header.names)
        raise ProxyFileError(
            f"{name} was trained for another formulation: something besides {varying} has changed since; train it again"
        )
    return own


def _assembled(header: _Header, arrays: dict[str, Floats], own: Family, device: str) -> Proxy:
    weights = {key.removeprefix(_WEIGHT): arrays.pop(key) for key in list(arrays) if key.startswith(_WEIGHT)}
    base, scale, center, spread, lower, upper = (np.asarray(arrays[key], dtype=float) for key in _ARRAYS)
    if not all(array.shape == (own.size,) for array in (center, spread, lower, upper)) or base.shape != scale.shape:
        raise ValueError("shapes")
    spec = Spec(kind=header.kind, base=base, scale=scale, center=center, spread=spread, layers=header.layers)
    settings = Settings(tolerance=header.tolerance, steps=header.steps, warmth=header.warmth)
    network = Network(spec, weights, device=device)
    inner = arrays.get("inner")
    return Proxy(
        own, Ranges(lower, upper, header.variations), network, settings=settings, report=header.report, inner=inner
    )
