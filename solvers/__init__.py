"""Solvers behind one protocol, the plan that picks among them, and the checks that trust none of them."""
