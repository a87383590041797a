"""A family: one formulation asked again and again with other numbers in some of its parameters.

``theta`` is the vector of all entries of the varying parameters, in the order of ``Family.names`` and of their index
sets. Where the program depends affinely on it, costs, bounds and coefficients of many members come at once, as
arrays over one shared sparse pattern; elsewhere each member is grounded anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from formulations.data import Instance
from formulations.dependence import Dependence, NotAffineError, dependence, parameter_labels
from formulations.ground import ground
from formulations.layout import column_block, layouts
from formulations.program import Floats, Labels, Program


class FamilyError(ValueError):
    """The parameters cannot vary: ``str`` says which, why and what to do."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Members:
    """The programs of S values of theta over one pattern: ``family.pattern`` with ``coefficients`` as its data.

    costs, column_lower, column_upper: (S, n). offsets: (S,). row_lower, row_upper: (S, m). coefficients: (S, nnz), or
    (1, nnz) where no coefficient varies. Infinite bounds mean "no bound"; costs and offsets are in the user's sense.
    """

    costs: Floats
    offsets: Floats
    column_lower: Floats
    column_upper: Floats
    row_lower: Floats
    row_upper: Floats
    coefficients: Floats


@dataclass(frozen=True, eq=False)
class Family:
    """An instance and the names of the parameters that vary.

    dependence: the affine maps from theta to the program, None where there are none; ``reason`` says why.
    """

    instance: Instance
    names: tuple[str, ...]
    dependence: Dependence | None
    reason: str
    labels: Labels

    @cached_property
    def columns(self) -> Labels:
        """The labels of the columns, the same for every member."""
        if self.dependence is not None:
            return self.dependence.frame.columns
        return Labels(tuple(column_block(layout) for layout in layouts(self.instance).values()))

    @property
    def size(self) -> int:
        """K, the number of entries that vary."""
        return len(self.labels)

    @cached_property
    def base(self) -> Floats:
        """The entries of the instance itself: shape (K,)."""
        return self.theta({})

    def theta(self, parameters: Mapping[str, Floats]) -> Floats:
        """The entries of all varying parameters in one vector, those not given as in the instance."""
        parts = [np.asarray(parameters.get(name, self.instance.parameters[name])).ravel() for name in self.names]
        return np.concatenate([np.zeros(0), *parts]).astype(float)

    def parameters(self, theta: Floats) -> dict[str, Floats]:
        """One array per varying parameter, one axis for each of its index sets."""
        shapes = [self.instance.parameters[name].shape for name in self.names]
        edges = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
        pieces = np.split(theta, edges) if self.names else []
        return {name: piece.reshape(shape) for name, piece, shape in zip(self.names, pieces, shapes, strict=True)}

    def member(self, theta: Floats) -> Instance:
        """The instance with these entries. Its ``data`` stay those of the family's instance."""
        return replace(self.instance, parameters={**self.instance.parameters, **self.parameters(theta)})

    def program(self, theta: Floats) -> Program:
        """The grounded program of one member. Raises GroundingError where an expression has no value there."""
        if self.dependence is None:
            return ground(self.member(theta))
        return self.dependence.program(theta)

    @property
    def pattern(self) -> Program:
        """A program with the columns, rows and sparsity of every member. Raises FamilyError without affine maps."""
        return self._maps().frame

    def members(self, thetas: Floats) -> Members:
        """The arrays of many members: ``thetas`` has shape (S, K). Raises FamilyError without affine maps."""
        maps = self._maps()
        varying = maps.coefficients.slopes.nnz
        return Members(
            costs=maps.cost.at(thetas),
            offsets=maps.offset.at(thetas)[:, 0],
            column_lower=maps.column_lower.at(thetas),
            column_upper=maps.column_upper.at(thetas),
            row_lower=maps.row_lower.at(thetas),
            row_upper=maps.row_upper.at(thetas),
            coefficients=maps.coefficients.at(thetas) if varying else maps.coefficients.constant[None],
        )

    def _maps(self) -> Dependence:
        if self.dependence is None:
            raise FamilyError(f"the members of this family have no arrays in common: {self.reason}")
        return self.dependence


def family(instance: Instance, names: Sequence[str]) -> Family:
    """The family in which the parameters called ``names`` vary.

    Raises FamilyError for names that are no parameters, GroundingError where the instance itself cannot be grounded.
    """
    declared = [parameter.name for parameter in instance.formulation.parameters]
    for name in names:
        if name not in declared:
            known = ", ".join(declared) or "none"
            raise FamilyError(f"'{name}' is not a parameter of the formulation (declared: {known})")
    distinct = tuple(dict.fromkeys(names))
    labels = parameter_labels(instance, distinct)
    try:
        return Family(instance, distinct, dependence(instance, distinct), "", labels)
    except NotAffineError as error:
        return Family(instance, distinct, None, str(error), labels)
