"""An educator's review of a scored encounter: acts that add up to a third card, over which nothing is overwritten."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import Person
from app.classroom.standing import Kind, Span, educators_card, spans_on, stand
from app.errors import BadRequest, FlagsOpen, NotFound, ReviewChanged
from app.storage import encounters, reviews
from app.storage.reviews import Acted
from app.storage.tables import Encounter, Review, ReviewAct, ScorecardRow
from scoring import Scorecard
from scoring.scorecard import SCALE_NAMES

FREE: tuple[Kind, ...] = ("comment", "evidence", "strike", "take_back")
"""What two educators may do at once: each adds, none goes over the other's."""
WORDS_CHARACTERS = 2_000
SHORTEST_QUOTE = 3
"""Fewer characters stand in every turn and prove nothing."""


async def set_level(
    session: AsyncSession, encounter: Encounter, educator: Person, seen: int, scale: str, level: int | None, reason: str
) -> None:
    """Put an educator's level over the machine's; None: not observed.

    Raises:
        BadRequest: no such scale or level, or no reason.
        ReviewChanged: another educator did something `seen` does not include.
    """
    if scale not in SCALE_NAMES or level not in (None, 0, 1, 2, 3, 4):
        raise BadRequest("A level is 0 to 4, or not observed.", "Choose one of the scale's steps.")
    reason = _checked(reason, needed="A changed level needs a reason: the student reads it.")
    was = await _level_of(session, encounter, scale)
    await _add(session, encounter, educator, seen, "level", scale=scale, level=level, was=was, words=reason)
    await _keep_card(session, encounter)


async def strike(
    session: AsyncSession, encounter: Encounter, educator: Person, seen: int, span: Span, reason: str
) -> None:
    """Say of a piece of evidence, or of a missed occasion, that it does not count, and why.

    The level stays until somebody changes it.

    Raises:
        BadRequest: there is no such evidence or missed occasion on the card, or no reason.
    """
    reason = _checked(reason, needed="Say why this does not count: the student reads it.")
    if span not in spans_on(await _machine_card(session, encounter)):
        raise BadRequest("That evidence is not on the scorecard.", "Reload the page and choose it again.")
    await _add(session, encounter, educator, seen, "strike", **span._asdict(), words=reason)
    await _keep_card(session, encounter)


async def add_evidence(
    session: AsyncSession,
    encounter: Encounter,
    educator: Person,
    seen: int,
    scale: str,
    effect: str,
    turn: int,
    quote: str,
    why: str,
) -> None:
    """Add words of the student's as evidence for or against a scale.

    Raises:
        BadRequest: the words do not stand in that turn, it is not the student's, or there is no reason.
    """
    if scale not in SCALE_NAMES or effect not in ("raises", "lowers"):
        raise BadRequest("Evidence raises or lowers one of the four scales.", "Choose which.")
    why = _checked(why, needed="Say why these words count: the student reads it.")
    turns = await encounters.turns_of(session, encounter.id)
    said = turns[turn].text if 0 <= turn < len(turns) and turns[turn].speaker == "student" else ""
    quote = quote.strip()
    start = said.find(quote) if quote else -1
    if start < 0 or len(quote) < SHORTEST_QUOTE:
        raise BadRequest("Those words do not stand in that turn.", "Copy them from the student's turn, word for word.")
    place = {"turn": turn, "start": start, "end": start + len(quote)}
    await _add(session, encounter, educator, seen, "evidence", scale=scale, effect=effect, words=why, **place)
    await _keep_card(session, encounter)


async def comment(
    session: AsyncSession, encounter: Encounter, educator: Person, seen: int, turn: int | None, words: str
) -> None:
    """Comment on a turn, or on the whole (`turn` None). The student reads it with the feedback.

    Raises:
        BadRequest: nothing was written, or there is no such turn.
    """
    words = _checked(words, needed="There is nothing in the comment.")
    if turn is not None and not 0 <= turn < len(await encounters.turns_of(session, encounter.id)):
        raise BadRequest("There is no such turn.", "Reload the page and choose it again.")
    await _add(session, encounter, educator, seen, "comment", turn=turn, words=words)


async def take_back(session: AsyncSession, encounter: Encounter, educator: Person, seen: int, number: int) -> None:
    """Take back a comment, an added or struck piece of evidence, or a level; it stays in the trail.

    Raises:
        NotFound: there is no such act, or it was taken back before.
    """
    await reviews.hold(session, encounter.id)  # or two at once could take the same act back
    standing = stand(await reviews.acts_of(session, encounter.id))
    on_card = [*standing.levels.values(), *standing.struck.values(), *standing.added]
    if number not in [one.act.number for one in (*on_card, *standing.comments)]:
        raise NotFound("That was taken back already.", "Reload the page to see the review as it is.")
    await _add(session, encounter, educator, seen, "take_back", target=number)
    if number in [one.act.number for one in on_card]:
        await _keep_card(session, encounter)


async def judge_flag(
    session: AsyncSession, encounter: Encounter, educator: Person, seen: int, index: int, *, stands: bool, words: str
) -> None:
    """Say of a safety flag whether it stands. Looked at, it holds the result back no longer.

    Raises:
        NotFound: there is no such flag.
        ReviewChanged: another educator did something `seen` does not include.
    """
    card = await _machine_card(session, encounter)
    if not 0 <= index < len(card.flags):
        raise NotFound("There is no such flag.", "Reload the page to see the flags as they are.")
    effect = "stands" if stands else "dismissed"
    words = _checked(words, needed=None)
    await _add(session, encounter, educator, seen, "flag", target=index, effect=effect, words=words)
    review = await reviews.hold(session, encounter.id)
    review.cleared = len(stand(await reviews.acts_of(session, encounter.id)).flags)


async def accept(session: AsyncSession, encounter: Encounter, educator: Person, seen: int, *, release: bool) -> None:
    """Sign the result as it stands, and let its student see it if `release`.

    Raises:
        FlagsOpen: a safety flag has not been looked at.
        ReviewChanged: another educator did something `seen` does not include.
    """
    row = await encounters.newest_card(session, encounter.id, source="educator")
    row = row or await encounters.newest_card(session, encounter.id)
    signed = "no overall score" if row is None or row.overall is None else f"{round(row.overall)} of 100"
    review = await _add(session, encounter, educator, seen, "accept", words=signed)
    await _refuse_with_open_flags(session, encounter)
    review.accepted_at = datetime.now(UTC)
    if release:
        await _release(session, encounter, educator, review)


async def release(session: AsyncSession, encounter: Encounter, educator: Person) -> None:
    """Let the student see a result that was accepted before.

    Raises:
        FlagsOpen: a safety flag has not been looked at.
        BadRequest: nobody has accepted it.
    """
    review = await reviews.hold(session, encounter.id)
    if review.accepted_at is None:
        raise BadRequest("Nobody has accepted this result yet.", "Review it first.")
    if review.released_at is None:
        await _release(session, encounter, educator, review)


async def reopen(session: AsyncSession, encounter: Encounter, educator: Person, seen: int, reason: str) -> None:
    """Take acceptance and release back: the result goes to the queue again, and is held back if it has to be.

    Raises:
        BadRequest: no reason.
        ReviewChanged: another educator did something `seen` does not include.
    """
    reason = _checked(reason, needed="Say why it is opened again: it stands in the history.")
    review = await _add(session, encounter, educator, seen, "reopen", words=reason)
    review.accepted_at = review.released_at = None


async def _release(session: AsyncSession, encounter: Encounter, educator: Person, review: Review) -> None:
    await _refuse_with_open_flags(session, encounter)
    await _add(session, encounter, educator, review.acts, "release")
    review.released_at = datetime.now(UTC)


async def _refuse_with_open_flags(session: AsyncSession, encounter: Encounter) -> None:
    review = await reviews.hold(session, encounter.id)
    if review.cleared < len((await _machine_card(session, encounter)).flags):
        raise FlagsOpen


async def _add(
    session: AsyncSession, encounter: Encounter, educator: Person, seen: int, kind: Kind, **what: int | str | None
) -> Review:
    """Add an act to the review, unless it would go over what was done meanwhile by somebody else, or in another window.

    Practice that a student shares is theirs: it is commented on, and nothing else.
    """
    if encounter.assignment_id is None and kind not in ("comment", "take_back"):
        raise BadRequest("This is practice its student shares with you.", "Comment on it: its scores stay as they are.")
    review = await reviews.hold(session, encounter.id)
    if kind not in FREE:
        acts = await reviews.acts_of(session, encounter.id)
        unseen = [one for one in acts if one.act.number > seen and _goes_over(one, educator, kind, what.get("scale"))]
        if unseen:
            other = unseen[-1].act.educator_id != educator.id
            who = unseen[-1].educator or "Somebody" if other else "You, in another window,"
            raise ReviewChanged(f"{who} changed this review after this page was opened.")
    review.acts += 1
    session.add(
        ReviewAct(
            encounter_id=encounter.id,
            number=review.acts,
            educator_id=educator.id,
            at=datetime.now(UTC),
            kind=kind,
            **{"words": "", **what},
        )
    )
    await session.flush()
    return review


def _goes_over(one: Acted, educator: Person, kind: Kind, scale: int | str | None) -> bool:
    """Whether an act of this kind would go over that one: anything of another's, or one's own level of the scale."""
    if one.act.educator_id != educator.id:
        return True
    return kind == "level" and one.act.kind == "level" and one.act.scale == scale


async def _level_of(session: AsyncSession, encounter: Encounter, scale: str) -> int | None:
    """The level that stands now: the last an educator set, else the machine's."""
    set_before = {str(name): one for name, one in stand(await reviews.acts_of(session, encounter.id)).levels.items()}
    if scale in set_before:
        return set_before[scale].act.level
    machine = await _machine_card(session, encounter)
    return {str(name): result.level for name, result in machine.scales.items()}[scale]


async def _machine_card(session: AsyncSession, encounter: Encounter) -> Scorecard:
    row = await encounters.newest_card(session, encounter.id)
    if row is None:
        raise NotFound("This encounter has no scorecard yet.", "Open it again in a moment.")
    return Scorecard.model_validate(row.card)


async def _keep_card(session: AsyncSession, encounter: Encounter) -> None:
    """Keep the educators' card as it is after this act: what lists and exports show."""
    standing = stand(await reviews.acts_of(session, encounter.id))
    card = educators_card(
        await _machine_card(session, encounter), standing, await encounters.turns_of(session, encounter.id)
    )
    before = await encounters.newest_card(session, encounter.id, source="educator")
    now = datetime.now(UTC)
    session.add(
        ScorecardRow(
            id=str(uuid4()),
            encounter_id=encounter.id,
            source="educator",
            card=card.model_dump(mode="json"),
            overall=card.overall,
            flags=len(card.flags),
            summary=card.summary.model_dump(mode="json"),
            rubric_version=card.rubric_version,
            scorer_version=card.scorer_version,
            created_at=now if before is None else max(now, before.created_at + timedelta(milliseconds=1)),
        )
    )


def _checked(words: str, *, needed: str | None) -> str:
    tidy = words.strip()
    if not tidy and needed is not None:
        raise BadRequest(needed, "Write it and send it again.")
    if len(tidy) > WORDS_CHARACTERS:
        raise BadRequest(f"That has more than {WORDS_CHARACTERS:,} characters.", "Shorten it and send it again.")
    return tidy
