"""Linear problems in prose: candidate decisions, clauses about them, a model, and the reading that explains most."""
