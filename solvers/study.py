"""A study: what is asked of a formulation, kept beside it. Lines of text, or the same as JSON.

::

    # next year
    vary demand: 80%..120%
    uncertain cost: +-10% budget 3
    recourse ship, store
    minimize distance: sum(km[a]*ship[a] for a in Arc)

``vary`` lines are ``solvers.variations``, ``uncertain`` lines ``solvers.uncertainty``; ``recourse`` names the variables
that are decided when the numbers are known; further objectives are lines of the notation.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from formulations.formulation import Identifier, Objective
from solvers.objectives import ParetoError, objective_text, parse_objective
from solvers.uncertainty import Uncertainty, parse_uncertainty
from solvers.variations import Variation, VariationError, parse_variation

_KINDS = ("vary", "uncertain", "recourse", "minimize", "maximize")
_NAME: TypeAdapter[str] = TypeAdapter(Identifier)


class StudyError(ValueError):
    """A study cannot be read: ``str`` says which line, why and what to do."""


class Study(BaseModel):
    """What varies, what is uncertain, what reacts, and what else counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    variations: tuple[Variation, ...] = ()
    uncertainties: tuple[Uncertainty, ...] = ()
    recourse: tuple[Identifier, ...] = ()
    objectives: tuple[Objective, ...] = ()


def write_study(study: Study) -> str:
    """The lines that ``parse_study`` reads."""
    lines = [f"vary {variation}" for variation in study.variations]
    lines += [f"uncertain {uncertainty}" for uncertainty in study.uncertainties]
    lines += [f"recourse {', '.join(study.recourse)}"] if study.recourse else []
    lines += [objective_text(objective) for objective in study.objectives]
    return "".join(f"{line}\n" for line in lines)


def parse_study(text: str) -> Study:
    """The study that the lines describe, or its JSON. Raises StudyError."""
    if text.lstrip().startswith("{"):
        try:
            return Study.model_validate_json(text)
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, problem["loc"])) or "the whole"
            raise StudyError(f"the study is damaged at {where}: {problem['msg']}") from None
    variations, uncertainties, recourse, objectives = [], [], list[str](), []
    for number, line in enumerate(text.splitlines(), start=1):
        kind, _, rest = line.strip().partition(" ")
        if not kind or kind.startswith("#"):
            continue
        try:
            match kind:
                case "vary":
                    variations.append(parse_variation(rest.strip()))
                case "uncertain":
                    uncertainties.append(parse_uncertainty(rest.strip()))
                case "recourse":
                    recourse += [_NAME.validate_python(name.strip()) for name in rest.split(",")]
                case "minimize" | "maximize":
                    objectives.append(parse_objective(line))
                case _:
                    raise StudyError(f"line {number}: {line.strip()!r} begins with none of {', '.join(_KINDS)}")
        except (VariationError, ParetoError) as error:
            raise StudyError(f"line {number}: {error}") from None
        except ValidationError:
            raise StudyError(f"line {number}: {rest.strip()!r} is no list of variables: recourse ship, store") from None
    return Study(
        variations=tuple(variations),
        uncertainties=tuple(uncertainties),
        recourse=tuple(dict.fromkeys(recourse)),
        objectives=tuple(objectives),
    )
