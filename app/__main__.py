"""`python -m app` is the `rapport` command."""

from app.cli import cli

cli(prog_name="rapport")
