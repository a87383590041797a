"""A Ray cluster: the one that ``RAY_ADDRESS`` names, else one that Ray starts on this machine.

Every node needs this project and its packages installed.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

#: Seconds an actor gets to begin, which includes waiting for a free processor.
_START_LIMIT = 300.0


class ClusterError(RuntimeError):
    """Workers could not begin; ``str`` says why and what to do."""


def ray_missing() -> str:
    """Why the cluster cannot be used; empty if it can."""
    if importlib.util.find_spec("ray") is None:
        return "Ray is not installed: pip install ray, or leave out --engine ray"
    return ""


def ray_package() -> Any:
    """The package, which is optional and takes a second to import."""
    return importlib.import_module("ray")


@contextmanager
def connected(jobs: int) -> Iterator[Any]:
    """The package, joined to a cluster for the time of the block; one of ``jobs`` processors where none is named."""
    ray = ray_package()
    started_here = not ray.is_initialized()
    if started_here:
        address = os.environ.get("RAY_ADDRESS")
        local: dict[str, Any] = {} if address else {"num_cpus": jobs, "include_dashboard": False}
        ray.init(address=address, log_to_driver=False, configure_logging=False, **local)
    try:
        yield ray
    finally:
        if started_here:
            ray.shutdown()


def actor_of(kind: type, argument: object) -> Any:
    """An actor of one processor; several spread over the nodes."""
    return ray_package().remote(kind).options(num_cpus=1, scheduling_strategy="SPREAD").remote(argument)


def this_node() -> str:
    """The name of the node that the calling actor runs on."""
    return str(ray_package().get_runtime_context().get_node_id())


def await_nodes(actors: Sequence[Any]) -> frozenset[str]:
    """The nodes of actors with a method ``node``, once all stand. Raises ClusterError."""
    ray = ray_package()
    try:
        return frozenset(ray.get([actor.node.remote() for actor in actors], timeout=_START_LIMIT))
    except ray.exceptions.GetTimeoutError:
        raise ClusterError(
            f"no node of the cluster had a processor free within {_START_LIMIT:g} s: use fewer --jobs"
        ) from None
    except ray.exceptions.RayError as error:
        raise ClusterError(f"a worker on the cluster could not begin: {first_line(error)}") from None


def first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
