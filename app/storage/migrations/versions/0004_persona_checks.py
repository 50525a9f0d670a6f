"""Checks of patients in the lab"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "persona_checks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("persona_id", sa.String(), nullable=False),
        sa.Column("persona_hash", sa.String(), nullable=False),
        sa.Column("voice", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("talks_over", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persona_checks")),
    )
    with op.batch_alter_table("persona_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_persona_checks_persona_id"), ["persona_id"], unique=False)
        batch_op.create_index(
            "uq_persona_checks_running",
            ["persona_id"],
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )


def downgrade() -> None:
    """Go back."""
    op.drop_table("persona_checks")
