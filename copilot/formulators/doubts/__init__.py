"""A text against a program: numbers nobody used, sentences put back into words, plans that a sentence forbids."""
