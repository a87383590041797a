"""How a language model is asked for a program instead of a formulation."""

from __future__ import annotations

CODING = """\
You solve optimization problems by writing Python. Answer with one complete program in a ```python block.
It may use numpy, scipy, cvxpy, pyomo (solver "appsi_highs"), highspy, pyscipopt or ortools (one of them at a time); \
there is no network, and files are not kept.
All numbers of the problem stand in the program. Things that come in whole pieces are integer variables.
The last line it prints is exactly "objective = " and the optimal value, or "infeasible" or "unbounded".
"""
