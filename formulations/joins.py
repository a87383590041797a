"""The sorted join that index sets and conditions come down to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from formulations.program import Integers


def equal_join(size: int, codes: Integers, keys: Mapping[int, Integers]) -> tuple[Integers, Integers]:
    """All pairs (lane, row of ``codes``) that agree on the key columns, by lane, then by row."""
    dimensions = sorted(keys)
    wanted = np.stack([keys[d] for d in dimensions], axis=1)
    offered = codes[:, dimensions]
    spans = [int(max(wanted[:, d].max(initial=0), offered[:, d].max(initial=0))) + 2 for d in range(len(dimensions))]
    # -1 (an absent member) is shifted to 0, which no row of the set has.
    wanted_keys = np.ravel_multi_index(tuple((wanted + 1).T), spans)
    offered_keys = np.ravel_multi_index(tuple((offered + 1).T), spans)
    order = np.argsort(offered_keys, kind="stable")
    ordered = offered_keys[order]
    start = np.searchsorted(ordered, wanted_keys, side="left")
    counts = np.searchsorted(ordered, wanted_keys, side="right") - start
    lanes = np.repeat(np.arange(size, dtype=np.int64), counts)
    offsets = np.arange(len(lanes)) - np.repeat(np.cumsum(counts) - counts, counts)
    return lanes, order[np.repeat(start, counts) + offsets]
