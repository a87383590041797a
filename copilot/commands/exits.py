"""How a command ends: exit codes, and the one error that carries what, where, why and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """What scripts may rely on."""

    OK = 0
    BAD_INPUT = 1
    USAGE = 2
    INFEASIBLE_OR_UNBOUNDED = 3
    LIMIT = 4
    NO_SOLVER = 5
    ENDPOINT = 6
    NUMERICAL = 7
    INTERRUPTED = 130


#: For ``--help``.
MEANINGS = {
    ExitCode.OK: "done; solve: optimal, or locally optimal by a local solver",
    ExitCode.BAD_INPUT: "the input has errors: file, text, formulation or data",
    ExitCode.USAGE: "the command line is wrong",
    ExitCode.INFEASIBLE_OR_UNBOUNDED: "the problem is infeasible or unbounded",
    ExitCode.LIMIT: "a limit was reached before a proof: feasible, or nothing found",
    ExitCode.NO_SOLVER: "the solver is not installed, or none can take the problem",
    ExitCode.ENDPOINT: "the language model's endpoint failed",
    ExitCode.NUMERICAL: "numerical trouble: the solution did not pass verification",
    ExitCode.INTERRUPTED: "interrupted from the keyboard",
}


class CommandError(Exception):
    """A command cannot go on. ``kind`` is a short word for scripts, ``findings`` are details in plain values."""

    def __init__(self, code: ExitCode, kind: str, message: str, *, findings: Sequence[dict[str, object]] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.kind = kind
        self.findings = tuple(findings)

    def as_json(self) -> dict[str, object]:
        error: dict[str, object] = {"kind": self.kind, "message": str(self), "exit_code": int(self.code)}
        if self.findings:
            error["findings"] = list(self.findings)
        return {"error": error}
