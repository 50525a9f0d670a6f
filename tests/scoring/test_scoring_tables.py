"""A table of a conversation as what was said, and a line number for whatever is broken in it."""

import pytest

from scoring.transcript import TranscriptError
from scoring.transcript_files.speakers import Said
from scoring.transcript_files.tables import read_table


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(("who", "said"), [("speaker", "text"), ("Role", "Said"), (" WHO ", "utterance")])
def test_rows_under_the_titles_people_use(separator: str, who: str, said: str) -> None:
    rows = [[who, said], ["Doctor", "Hello."], ["Patient", "Hi."]]

    assert read_table("\n".join(separator.join(row) for row in rows)) == [
        Said(line=2, name="Doctor", text="Hello."),
        Said(line=3, name="Patient", text="Hi."),
    ]


def test_other_columns_are_passed_over_and_quotes_hold_what_is_in_them() -> None:
    text = 'no,speaker,text,does,at_s\r\n1,Ann,"Hello, ""you"".\r\nSit down.",She smiles.,1.5\r\n\r\n2,Bob,Hi.,,\r\n'

    assert read_table(text) == [
        Said(line=2, name="Ann", text='Hello, "you".\nSit down.', does="She smiles.", at_s=1.5),
        Said(line=5, name="Bob", text="Hi."),
    ]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("", None), ("12", 12.0), ("12.5", 12.5), ("1:02", 62.0), ("0:01:02.5", 62.5), ("1:00:00", 3600.0)],
)
@pytest.mark.parametrize("title", ["at_s", "start", "time"])
def test_times_are_seconds_or_a_clock(title: str, written: str, seconds: float | None) -> None:
    assert read_table(f"who,said,{title}\nAnn,Hello.,{written}")[0].at_s == seconds


def test_a_comma_may_part_the_seconds() -> None:
    assert read_table("who;said;time\nAnn;Hello.;12,5")[0].at_s == 12.5


def test_a_silence_is_marked_and_what_is_done_needs_no_words() -> None:
    text = "who,said,does,silent\nAnn,[silence],,\nAnn,,,yes\nBob,,He looks away.,no"

    assert [(one.text, one.does, one.silent) for one in read_table(text)] == [
        ("", None, True),
        ("", None, True),
        ("", "He looks away.", False),
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1: no column is called speaker, role or who"),
        ("\n\nname,text\nAnn,Hi.", "line 3: no column is called speaker, role or who"),
        ("speaker,words\nAnn,Hi.", "line 1: no column is called text, said or utterance"),
        ("speaker,role,text\nAnn,student,Hi.", "line 1: keep one of the columns speaker and role"),
        ("who,said\nAnn,Hello, you.", "line 2: 3 cells under 2 titles"),
        ('who,said\nAnn,"Hello\nyou."\nBob', "line 4: 1 cells under 2 titles"),
        ('who,said\nAnn,Hi.\nBob,"Hi.\nAnn,Hi.\n', "line 3: unexpected end of data"),
        ('who,said\nAnn,"Hi." he said', "line 2: "),
        ("who,said\n,Hi.", "line 2: nobody is named as the speaker"),
        ("who,said\nAnn,", "line 2: nothing is said"),
        ("who,said,time\nAnn,Hi.,later", "line 2: a time is seconds"),
        ("who,said,time\nAnn,Hi.,-4", "line 2: a time is seconds"),
        ("who,said,silent\nAnn,Hi.,maybe", "line 2: silent is yes, no or empty"),
    ],
)
def test_what_is_broken_is_named_with_its_line(text: str, fault: str) -> None:
    with pytest.raises(TranscriptError, match=f"^{fault}"):
        read_table(text)
