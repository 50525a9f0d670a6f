"""What models put around a patient's words: a name before them, 'she whispers' after them, or 'as Maria, I would'."""

import re
from functools import lru_cache
from typing import NamedTuple

QUOTES = '"“”«»'

_LABEL = r"^\s*(?:\*\*)?(?:{names}|patient)(?:\*\*)?\s*:\s*(?:\*\*)?\s*"
_SAYING = r"(?:says?|said|asks?|whispers?|mutters?|murmurs?|repl(?:y|ies)|adds?|manages?)"
_TAGGED = rf'^["“]?(?P<said>[^"“”]+?)(?P<end>[,.!?…]*)["”],? (?:{{who}}) {_SAYING}\b[^"“”]*$'
_TAG = rf"^(?:{{who}}) {_SAYING}\b"
_WRAPPED = re.compile('^["“]([^"“”]+)["”]$')
_PARTS = r"(?:play(?:ing)?|portray(?:ing)?|pretend(?:ing)? to be|no longer|(?:role|character) of)"
_SHEETS = r"(?:instructions|prompt|script|character|persona|role)"


class Narration(NamedTuple):
    """How one patient is spoken of, where they should speak."""

    starts: tuple[str, ...]
    label: re.Pattern[str]
    tagged: re.Pattern[str]
    tag: re.Pattern[str]
    narrated: re.Pattern[str]
    third_person: re.Pattern[str]
    as_a_part: re.Pattern[str]
    """Speaks of being this patient as of a part that is played."""

    def may_be_a_label(self, bare: str) -> bool:
        """'Maria', 'Maria Rivera' or 'Patient', of which a colon may yet make a label."""
        return any(
            name.startswith(bare) or (bare.startswith(name) and len(bare) < len(name) + 4) for name in self.starts
        )

    def may_be_one(self, said: str) -> bool:
        """Whether these first words may yet become narration."""
        return self.third_person.match(said) is not None or self.tag.match(said) is not None

    def without(self, words: str) -> tuple[str, bool]:
        """What is said without its '"…" she whispers', and whether it is seen, not said: some models write a novel."""
        if ('"' in words or "”" in words) and (tagged := self.tagged.match(words)):
            end = tagged["end"].strip(",")
            return f"{tagged['said']}{end or '.'}", False
        if self.tag.match(words):
            return "", False
        if wrapped := _WRAPPED.match(words):
            return wrapped[1], False
        return words, self.narrated.match(words) is not None


@lru_cache(maxsize=256)
def narration_of(name: str, called: str, subject: str) -> Narration:
    """The patterns for this patient; remembered, as a class talks with few patients."""
    names = "|".join(map(re.escape, (name, called)))
    return Narration(
        starts=(name.lower(), called.lower(), "patient"),
        label=re.compile(_LABEL.format(names=names), re.IGNORECASE),
        tagged=re.compile(_TAGGED.format(who=f"{names}|{subject}")),
        tag=re.compile(_TAG.format(who=subject)),
        narrated=re.compile(rf"^(?:{names}) [a-z]{{3,}}s\b"),
        third_person=re.compile(rf"^(?:(?:{names})\b|(?:{subject})(?: \w*)?$)", re.IGNORECASE),
        as_a_part=re.compile(
            rf"\bas (?:{names}),? i\b|\b{_PARTS} (?:{names})\b|\b(?:{names})'s {_SHEETS}\b", re.IGNORECASE
        ),
    )
