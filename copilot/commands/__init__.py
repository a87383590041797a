"""The commands of ``optcopilot``, one module each; each has ``run(arguments) -> ExitCode``."""
