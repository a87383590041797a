"""Rewrites of Programs, one per file, each with the map that takes a solution back."""
