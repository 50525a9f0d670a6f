"""The `rapport` command: it reads what was typed, calls the service, the scorer or the lab, and prints.

One module a group of commands; here they are put together.
"""

import typer

from app.cli.data import data
from app.cli.judge import judge
from app.cli.patients import personas
from app.cli.scores import score, validate_scorer
from app.cli.service import seed_demo, serve
from app.cli.users import users

cli = typer.Typer(
    help="Practise difficult conversations with simulated patients.", no_args_is_help=True, add_completion=False
)
cli.command()(serve)
cli.command("demo")(seed_demo)
cli.command()(score)
cli.command("validate")(validate_scorer)
cli.add_typer(users, name="users")
cli.add_typer(personas, name="personas")
cli.add_typer(data, name="data")
cli.add_typer(judge, name="judge")
