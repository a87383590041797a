"""The words of a text, before anything is understood: marks of typesetting, tokens, word forms, numbers, tables."""
