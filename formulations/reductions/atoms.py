"""Replacing functions that a solver lacks, wherever they occur and however deep: abs, min, max, piecewise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from formulations.affine import Terms, key, rebuilt, split, total
from formulations.bounds import Box, declared, propagated, terms_interval
from formulations.expression import Call, Expression, children, walk
from formulations.intervals import Interval
from formulations.program import Indicator, Program
from formulations.reductions.big_m import finite_bound
from formulations.reductions.extension import Extension, Origin, Place
from formulations.reductions.position import Position, operand_positions, place_position
from formulations.reductions.reduction import Recover


@dataclass(frozen=True, eq=False)
class Atom:
    """One occurrence of a function that is to go.

    arguments: what its arguments have become (inner occurrences are gone already). originals: what they were,
    over the columns of the program; bounds are read off these.
    """

    function: str
    arguments: tuple[Terms, ...]
    originals: tuple[Terms, ...]
    position: Position
    place: Place
    scene: Scene

    @cached_property
    def origin(self) -> Origin:
        return self.extension.origin(self.function, self.place)

    @property
    def extension(self) -> Extension:
        return self.scene.extension

    @property
    def indicator(self) -> Indicator | None:
        return None if self.place is None else self.scene.program.indicators.get(self.place)

    def declared_range(self, terms: Terms) -> Interval:
        """Enforced by the program whatever its rows say: good for simplifications."""
        return terms_interval(terms, self.scene.declared)

    def implied_range(self, terms: Terms) -> Interval:
        """Holds at feasible points: good for a Big-M and for bounds of auxiliary columns, which only restrict."""
        return terms_interval(terms, self.scene.propagated)

    def finite(self, terms: Terms, *, above: bool) -> float:
        """The implied upper (or lower) bound of the terms. Raises ReductionError, naming columns, if infinite."""
        return finite_bound(
            terms,
            self.scene.program,
            self.scene.propagated,
            place=self.place,
            above=above,
            purpose=f"'{self.function}' stands where it must be exact, which takes a binary variable and a Big-M",
        )


#: Makes the terms that replace an atom, adding auxiliary columns and rows to its extension.
Replacement = Callable[[Atom], Terms]


def replace_atoms(program: Program, functions: frozenset[str], replacement: Replacement) -> tuple[Program, Recover]:
    """The program without the functions; affine and quadratic rests move into its matrices."""
    scene = Scene(program, functions, replacement)
    for place in (None, *sorted(program.nonlinear)):
        expression = program.objective_nonlinear if place is None else program.nonlinear[place]
        if expression is not None and scene.concerns(expression):
            position = place_position(program, place, scene.declared)
            scene.extension.replace_nonlinear(place, scene.sum(split(expression), position, place))
    return scene.extension.finish()


class Scene:
    """One run of ``replace_atoms``: the program, its boxes, and the atoms replaced so far."""

    def __init__(self, program: Program, functions: frozenset[str], replacement: Replacement) -> None:
        self.program = program
        self.functions = functions
        self.replacement = replacement
        self.extension = Extension(program)
        self.declared = declared(program)
        self._replaced: dict[object, Terms] = {}

    @cached_property
    def propagated(self) -> Box:
        return propagated(self.program)

    def concerns(self, expression: Expression) -> bool:
        return any(isinstance(node, Call) and node.function in self.functions for node in walk(expression))

    def sum(self, terms: Terms, position: Position, place: Place) -> Terms:
        """The terms with every atom replaced."""
        plain = Terms(constant=terms.constant, linear=terms.linear, quadratic=terms.quadratic)
        rest = [(c, self._term(e, position.times(c), place)) for c, e in terms.residual]
        return total((1.0, plain), *rest)

    def _term(self, node: Expression, position: Position, place: Place) -> Terms:
        if not self.concerns(node):
            return Terms(residual=((1.0, node),))
        originals = tuple(split(child) for child in children(node))
        positions = operand_positions(node, position, self.declared)
        operands = tuple(self.sum(terms, p, place) for terms, p in zip(originals, positions, strict=True))
        if isinstance(node, Call) and node.function in self.functions:
            return self._atom(Atom(node.function, operands, originals, position, place, self))
        return rebuilt(node, operands)

    def _atom(self, atom: Atom) -> Terms:
        """The replacement, shared with an equal atom that was replaced before in the same position."""
        same = (atom.function, tuple(key(argument) for argument in atom.arguments), atom.position, atom.indicator)
        if same not in self._replaced:
            self._replaced[same] = self.replacement(atom)
        return self._replaced[same]
