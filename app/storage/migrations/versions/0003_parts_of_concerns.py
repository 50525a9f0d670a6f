"""Parts of concerns in the ledger; patients who leave"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_ledger_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_ledger_kind"), "kind in ('cue', 'part', 'concern')")
    with op.batch_alter_table("reply_attempts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("patient_left", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Go back: what was told in part is forgotten."""
    with op.batch_alter_table("reply_attempts", schema=None) as batch_op:
        batch_op.drop_column("patient_left")
    op.execute("delete from ledger where kind = 'part'")
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_ledger_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_ledger_kind"), "kind in ('cue', 'concern')")
