"""What alembic runs; the connection comes from `app.storage.migrations.migrate`."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from app.storage.tables import Table, UtcTime


def plain_types(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Write our own column type as SQLAlchemy's: a migration outlives the code it was made from."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    transactional_ddl=True,  # `migrate` has begun the transaction, on SQLite too
    compare_type=True,
    render_item=plain_types,
)
with context.begin_transaction():
    context.run_migrations()
