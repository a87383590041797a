"""BLISS, by way of igraph, where that is installed: canonical labelings of large symmetric graphs.

igraph is under the GPL and therefore an extra; without it our own search does the work, more slowly on symmetric
programs. Source: Junttila & Kaski (2007), Engineering an efficient canonical labeling tool.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def available() -> bool:
    """Whether igraph is installed."""
    return _igraph() is not None


def _igraph() -> Any:
    try:
        return import_module("igraph")
    except ImportError:
        return None


def canonical_order(vertices: Sequence[int], edges: Ints) -> list[int] | None:
    """The canonical number of each vertex of a graph with coloured vertices; None without igraph.

    ``edges`` has the shape (count, 2). Vertices of two graphs with the same number correspond if the graphs are
    isomorphic; whoever asks must check that.
    """
    igraph = _igraph()
    if igraph is None:
        return None
    graph = igraph.Graph(n=len(vertices), edges=edges)
    return list(graph.canonical_permutation(color=list(vertices)))
