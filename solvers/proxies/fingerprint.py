"""What a proxy was trained for: everything of an instance but the numbers that vary."""

from __future__ import annotations

import hashlib
import json

import numpy as np

from solvers.families import Family


def fingerprint(family: Family) -> str:
    """A hash of the elements as written, the sets, the fixed parameters, and which parameters vary.

    Names and descriptions of the whole do not count; a changed expression, member or fixed number does.
    """
    instance = family.instance
    digest = hashlib.sha256()
    written = instance.formulation.model_dump(mode="json", exclude={"name", "description"})
    digest.update(json.dumps([written, list(family.names)], sort_keys=True).encode())
    for name in sorted(instance.sets):
        members = [instance.sets[name].member(k) for k in range(len(instance.sets[name]))]
        digest.update(json.dumps([name, members]).encode())
    for name in sorted(instance.parameters):
        array = np.ascontiguousarray(instance.parameters[name], dtype=float)
        digest.update(json.dumps([name, list(array.shape)]).encode())
        if name not in family.names:
            digest.update((array + 0.0).tobytes())
    return digest.hexdigest()
