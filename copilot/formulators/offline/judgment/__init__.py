"""How far a reading can be trusted: what speaks against it, whom of two readers to believe, why a text is refused."""
