"""WebVTT captions as what was said, and a line number for whatever is broken in them."""

import pytest

from scoring.transcript import TranscriptError
from scoring.transcript_files.speakers import Said
from scoring.transcript_files.webvtt import read_webvtt

HEAD = "WEBVTT\n\n"
TIMES = "00:01.000 --> 00:02.000\n"


def words(text: str) -> list[tuple[str, str]]:
    return [(one.name, one.text) for one in read_webvtt(text)]


def test_a_voice_tag_names_the_speaker() -> None:
    text = f"{HEAD}{TIMES}<v Dr Ann Lee>Hello.</v>\n\n00:03.500 --> 00:04.000\n<v.loud.first Bob>Hi."

    assert read_webvtt(text) == [
        Said(line=4, name="Dr Ann Lee", text="Hello.", at_s=1.0),
        Said(line=7, name="Bob", text="Hi.", at_s=3.5),
    ]


def test_several_voices_in_a_caption_are_several_speakers() -> None:
    assert words(f"{HEAD}{TIMES}<v Ann>Hello\nthere.</v>\n<v Bob>Hi.</v> <v Ann>Sit down.") == [
        ("Ann", "Hello there."),
        ("Bob", "Hi."),
        ("Ann", "Sit down."),
    ]


@pytest.mark.parametrize(
    ("line", "name", "said"),
    [
        ("Ann: Hello.", "Ann", "Hello."),
        ("Dr. Ann van der Lee: Hello.", "Dr. Ann van der Lee", "Hello."),
        ("- Speaker 1: Hello.", "Speaker 1", "Hello."),
        (">> ANN: Hello.", "ANN", "Hello."),
        ("Ann Lee (she/her): Hello.", "Ann Lee (she/her)", "Hello."),
        ("ann: Hello.", "ann", "Hello."),
        ("the doctor: Hello.", "X", "the doctor: Hello."),
        ("家属：好的。", "X", "家属：好的。"),
        ("家属： 好的。", "家属", "好的。"),
        ("Here is the thing: I am scared.", "X", "Here is the thing: I am scared."),
        ("We met at 10:30 or so.", "X", "We met at 10:30 or so."),
    ],
)
def test_a_name_before_a_colon_names_the_speaker(line: str, name: str, said: str) -> None:
    assert words(f"{HEAD}{TIMES}X: Yes.\n\n{TIMES}{line}")[1] == (name, said)


def test_a_caption_without_a_name_goes_on_with_the_speaker_before() -> None:
    assert words(f"{HEAD}{TIMES}Ann: Hello.\n\n{TIMES}How are you?") == [("Ann", "Hello."), ("Ann", "How are you?")]


def test_lines_of_a_caption_are_one_text_unless_they_name_somebody() -> None:
    assert words(f"{HEAD}{TIMES}Ann: Hello,\nsit down.\nBob: Thanks.") == [
        ("Ann", "Hello, sit down."),
        ("Bob", "Thanks."),
    ]


def test_tags_are_taken_off_and_entities_are_read() -> None:
    line = "<v Ann &amp; Co><i>Under</i> <c.red>5 &lt; 6</c> &amp; <00:00:01.500>all&nbsp;well, 3 < 4"

    assert words(f"{HEAD}{TIMES}{line}") == [("Ann & Co", "Under 5 < 6 & all well, 3 < 4")]


def test_header_notes_styles_regions_settings_and_numbers_are_passed_over() -> None:
    text = (
        "WEBVTT - a talk\nKind: captions\nLanguage: en\n\n"
        "STYLE\n::cue { color: lime }\n\nREGION\nid:fred\n\nNOTE Nobody: says this\nor this\n\nNOTE\n\n"
        "1\n00:00:01.000 --> 00:00:02.000 align:start position:0%\nAnn: Hello.\n\n\n"
        "second\n01:00:03.250 --> 100:00:04.000\nBob: Hi.\n"
    )

    assert [(one.name, one.text, one.at_s) for one in read_webvtt(text)] == [
        ("Ann", "Hello.", 1.0),
        ("Bob", "Hi.", 3603.25),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(end: str) -> None:
    assert words(f"{HEAD}{TIMES}Ann: Hello.\n\n{TIMES}Bob: Hi.\n".replace("\n", end)) == [
        ("Ann", "Hello."),
        ("Bob", "Hi."),
    ]


def test_a_line_of_spaces_parts_captions_unless_it_is_their_first() -> None:
    assert words(f"{HEAD}{TIMES} \nAnn: Hello.\n  \n{TIMES}Bob: Hi.") == [("Ann", "Hello."), ("Bob", "Hi.")]


def test_an_empty_caption_says_nothing() -> None:
    assert words(f"{HEAD}{TIMES}\n{TIMES}Ann: Hello.") == [("Ann", "Hello.")]


@pytest.mark.parametrize("marked", ["[silence]", "(a long silence)", "[silence, 8 seconds]"])
def test_only_a_marked_silence_is_one(marked: str) -> None:
    text = f"{HEAD}{TIMES}Ann: Hello.\n\n00:50.000 --> 00:51.000\nAnn: {marked}"

    assert [(one.text, one.silent) for one in read_webvtt(text)] == [("Hello.", False), ("", True)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1: WebVTT begins with WEBVTT"),
        ("WEBVTTX\n", "line 1: WebVTT begins with WEBVTT"),
        (f"{HEAD}00:01 --> 00:02\nAnn: Hi.", "line 3: times are written"),
        (f"{HEAD}00:61.000 --> 00:62.000\nAnn: Hi.", "line 3: times are written"),
        (f"{HEAD}00:01.000 --> later\nAnn: Hi.", "line 3: times are written"),
        (f"{HEAD}{TIMES}Ann: Hi.\n\n00:00.500 --> 00:02.000\nHm.", "line 6: begins before the caption above it"),
        (f"{HEAD}{TIMES}Ann: Hi.\n{TIMES}Bob: Hi.", "line 5: an empty line is missing above these times"),
        (f"{HEAD}{TIMES}\nAnn: Hi.", "line 5: no times above these words"),
        (f"{HEAD}00:01.000 -> 00:02.000\nAnn: Hi.", "line 3: no times above these words"),
        (f"{HEAD}{TIMES}Hello.", "line 4: no name says who speaks"),
        (f"{HEAD}{TIMES}Ann: Hi.\n\n{TIMES}- Hello.\n- Hi.", "line 7: no name says who speaks"),
        (f"{HEAD}{TIMES}<v >Hello.", "line 4: a voice without a name"),
        (f"{HEAD}{TIMES}<v>Hello.", "line 4: a voice without a name"),
        (f"{HEAD}{TIMES}Ann: Hi.\n\n{TIMES}[silence]", "line 7: whose silence is it"),
    ],
)
def test_what_is_broken_is_named_with_its_line(text: str, fault: str) -> None:
    with pytest.raises(TranscriptError, match=f"^{fault}"):
        read_webvtt(text)
