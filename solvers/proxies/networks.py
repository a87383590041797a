"""Functions from a problem to its duals: a constant vector, a fully connected network, a bipartite graph network.

Each returns y = base + scale * f(input), with ``base`` the constant vector, so that a network starts as good as no
network. The graph network passes messages between rows and columns along the entries of A; it reads changed
coefficients, costs and bounds, and fits problems of any size. Source: Gasse et al. (2019), Exact combinatorial
optimization with graph convolutional neural networks; predicting duals and training on the bound itself: Tanneau &
Van Hentenryck (2024), Dual Lagrangian Learning for Conic Optimization, arXiv 2402.03086.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from formulations.program import Floats
from solvers.proxies.batch import Batch
from solvers.proxies.torch_gate import load_torch


class Kind(Enum):
    """What stands for y as a function of the parameters."""

    CONSTANT = "constant"
    DENSE = "dense"
    GRAPH = "graph"


@dataclass(frozen=True, eq=False, kw_only=True)
class Spec:
    """The shape of a network and its fixed numbers.

    base, scale: (m,), for curved programs (m + n,): duals, then a point for the tangents. center, spread: (K,)
    normalize the parameters. layers: widths of the hidden layers (for a graph: of its messages, once for each round).
    """

    kind: Kind
    base: Floats
    scale: Floats
    center: Floats
    spread: Floats
    layers: tuple[int, ...] = (64, 64)


class Network:
    """A spec with its weights; ``weights`` are arrays by name, empty for a constant."""

    def __init__(self, spec: Spec, weights: dict[str, Floats] | None = None, *, device: str = "cpu") -> None:
        torch = load_torch()
        self.spec, self.device = spec, device
        self.module = _module(torch, spec)
        if self.module is not None:
            self.module.to(device)
            if weights is not None:
                self.module.load_state_dict({name: torch.as_tensor(np.asarray(a)) for name, a in weights.items()})
        self.base = torch.as_tensor(spec.base, dtype=torch.float64, device=device)
        self.scale = torch.as_tensor(spec.scale, dtype=torch.float64, device=device)

    def weights(self) -> dict[str, Floats]:
        if self.module is None:
            return {}
        return {name: tensor.detach().cpu().numpy() for name, tensor in self.module.state_dict().items()}

    def inputs(self, thetas: Floats, batch: Batch) -> Any:
        """What ``__call__`` takes, on the device."""
        torch = load_torch()
        match self.spec.kind:
            case Kind.CONSTANT:
                return torch.zeros((batch.count, 0), device=self.device)
            case Kind.DENSE:
                normal = np.clip((thetas - self.spec.center) / self.spec.spread, -1e3, 1e3)
                return torch.as_tensor(normal, dtype=torch.float32, device=self.device)
            case Kind.GRAPH:
                return graph_features(torch, batch, self.device)

    def __call__(self, inputs: Any) -> Any:
        """Duals (count, m), for curved programs (count, m + n), in float64, with gradients where torch records them."""
        if self.module is None:
            return self.base.expand(len(inputs), -1)
        out = self.module(inputs).double()
        # A graph network speaks of rows only: the points for tangents stay those of the base.
        missing = len(self.base) - out.shape[1]
        return self.base + self.scale * load_torch().nn.functional.pad(out, (0, missing))

    def predict(self, thetas: Floats, batch: Batch) -> Floats:
        """The duals as an array, undefined numbers where the weights are broken."""
        if self.spec.kind is not Kind.GRAPH and self.device == "cpu":
            return self._by_arrays(thetas)
        torch = load_torch()
        with torch.no_grad():
            return np.asarray(self(self.inputs(thetas, batch)).cpu().numpy())

    def _by_arrays(self, thetas: Floats) -> Floats:
        """The same for a constant or a small fully connected network, which the overhead of torch would slow down."""
        base = np.asarray(self.spec.base, dtype=float)
        if self.module is None:
            return np.broadcast_to(base, (len(thetas), len(base)))
        normal = np.clip((thetas - self.spec.center) / self.spec.spread, -1e3, 1e3).astype(np.float32)
        layers = [(part.weight.detach().numpy(), part.bias.detach().numpy()) for part in self.module[::2]]
        with np.errstate(all="ignore"):
            for weight, bias in layers[:-1]:
                linear = normal @ weight.T + bias
                normal = linear / (1 + np.exp(-linear))
            return np.asarray(base + self.spec.scale * (normal @ layers[-1][0].T + layers[-1][1]).astype(float))


def _module(torch: Any, spec: Spec) -> Any:
    match spec.kind:
        case Kind.CONSTANT:
            return None
        case Kind.DENSE:
            return _dense(torch, len(spec.center), spec.layers, len(spec.base))
        case Kind.GRAPH:
            return _graph(torch, spec.layers)


def _dense(torch: Any, inputs: int, layers: tuple[int, ...], outputs: int) -> Any:
    nn, widths = torch.nn, (inputs, *layers)
    parts: list[Any] = []
    for into, out in itertools.pairwise(widths):
        parts += [nn.Linear(into, out), nn.SiLU()]
    last = nn.Linear(widths[-1], outputs)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(*parts, last)


@dataclass(frozen=True, eq=False)
class Graph:
    """rows: (count, m, 5), columns: (count, n, 5), entries: (count, nnz), all of size about one; places of entries."""

    rows: Any
    columns: Any
    entries: Any
    row_places: Any
    column_places: Any

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, chosen: Any) -> Graph:
        return Graph(self.rows[chosen], self.columns[chosen], self.entries[chosen], self.row_places, self.column_places)


def graph_features(torch: Any, batch: Batch, device: str) -> Graph:
    """Rows by their sides, columns by cost and bounds, entries by coefficients; numbers are scaled within each kind."""

    def scaled(array: Floats) -> Floats:
        finite = np.where(np.isfinite(array), array, 0.0)
        size = np.abs(finite).max(initial=0.0)
        return np.broadcast_to(finite / (size if size > 0 else 1.0), (batch.count, array.shape[1]))

    def flags(array: Floats) -> Floats:
        return np.broadcast_to(np.isfinite(array).astype(float), (batch.count, array.shape[1]))

    def stack(parts: list[Floats]) -> Any:
        return torch.as_tensor(np.stack(parts, axis=2), dtype=torch.float32, device=device)

    sides = (batch.row_lower, batch.row_upper)
    ends = (batch.column_lower, batch.column_upper)
    equal = np.broadcast_to((batch.row_lower == batch.row_upper).astype(float), (batch.count, batch.row_count))
    return Graph(
        stack([*map(scaled, sides), *map(flags, sides), equal]),
        stack([scaled(batch.cost), *map(scaled, ends), *map(flags, ends)]),
        torch.as_tensor(scaled(batch.values).copy(), dtype=torch.float32, device=device),
        torch.as_tensor(batch.rows, device=device),
        torch.as_tensor(batch.columns, device=device),
    )


def _graph(torch: Any, layers: tuple[int, ...]) -> Any:
    nn, width = torch.nn, layers[0]
    base: Any = nn.Module

    class _Bipartite(base):  # type: ignore[misc]
        """Rounds of messages columns -> rows -> columns, then one number for each row."""

        def __init__(self) -> None:
            super().__init__()
            self.embed_rows, self.embed_columns = nn.Linear(5, width), nn.Linear(5, width)
            self.to_rows = nn.ModuleList(nn.Linear(2 * width, width) for _ in layers)
            self.to_columns = nn.ModuleList(nn.Linear(2 * width, width) for _ in layers)
            self.out = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, 1))
            nn.init.zeros_(self.out[-1].weight)
            nn.init.zeros_(self.out[-1].bias)

        def forward(self, graph: Graph) -> Any:
            act = nn.functional.silu
            rows, columns = act(self.embed_rows(graph.rows)), act(self.embed_columns(graph.columns))
            for to_rows, to_columns in zip(self.to_rows, self.to_columns, strict=True):
                sums = _messages(graph.entries, columns, graph.column_places, graph.row_places, rows.shape[1])
                rows = rows + act(to_rows(torch.cat([rows, sums], dim=2)))
                sums = _messages(graph.entries, rows, graph.row_places, graph.column_places, columns.shape[1])
                columns = columns + act(to_columns(torch.cat([columns, sums], dim=2)))
            return self.out(rows)[..., 0]

    return _Bipartite()


def _messages(entries: Any, source: Any, origin: Any, target: Any, size: int) -> Any:
    """Coefficient-weighted means of neighbours: (count, size, width)."""
    sums = source.new_zeros((len(source), size, source.shape[2]))
    sums.index_add_(1, target, entries[..., None] * source[:, origin])
    degree = source.new_zeros(size).index_add_(0, target, source.new_ones(len(target)))
    return sums / degree.clamp_min(1.0)[:, None]
