"""Terms of assignments, review, self-rating, audit, reports"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "audit",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("cohort_id", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_audit_actor_id_users"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_audit_cohort_id_cohorts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_cohort_id"), ["cohort_id"], unique=False)

    op.create_table(
        "problem_reports",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("encounter_id", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("about in ('patient', 'feedback')", name=op.f("ck_problem_reports_about")),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["users.id"], name=op.f("fk_problem_reports_closed_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["encounter_id"],
            ["encounters.id"],
            name=op.f("fk_problem_reports_encounter_id_encounters"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_reports")),
    )
    with op.batch_alter_table("problem_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_problem_reports_encounter_id"), ["encounter_id"], unique=False)

    op.create_table(
        "review_acts",
        sa.Column("encounter_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("educator_id", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("scale", sa.String(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("was", sa.Integer(), nullable=True),
        sa.Column("target", sa.Integer(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("effect", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind in ('level', 'strike', 'evidence', 'comment', 'take_back', 'flag', 'accept', 'reopen', 'release')",
            name=op.f("ck_review_acts_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["educator_id"], ["users.id"], name=op.f("fk_review_acts_educator_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_review_acts_encounter_id_encounters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("encounter_id", "number", name=op.f("pk_review_acts")),
    )
    op.create_table(
        "reviews",
        sa.Column("encounter_id", sa.String(), nullable=False),
        sa.Column("acts", sa.Integer(), nullable=False),
        sa.Column("cleared", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_reviews_encounter_id_encounters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("encounter_id", name=op.f("pk_reviews")),
    )
    op.create_table(
        "self_ratings",
        sa.Column("encounter_id", sa.String(), nullable=False),
        sa.Column("levels", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("reflection", sa.String(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["encounter_id"],
            ["encounters.id"],
            name=op.f("fk_self_ratings_encounter_id_encounters"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("encounter_id", name=op.f("pk_self_ratings")),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("counts", sa.String(), nullable=False, server_default="best"))
        batch_op.add_column(sa.Column("time_limit_minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("hints", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("self_rating", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("release", sa.String(), nullable=False, server_default="at_once"))
        batch_op.add_column(sa.Column("pass_mark", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("note", sa.String(), nullable=False, server_default=""))
        batch_op.create_check_constraint(batch_op.f("ck_assignments_counts"), "counts in ('best', 'last', 'first')")
        batch_op.create_check_constraint(
            batch_op.f("ck_assignments_release"), "release in ('at_once', 'after_self_rating', 'after_review')"
        )

    with op.batch_alter_table("cohorts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("time_zone", sa.String(), nullable=False, server_default="UTC"))

    with op.batch_alter_table("encounters", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hints", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("shared_with", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_encounters_deadline_at"), ["deadline_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_encounters_shared_with"), ["shared_with"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_encounters_shared_with_cohorts"), "cohorts", ["shared_with"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.add_column(sa.Column("time_factor", sa.Double(), nullable=False, server_default="1"))
        batch_op.create_check_constraint(batch_op.f("ck_memberships_time_factor"), "time_factor between 1 and 4")

    with op.batch_alter_table("scorecards", schema=None) as batch_op:
        batch_op.add_column(sa.Column("flags", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("summary", sa.JSON(none_as_null=True), nullable=True))
    _summarise_cards()
    with op.batch_alter_table("scorecards", schema=None) as batch_op:
        batch_op.alter_column("summary", existing_type=sa.JSON(none_as_null=True), nullable=False)


def _summarise_cards() -> None:
    """Give the cards there are what lists show of them; one at a time, as each may hold a whole talk."""
    cards = sa.table(
        "scorecards",
        sa.column("id", sa.String()),
        sa.column("card", sa.JSON()),
        sa.column("flags", sa.Integer()),
        sa.column("summary", sa.JSON()),
    )
    connection = op.get_bind()
    for card_id in connection.scalars(sa.select(cards.c.id)).all():
        card = connection.execute(sa.select(cards.c.card).where(cards.c.id == card_id)).scalar_one()
        flags = [flag["kind"] for flag in card["flags"]]
        summary = {
            "levels": {name: scale["level"] for name, scale in card["scales"].items()},
            "occasions": sum(len(scale["occasions"]) for scale in card["scales"].values()),
            "flags": flags,
        }
        connection.execute(sa.update(cards).where(cards.c.id == card_id).values(flags=len(flags), summary=summary))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("scorecards", schema=None) as batch_op:
        batch_op.drop_column("summary")
        batch_op.drop_column("flags")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_memberships_time_factor"), type_="check")
        batch_op.drop_column("time_factor")
    with op.batch_alter_table("encounters", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_encounters_shared_with_cohorts"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_encounters_shared_with"))
        batch_op.drop_index(batch_op.f("ix_encounters_deadline_at"))
        for column in ("shared_with", "deadline_at", "late", "hints"):
            batch_op.drop_column(column)
    with op.batch_alter_table("cohorts", schema=None) as batch_op:
        batch_op.drop_column("time_zone")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_assignments_release"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_assignments_counts"), type_="check")
        for column in (
            "note",
            "pass_mark",
            "release",
            "self_rating",
            "hints",
            "time_limit_minutes",
            "counts",
            "attempts",
            "due_at",
        ):
            batch_op.drop_column(column)
    for table in ("self_ratings", "reviews", "review_acts", "problem_reports", "audit"):
        op.drop_table(table)
