"""Formulations as people write them, and the way down to sparse arrays: parse, check, bind, ground, export."""
