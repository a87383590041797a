"""Programs, options, events and solutions as bytes: what a worker process and its parent say to each other.

Arrays travel as an npz archive (never pickled), everything else as JSON. Expressions are written in prefix order,
``* x3 exp/1 x0``, so that no depth of nesting matters.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, get_args

import numpy as np
from scipy import sparse

from formulations.expression import (
    ArithmeticOperator,
    Binary,
    Call,
    Column,
    Expression,
    Negative,
    Number,
    walk,
)
from formulations.program import Block, Floats, Indicator, Integers, Labels, Program
from solvers.solution import Limit, Solution, Termination
from solvers.solver import Bound, Event, Incumbent, LogLine, Options, Pulse

#: JSON of known shape; its keys are spelled in this module alone.
Message = dict[str, Any]

_OPERATORS: tuple[ArithmeticOperator, ...] = get_args(ArithmeticOperator)
_VECTORS = ("column_lower", "column_upper", "integer", "objective", "row_lower", "row_upper")
_SOLUTION_ARRAYS = ("values", "duals", "reduced_costs", "ray")


def encode_program(program: Program) -> bytes:
    """The whole program, labels included, as an npz archive."""
    objective = program.objective_quadratic
    forms = [*program.quadratic.values(), *([] if objective is None else [objective])]
    header: Message = {
        "name": program.name,
        "sense": program.sense,
        "offset": program.objective_offset,
        "columns": _label_header(program.columns),
        "rows": _label_header(program.rows),
        "quadratic": [int(row) for row in program.quadratic],
        "objective_quadratic": objective is not None,
        "nonlinear": {int(row): expression_text(part) for row, part in program.nonlinear.items()},
        "objective_nonlinear": program.objective_nonlinear and expression_text(program.objective_nonlinear),
        "indicators": [[int(row), int(own.column), bool(own.value)] for row, own in program.indicators.items()],
    }
    arrays: dict[str, np.ndarray[Any, Any]] = {name: getattr(program, name) for name in _VECTORS}
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    arrays["column_codes"], arrays["row_codes"] = _codes(program.columns), _codes(program.rows)
    arrays |= {"start": program.matrix.indptr, "index": program.matrix.indices, "value": program.matrix.data}
    entries = [form.tocoo() for form in forms]
    arrays["form_sizes"] = np.array([form.nnz for form in forms], dtype=np.int64)
    arrays["form_rows"] = _joined((entry.row for entry in entries), np.int64)
    arrays["form_columns"] = _joined((entry.col for entry in entries), np.int64)
    arrays["form_values"] = _joined((entry.data for entry in entries), np.float64)
    archive = io.BytesIO()
    np.savez(archive, allow_pickle=False, **arrays)
    return archive.getvalue()


def decode_program(data: bytes) -> Program:
    """The inverse of ``encode_program``."""
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        arrays = dict(archive)
    header = json.loads(arrays["header"].tobytes())
    columns = _labels(header["columns"], arrays["column_codes"])
    rows = _labels(header["rows"], arrays["row_codes"])
    forms = _forms(arrays, len(columns))
    shape = (len(rows), len(columns))
    text = header["objective_nonlinear"]
    return Program(
        name=header["name"],
        sense=header["sense"],
        columns=columns,
        rows=rows,
        matrix=sparse.csr_array((arrays["value"], arrays["index"], arrays["start"]), shape=shape),
        objective_offset=header["offset"],
        objective_quadratic=forms[-1] if header["objective_quadratic"] else None,
        objective_nonlinear=expression_of(text) if text else None,
        quadratic=dict(zip(header["quadratic"], forms, strict=False)),
        nonlinear={int(row): expression_of(part) for row, part in header["nonlinear"].items()},
        indicators={row: Indicator(column, value) for row, column, value in header["indicators"]},
        **{name: arrays[name] for name in _VECTORS},
    )


def _label_header(labels: Labels) -> list[Message]:
    return [
        {"name": block.name, "count": block.count, "members": [list(members) for members in block.members]}
        for block in labels.blocks
    ]


def _codes(labels: Labels) -> Integers:
    return _joined((block.codes.ravel() for block in labels.blocks), np.int64)


def _labels(header: Iterable[Message], codes: Integers) -> Labels:
    blocks, start = [], 0
    for block in header:
        members = tuple(tuple(dimension) for dimension in block["members"])
        end = start + block["count"] * len(members)
        own = codes[start:end].reshape(block["count"], len(members))
        blocks.append(Block(block["name"], block["count"], members, own))
        start = end
    return Labels(tuple(blocks))


def _forms(arrays: Mapping[str, np.ndarray[Any, Any]], size: int) -> list[sparse.csr_array]:
    ends = np.cumsum(arrays["form_sizes"])[:-1]
    if not len(arrays["form_sizes"]):
        return []
    parts = (np.split(arrays[name], ends) for name in ("form_rows", "form_columns", "form_values"))
    return [
        sparse.csr_array(sparse.coo_array((values, (rows, columns)), shape=(size, size)))
        for rows, columns, values in zip(*parts, strict=True)
    ]


def _joined(parts: Iterable[np.ndarray[Any, Any]], kind: type) -> np.ndarray[Any, Any]:
    return np.concatenate([np.zeros(0, dtype=kind), *parts])


def expression_text(expression: Expression) -> str:
    """A grounded expression in prefix order."""
    return " ".join(_token(node) for node in walk(expression))


def _token(node: Expression) -> str:
    match node:
        case Number(value=value):
            return repr(float(value))
        case Column(index=index):
            return f"x{index}"
        case Negative():
            return "neg"
        case Binary(operator=operator):
            return operator
        case Call(function=function, arguments=arguments):
            return f"{function}/{len(arguments)}"
        case _:
            raise TypeError(f"{type(node).__name__} does not occur in grounded expressions")


def expression_of(text: str) -> Expression:
    """The inverse of ``expression_text``."""
    stack: list[Expression] = []
    for token in reversed(text.split()):
        name, slash, count = token.partition("/")
        if token in _OPERATORS:
            stack.append(Binary(token, stack.pop(), stack.pop()))
        elif token == "neg":
            stack.append(Negative(stack.pop()))
        elif slash:
            stack.append(Call(name, tuple(stack.pop() for _ in range(int(count)))))
        elif token.startswith("x"):
            stack.append(Column(int(token[1:])))
        else:
            stack.append(Number(float(token)))
    return stack.pop()


def options_message(options: Options) -> Message:
    return asdict(options) | {"start": _vector_text(options.start)}


def options_of(message: Message) -> Options:
    return Options(**message | {"start": _vector(message["start"])})


def event_message(event: Event) -> Message:
    match event:
        case LogLine(text=text):
            return {"event": "log", "text": text}
        case Incumbent(objective=objective, seconds=seconds, values=values):
            kind = {"event": "incumbent", "objective": objective}
            return kind | {"seconds": seconds, "values": _vector_text(values)}
        case Bound(value=value, seconds=seconds):
            return {"event": "bound", "value": value, "seconds": seconds}
        case Pulse(seconds=seconds):
            return {"event": "pulse", "seconds": seconds}


def event_of(message: Message) -> Event:
    match message["event"]:
        case "log":
            return LogLine(message["text"])
        case "incumbent":
            return Incumbent(message["objective"], message["seconds"], _vector(message["values"]))
        case "bound":
            return Bound(message["value"], message["seconds"])
        case "pulse":
            return Pulse(message["seconds"])
        case other:
            raise ValueError(f"there is no event '{other}'")


def solution_message(solution: Solution) -> Message:
    message = {field.name: getattr(solution, field.name) for field in fields(Solution) if field.name != "evidence"}
    message |= {name: _vector_text(message[name]) for name in _SOLUTION_ARRAYS}
    message["termination"] = solution.termination.value
    message["limit"] = solution.limit and solution.limit.value
    return message


def solution_of(message: Message) -> Solution:
    arrays = {name: _vector(message[name]) for name in _SOLUTION_ARRAYS}
    limit = message["limit"] and Limit(message["limit"])
    return Solution(**message | arrays | {"termination": Termination(message["termination"]), "limit": limit})


def _vector_text(values: Sequence[float] | Floats | None) -> str | None:
    """Little-endian doubles in base64: an incumbent of a million columns is no time to print decimals."""
    return None if values is None else base64.b64encode(np.asarray(values, dtype="<f8").tobytes()).decode()


def _vector(text: str | None) -> Floats | None:
    return None if text is None else np.frombuffer(base64.b64decode(text), dtype="<f8").copy()
