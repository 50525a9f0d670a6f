"""Every table. Times are aware and in UTC; ids are UUIDs as text; JSON columns hold what pydantic wrote."""

from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import JSON, CheckConstraint, DateTime, ForeignKey, Index, MetaData, UniqueConstraint, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

Role = Literal["student", "educator", "admin"]
AttemptState = Literal["pending", "partial", "done", "stopped", "failed", "interrupted"]


class UtcTime(TypeDecorator[datetime]):
    """A time that is aware and in UTC on every database; SQLite itself forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcTime,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


class User(Table):
    """Someone who signs in."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("role in ('student', 'educator', 'admin')", name="role"),)


class SignInLink(Table):
    """A one-time link; only the hash of its secret is kept."""

    __tablename__ = "sign_in_links"

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SessionRow(Table):
    """A signed-in browser."""

    __tablename__ = "sessions"

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiToken(Table):
    """A bearer token for the JSON API."""

    __tablename__ = "api_tokens"

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Cohort(Table):
    """A class: the people an educator teaches."""

    __tablename__ = "cohorts"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    join_code: Mapped[str] = mapped_column(unique=True)
    time_zone: Mapped[str] = mapped_column(
        default="UTC", doc="Its educators write times in it, everybody reads them so."
    )
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class Membership(Table):
    """Who belongs to a class, as student or as educator."""

    __tablename__ = "memberships"

    cohort_id: Mapped[str] = mapped_column(ForeignKey("cohorts.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str]
    time_factor: Mapped[float] = mapped_column(default=1.0, doc="How much longer a time limit is for this student.")

    __table_args__ = (
        CheckConstraint("role in ('student', 'educator')", name="role"),
        CheckConstraint("time_factor between 1 and 4", name="time_factor"),
    )


class Assignment(Table):
    """A scenario set for a class, and its terms: `app.classroom.assignments.Terms` says what each means."""

    __tablename__ = "assignments"

    id: Mapped[str] = mapped_column(primary_key=True)
    cohort_id: Mapped[str] = mapped_column(ForeignKey("cohorts.id", ondelete="CASCADE"), index=True)
    scenario_id: Mapped[str]
    difficulty: Mapped[str]
    mode: Mapped[str]
    opens_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    closes_at: Mapped[datetime]
    attempts: Mapped[int | None]
    counts: Mapped[str] = mapped_column(default="best")
    time_limit_minutes: Mapped[int | None]
    hints: Mapped[bool] = mapped_column(default=True)
    self_rating: Mapped[bool] = mapped_column(default=False)
    release: Mapped[str] = mapped_column(default="at_once")
    pass_mark: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("mode in ('practice', 'assessment')", name="mode"),
        CheckConstraint("counts in ('best', 'last', 'first')", name="counts"),
        CheckConstraint("release in ('at_once', 'after_self_rating', 'after_review')", name="release"),
    )


class PersonaVersion(Table):
    """A persona file as it was when an encounter was held with it; the id is the SHA-256 of its bytes."""

    __tablename__ = "persona_versions"

    content_hash: Mapped[str] = mapped_column(primary_key=True)
    persona_id: Mapped[str] = mapped_column(index=True)
    yaml_text: Mapped[str]
    imported_at: Mapped[datetime]


class Encounter(Table):
    """One conversation of one student with one patient."""

    __tablename__ = "encounters"

    id: Mapped[str] = mapped_column(primary_key=True)
    student_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    assignment_id: Mapped[str | None] = mapped_column(ForeignKey("assignments.id", ondelete="SET NULL"), index=True)
    persona_hash: Mapped[str] = mapped_column(ForeignKey("persona_versions.content_hash"))
    scenario_id: Mapped[str]
    difficulty: Mapped[str]
    mode: Mapped[str]
    voice: Mapped[str]
    model: Mapped[str | None]
    prompt_hash: Mapped[str | None]
    hints: Mapped[bool] = mapped_column(default=True)
    hints_used: Mapped[int] = mapped_column(default=0)
    late: Mapped[bool] = mapped_column(default=False, doc="Begun after the assignment was due.")
    deadline_at: Mapped[datetime | None] = mapped_column(index=True, doc="When its time limit ends it.")
    shared_with: Mapped[str | None] = mapped_column(
        ForeignKey("cohorts.id", ondelete="SET NULL"), index=True, doc="Free practice its student shows this class."
    )
    branched_from: Mapped[str | None] = mapped_column(ForeignKey("encounters.id", ondelete="SET NULL"))
    branched_at: Mapped[int | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("mode in ('practice', 'assessment')", name="mode"),
        CheckConstraint("voice in ('authored', 'llm')", name="voice"),
    )


class TurnRow(Table):
    """One turn. `state` is the patient's state after it: mind, what is open, what was said."""

    __tablename__ = "turns"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id", ondelete="CASCADE"))
    position: Mapped[int]
    turn_id: Mapped[str | None]
    speaker: Mapped[str]
    text: Mapped[str]
    does: Mapped[str | None]
    silent: Mapped[bool] = mapped_column(default=False)
    as_shown: Mapped[str]
    note: Mapped[str | None]
    reading: Mapped[dict[str, Any] | None]
    state: Mapped[dict[str, Any] | None]
    changes: Mapped[list[Any] | None]
    said_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("encounter_id", "position"),
        UniqueConstraint("encounter_id", "turn_id", name="uq_turns_turn_id"),
        CheckConstraint("speaker in ('student', 'patient')", name="speaker"),
    )


class ReplyAttempt(Table):
    """One try at answering a student turn. Only a finished or stopped one becomes the patient's turn."""

    __tablename__ = "reply_attempts"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id", ondelete="CASCADE"))
    turn_id: Mapped[str]
    number: Mapped[int]
    state: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    lines: Mapped[list[Any]]
    error_code: Mapped[str | None]
    error_what_now: Mapped[str | None]
    error_cause: Mapped[str | None]
    screened: Mapped[int] = mapped_column(default=0)
    patient_left: Mapped[bool] = mapped_column(default=False, doc="With this answer the patient went.")
    shortened_turns: Mapped[int] = mapped_column(default=0)
    prompt_tokens: Mapped[int | None]
    cached_tokens: Mapped[int | None]
    completion_tokens: Mapped[int | None]
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime] = mapped_column(doc="Renewed each second by the process that speaks; old: it is gone.")
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("encounter_id", "turn_id", "number"),
        CheckConstraint("state in ('pending', 'partial', 'done', 'stopped', 'failed', 'interrupted')", name="state"),
        Index("ix_reply_attempts_state", "state"),
    )


class LedgerRow(Table):
    """A cue that was offered or a concern that was told, whole or in part, in the stored words of a patient turn."""

    __tablename__ = "ledger"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[str]
    item_id: Mapped[str]
    quote: Mapped[str]

    __table_args__ = (
        UniqueConstraint("encounter_id", "kind", "item_id"),
        CheckConstraint("kind in ('cue', 'part', 'concern')", name="kind"),
    )


class ScorecardRow(Table):
    """A scorecard by one scorer; nothing is ever overwritten, the newest of a source counts."""

    __tablename__ = "scorecards"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id", ondelete="CASCADE"), index=True)
    source: Mapped[str]
    card: Mapped[dict[str, Any]]
    overall: Mapped[float | None]
    flags: Mapped[int] = mapped_column(default=0, doc="How many things in it a person must look at.")
    summary: Mapped[dict[str, Any]] = mapped_column(doc="What lists show of it: `scoring.scorecard.Summary`.")
    rubric_version: Mapped[str]
    scorer_version: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("source in ('deterministic', 'judge', 'educator')", name="source"),)


class SelfRating(Table):
    """How a student rated their own encounter before they saw its score: scale name -> level."""

    __tablename__ = "self_ratings"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id", ondelete="CASCADE"), primary_key=True)
    levels: Mapped[dict[str, Any]]
    reflection: Mapped[str]
    rated_at: Mapped[datetime]


class Review(Table):
    """How far the review of an encounter has come; what was done stands in its acts."""

    __tablename__ = "reviews"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id", ondelete="CASCADE"), primary_key=True)
    acts: Mapped[int] = mapped_column(default=0, doc="The number of its last act: who saw fewer has not seen it all.")
    cleared: Mapped[int] = mapped_column(default=0, doc="How many flags of the scorecard an educator has looked at.")
    accepted_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]


class ReviewAct(Table):
    """One thing an educator did to a scored encounter. Rows are only added: the review is what they add up to."""

    __tablename__ = "review_acts"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    educator_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    kind: Mapped[str]
    scale: Mapped[str | None]
    level: Mapped[int | None]
    was: Mapped[int | None] = mapped_column(doc="The level that stood before.")
    target: Mapped[int | None] = mapped_column(doc="The act this one takes back, or the flag it clears.")
    turn: Mapped[int | None]
    start: Mapped[int | None]
    end: Mapped[int | None]
    effect: Mapped[str | None]
    words: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        CheckConstraint(
            "kind in ('level', 'strike', 'evidence', 'comment', 'take_back', 'flag', 'accept', 'reopen', 'release')",
            name="kind",
        ),
    )


class AuditEntry(Table):
    """Something an educator did to a class: who, when, what. Rows are only added; what was said is not in them."""

    __tablename__ = "audit"

    id: Mapped[str] = mapped_column(primary_key=True)
    cohort_id: Mapped[str] = mapped_column(ForeignKey("cohorts.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(doc="In words, as the audit page shows it after the actor's name.")


class ProblemReport(Table):
    """Something a student found wrong with a patient or with feedback; the class's educators, else an admin, own it."""

    __tablename__ = "problem_reports"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id", ondelete="CASCADE"), index=True)
    about: Mapped[str]
    words: Mapped[str]
    reported_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    answer: Mapped[str] = mapped_column(default="")

    __table_args__ = (CheckConstraint("about in ('patient', 'feedback')", name="about"),)


class PersonaCheckRow(Table):
    """One check of a patient in the lab. `report` is what `app.lab.PersonaCheck` holds, or `fault` says why not."""

    __tablename__ = "persona_checks"

    id: Mapped[str] = mapped_column(primary_key=True)
    persona_id: Mapped[str] = mapped_column(index=True)
    persona_hash: Mapped[str] = mapped_column(doc="SHA-256 of the file's bytes: another file is another patient.")
    voice: Mapped[str]
    model: Mapped[str | None]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(doc="Renewed by the process that holds the talks; old: it is gone.")
    talks_over: Mapped[int] = mapped_column(default=0, doc="How many talks have been held so far.")
    finished_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any] | None]
    fault: Mapped[str | None]

    __table_args__ = (
        # One check of a patient at a time, also where several processes serve.
        Index(
            "uq_persona_checks_running",
            "persona_id",
            unique=True,
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
    )


class JudgeJob(Table):
    """One request for a judge's second opinion on an ended encounter; the newest of an encounter is what is shown.

    Who works on it holds it until `lease_until`, by the secret in `claimed_by`, and renews that while it works: a
    lease that ran out belongs to a process that is gone. Rows outlive their encounter, with nothing of it in them, so
    that what a class used can be added up.
    """

    __tablename__ = "judge_jobs"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str | None] = mapped_column(
        ForeignKey("encounters.id", ondelete="SET NULL"), index=True, doc="None: it was erased."
    )
    cohort_id: Mapped[str | None] = mapped_column(
        ForeignKey("cohorts.id", ondelete="SET NULL"), index=True, doc="The class whose budget it is on."
    )
    state: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0, doc="How often it was begun.")
    due_at: Mapped[datetime] = mapped_column(doc="Not before.")
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(doc="Why the last try came to nothing: a short code.")
    model: Mapped[str | None]
    calls: Mapped[int] = mapped_column(default=0, doc="Over all tries, as are the tokens.")
    prompt_tokens: Mapped[int] = mapped_column(default=0)
    cached_tokens: Mapped[int] = mapped_column(default=0)
    completion_tokens: Mapped[int] = mapped_column(default=0)
    cost: Mapped[float | None] = mapped_column(doc="In RAPPORT_JUDGE_CURRENCY; None where no price is set.")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state in ('waiting', 'running', 'done', 'failed', 'over_budget')", name="state"),
        Index("ix_judge_jobs_due", "state", "due_at"),
        # One unfinished job of an encounter at a time, also where several processes serve.
        Index(
            "uq_judge_jobs_unfinished",
            "encounter_id",
            unique=True,
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
    )
