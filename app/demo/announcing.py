"""What `demo` prints: who to sign in as first, and a link for everybody."""

from collections.abc import Iterator

from app.demo.cast import NEWCOMER, STUDENTS, Invited
from app.demo.programme import CLASS, LATER_TALKS, TALKS
from app.errors import RapportError


def announce(invited: tuple[Invited, ...], fault: RapportError | None) -> Iterator[str]:
    """The lines. The first two people have role, address and link in theirs, as `Cast.in_order` has them."""
    finished = sum(talk.ends for talk in (*TALKS, *LATER_TALKS))
    educator, newcomer, *others = invited
    if fault is None:
        yield f"The class “{CLASS}” is ready: {len(STUDENTS)} students, {finished} finished talks, some reviewed."
    else:
        yield f"The class “{CLASS}” is there, but not all of its talks and reviews: {fault.message}"
        yield "To have all of it, run this again with RAPPORT_DATA_DIR set to an empty folder."
    yield "Each link signs in once."
    yield from ("", "To review what students did, sign in as Eva, who teaches the class:", _with_role(educator))
    yield "  (It leads to what waits for her; the doubtful come first.)"
    yield from ("", f"To hold a talk, sign in as {NEWCOMER}, who has not spoken with anybody:", _with_role(newcomer))
    yield "  (It leads to free practice, with feedback at once. What her class has set stands on her home page.)"
    about = " Ada does well, Ben middling, Cem badly; Kiran's talk is still running:" if fault is None else ""
    yield from ("", f"The others.{about}")
    for one in others:
        yield f"  {one.person.email:<24} {one.link}"


def _with_role(one: Invited) -> str:
    return f"  {one.person.role:<9} {one.person.email:<24} {one.link}"
