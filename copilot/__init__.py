"""The copilot: formulators that draft, the session that remembers, the command line and the pages."""
