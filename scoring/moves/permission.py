"""Permission: leave asked, given, implied by the patient's own question, asked too late, or passed over."""

import re
from collections.abc import Sequence

from personas.vocabulary import Act
from scoring.moves.phrasebook import phrase, words
from scoring.moves.scene import Scene, move
from scoring.moves.sentences import Sentence, sentences_of
from scoring.moves.telling import TELLING, sensitive_subject
from scoring.reading import Move, Permission
from scoring.transcript import Turn

_LEAVE = phrase("permission", "leave")
_WILLING = phrase("permission", "willing")
_WILLING_TO_TALK = phrase("permission", "willing_to_talk")
_CHECKS_ITSELF = phrase("permission", "checks_itself")
_ADMIN = phrase("permission", "admin")
_CAN_I_ASK = phrase("permission", "can_i_ask")
_ASK_ABOUT = phrase("permission", "ask_about")
_ASKS_WISH = re.compile(
    r"\b(?:how|what|why|where|when|which|who)\b(?: \w+){0,3} would you"
    r"|would you (?:like|want) (?:things|it|that|your \w+) to"
)
_ASKS_HOW_MUCH = words(
    r"how much (?:would you like|do you want)|what would you like (?:me )?to (?:know|hear|talk|discuss|go)"
)
_LEADS = r"(?:(?:so|and|okay|well|right|now|please|sorry|yes),? )*"
_SAID_NOT_ASKED = re.compile(_LEADS + r"(?:you |ye |it is |(?:i|we) (?:may|can|could)\b(?!.*\b(?:you|is) ))")
_I_CAN = re.compile(_LEADS + r"(?:i|we) ")
_OWN_WISH = re.compile(r"\b(?:i|we) (?:\w+ )?$")
_WH_BEFORE = re.compile(r"\b(?:what|which|who|where|when|why|how)(?: \w+){0,2} $")
_AUXILIARY_BEFORE = re.compile(r"\b(?:do|did|does|would|will|can|could|are|do not) $")
_OTHER_CONDITION = phrase("permission", "other_condition")
_ACT_TO_COME = phrase("permission", "act_to_come")
_INVITES_THE_PATIENT = words(
    r"tell me|(?:share|talk) (?:it )?(?:to|with) me|let me know|you (?:can|could) (?:tell|share|talk)"
)
_AFTER = phrase("permission", "after")
_CHOICES: tuple[tuple[re.Pattern[str], Act | None], ...] = (
    (phrase("permission", "shares_agenda"), "agenda"),
    (phrase("permission", "shares_plan"), "plan"),
    (phrase("permission", "choice"), "agenda"),
    (phrase("permission", "autonomy"), None),
)
_EITHER_WAY = words(r"either way|on either")
_GRANTS = phrase("permission", "grants")
_REFUSES = phrase("permission", "refuses")
_BARE_NO = re.compile(r"^no\b")
_PATIENT_ASKS = phrase("permission", "patient_asks")
_RESISTS = phrase("permission", "resists")
_TELL_ME = phrase("permission", "tell_me")
_TAG = re.compile(
    r"^(?:\w+,? ){0,2}(?:okay|right|yes|you know|is not it|does that make sense|do you (?:see|know what i mean))$"
)


def asks_in(scene: Scene) -> list[Move]:
    """Every move of asking leave: for what, before or after, with a choice, or as a tic.

    A choice of something names its `act`; one that only says the patient is free ("it is up to you") has none.
    """
    found: list[Move] = []
    for place, sentence in enumerate(scene.own):
        found += _leave_moves(scene, place, sentence)
        found += _choice_moves(sentence)
    return found


def _choice_moves(sentence: Sentence) -> list[Move]:
    if _EITHER_WAY.search(sentence.text):
        return []
    return [
        move("offers_choice", sentence, choice, act=act)
        for pattern, act in _CHOICES
        if (choice := pattern.search(sentence.text))
    ][:1]


def _leave_moves(scene: Scene, place: int, sentence: Sentence) -> list[Move]:
    text = _OTHER_CONDITION.sub(_blank, sentence.text)
    after = _AFTER.search(text)
    leave = next((found for found in _LEAVE.finditer(text) if _is_request(sentence, found)), None)
    if _CHECKS_ITSELF.search(text):
        return []
    if (willing := _WILLING.search(text)) and _WILLING_TO_TALK.search(text):
        return [move("asks_permission", sentence, act=act_of(scene, place, sentence) or "agenda")]
    if willing and not _CAN_I_ASK.search(text):
        return [move("asks_after", sentence, willing)]
    if after and not (leave and leave.start() < after.start() and not _tells(scene, sentence)):
        return [_after_or_before(scene, place, sentence, after)]
    if not leave:
        return []
    if _is_tic(scene, place, sentence):
        return [move("asks_leave_tic", sentence, leave)]
    return [
        move(
            "asks_permission",
            sentence,
            act=act_of(scene, place, sentence),
            tentative=bool(re.search(r"wonder|mind", text)),
        )
    ]


def _blank(found: re.Match[str]) -> str:
    """As many characters that are no word of any rule: places in the sentence do not move."""
    return re.sub(r"\w", "_", found.group())


def _after_or_before(scene: Scene, place: int, sentence: Sentence, after: re.Match[str]) -> Move:
    """A check on an examination or on the agenda before it starts is leave; on what was told, it comes too late."""
    if (menu := _menu_before(scene, place)) is not None:
        return move("asks_permission", sentence, after).model_copy(update={"start": menu.start})
    said = " . ".join(other.text for other in scene.own[max(0, place - 3) : place + 1])
    coming = _AGENDA_TO_COME.search(said) or _EXAM_TO_COME.search(said)
    if coming and not _TOLD_CONTENT.search(said):
        act: Act = "examination" if _EXAM_TO_COME.search(said) else "agenda"
        return move("asks_permission", sentence, after, act=act)
    return move("asks_after", sentence, after)


def _menu_before(scene: Scene, place: int) -> Sentence | None:
    """Where a choice of several things to do is laid out before "what do you think?": nothing is done or urged yet."""
    if not _ASKS_OPINION.search(scene.own[place].text):
        return None
    near = scene.own[max(0, place - _MENU_SENTENCES) : place]
    laid_out = next((one for one in near if _MENU.search(one.text)), None)
    return laid_out if laid_out and not any(_URGES.search(one.text) for one in near) else None


_MENU_SENTENCES = 3
_MENU, _ASKS_OPINION, _URGES = (phrase("permission", name) for name in ("menu", "asks_opinion", "urges"))
_AGENDA_TO_COME = phrase("permission", "agenda_to_come")
_EXAM_TO_COME = phrase("permission", "exam_to_come")
_TOLD_CONTENT = phrase("permission", "told_content")


def _is_request(sentence: Sentence, leave: re.Match[str]) -> bool:
    """A question to the patient, or a polite condition on what the clinician is about to do."""
    said = leave.group()
    inverted = _AUXILIARY_BEFORE.search(sentence.text[: leave.start()])
    if _SAID_NOT_ASKED.match(said) and not inverted and sentence.mark != "?":
        return not sentence.mark and not _I_CAN.match(said) and bool(_ACT_TO_COME.search(sentence.text))
    if said.startswith(("want ", "like ", "fancy ")) and _OWN_WISH.search(sentence.text[: leave.start()]):
        return False
    if said.startswith(("if ", "would you like")) and _INVITES_THE_PATIENT.search(sentence.text):
        return False
    if said.startswith(("if ", "with your")):
        return bool(
            re.search(r"\b(?:i|we|me|us|let|question|questions|just|couple|few)\b", sentence.text)
        ) and not re.search(r"if you want to (?!talk|know|hear)", sentence.text)
    if said.startswith(("do you", "did you")) and _WH_BEFORE.search(sentence.text[: leave.start()]):
        return bool(_ASKS_HOW_MUCH.search(sentence.text))
    if said.startswith(("would you like", "would you want", "would you prefer")):
        return not _ASKS_WISH.search(sentence.text) or bool(_ASKS_HOW_MUCH.search(sentence.text))
    return True


def _is_tic(scene: Scene, place: int, sentence: Sentence) -> bool:
    """Leave for a name, or for a plain question asked in the same breath: courtesy, not permission."""
    text = sentence.text
    if _ADMIN.search(text) or _is_trifle(text):
        return True
    rest = " . ".join(other.text for other in scene.own[place + 1 :])
    asked_now = any(
        (other.asks and not _LEAVE.search(other.text)) or re.match(r"any\b", other.text)
        for other in scene.own[place + 1 :]
    )
    if sensitive_subject(f"{text} . {rest}"):
        return False
    if _CAN_I_ASK.search(text):
        return not (_ASK_ABOUT.search(text) and not asked_now)
    if re.search(r"if (?:it is|that is|you do not mind|i may|you are)", text):
        return asked_now or not _PRA_COMING.search(text)
    return False


def _is_trifle(text: str) -> bool:
    """Whether leave is asked for a thing of no weight: the clinician's own seat, notes or pen, a window, a cup."""
    return bool(_TRIFLE.search(text)) and not sensitive_subject(text)


_TRIFLE = phrase("permission", "trifle")
_PERSONAL = words(r"(?:personal|private|sensitive|intimate|delicate|awkward)(?! life)")
_PRA_COMING = phrase("permission", "pra_coming")
_ACTS: tuple[Act, ...] = ("examination", "news", "advice", "plan", "education", "agenda")
_ACT_WORDS = tuple((act, phrase("permission", f"act_{act}")) for act in _ACTS)


def act_of(scene: Scene, place: int, sentence: Sentence) -> Act | None:
    """What leave is asked for; a sensitive subject goes before the rest."""
    said = sentence.text
    following = " . ".join(other.text for other in scene.own[place + 1 : place + 3])
    if sensitive_subject(f"{said} . {following}") or _PERSONAL.search(said):
        return "sensitive"
    return next((act for act, pattern in _ACT_WORDS if pattern.search(said)), None)


def _tells(scene: Scene, sentence: Sentence) -> bool:
    """Whether advice, news or a plan stands before this sentence."""
    before = " . ".join(other.text for other in scene.own[: scene.own.index(sentence)])
    return bool(_TOLD_CONTENT.search(before))


def permission_of(scene: Scene, moves: Sequence[Move]) -> Permission:
    """The codebook's label for the turn: asked, told without asking, asked too late, or nothing to ask for.

    The patient's next words do not change it: asking is judged by what was said, not by how it was taken.
    """
    asked = [found for found in moves if found.kind == "asks_permission"]
    told = [found for found in moves if found.kind in TELLING]
    after = [found for found in moves if found.kind == "asks_after"]
    if told and _was_refused(scene) and not asked:
        return "after_or_refused"
    if asked:
        return _asked_in_place(scene, asked, told)
    if after:
        return (
            "asked"
            if _requested(scene) and not told
            else "after_or_refused"
            if _content_before(scene, told, after)
            else "not_needed"
        )
    if not told:
        return "not_needed"
    if _granted(scene) or (_requested(scene) and not _opens_unasked(told)):
        return "asked"
    return "not_asked"


def _asked_in_place(scene: Scene, asked: list[Move], told: list[Move]) -> Permission:
    """An ask wins when the patient can answer it before the act, or it stands just before a sensitive question."""
    first = asked[0]
    if any(found.act == "sensitive" for found in asked):
        return "asked"
    content = [
        found
        for found in told
        if found.kind in {"advises", "tells_news", "tells_plan", "tells_fact"} and not _overlap(found, asked)
    ]
    later = [found for found in content if found.start > first.end]
    if later and not _granted(scene) and not _requested(scene):
        return "not_asked"
    if first.act == "agenda" and any(
        found.kind.endswith("question") and found.start > first.end for found in scene_questions(scene)
    ):
        return "not_needed"
    return "asked"


def scene_questions(scene: Scene) -> list[Move]:
    """Questions of the turn, as bare moves."""
    return [move("closed_question", sentence) for sentence in scene.own if sentence.asks]


def _overlap(found: Move, others: list[Move]) -> bool:
    return any(found.start < other.end and other.start < found.end for other in others)


def _content_before(scene: Scene, told: list[Move], after: list[Move]) -> bool:
    """Content, advice or a plan came first: in this turn, in the proposal itself, or in the turn before."""
    if told or any(_WILLING.search(sentence.text) for sentence in scene.own):
        return True
    mine = [turn for turn in scene.before if turn.speaker == "student"]
    return (bool(mine) and bool(_TOLD_CONTENT.search(_plain(mine[-1])))) or (len(after) > 0 and bool(mine))


def _opens_unasked(told: list[Move]) -> bool:
    return all(found.kind == "opens_sensitive" for found in told)


def _plain(turn: Turn) -> str:
    return " . ".join(sentence.text for sentence in sentences_of(turn.text))


def _last_exchange(scene: Scene) -> tuple[str, str]:
    """(clinician's last turn, patient's answer to it) in plain words."""
    if len(scene.before) < 2 or scene.before[-1].speaker != "patient" or scene.before[-2].speaker != "student":
        return "", scene.patient_last
    return _plain(scene.before[-2]), scene.patient_last


def _granted(scene: Scene) -> bool:
    """Leave was asked in the turns shown and the patient gave it."""
    for place in range(len(scene.before) - 1, 0, -1):
        asked, answer = scene.before[place - 1], scene.before[place]
        if asked.speaker == "student" and answer.speaker == "patient":
            plain = _plain(asked)
            leave = _LEAVE.search(plain)
            if (
                leave
                and not _ADMIN.search(plain)
                and not _is_trifle(plain)
                and not _CAN_I_ASK.search(plain)
                and _GRANTS.match(_plain(answer))
                and not _REFUSES.search(_plain(answer))
            ):
                return True
    return False


def _was_refused(scene: Scene) -> bool:
    asked, answer = _last_exchange(scene)
    leave = _LEAVE.search(asked) or _WILLING.search(asked)
    return bool(
        _REFUSES.search(answer)
        or (leave and _BARE_NO.match(answer) and not _GRANTS.match(answer) and not re.search(r"mind", asked))
    ) and bool(leave)


def _requested(scene: Scene) -> bool:
    """The patient asked a question or asked to be told in their last turn, or earlier and is still being told.

    A request to be told or advised holds while the clinician goes on telling, until the clinician asks a question
    or the patient argues against what is told (MITI 4.2.1: permission does not last into being pressed).
    """
    latest = True
    for turn in reversed(scene.before):
        said = sentences_of(turn.text)
        if turn.speaker == "student":
            if any(sentence.asks and not _TAG.search(sentence.text) for sentence in said):
                return False
            latest = False
        elif _asks_to_be_told(said[-4:], anything=latest):
            return True
        elif any(_RESISTS.search(sentence.text) for sentence in said):
            return False
    return False


def _asks_to_be_told(said: Sequence[Sentence], *, anything: bool) -> bool:
    """Whether the patient asks for telling or advice; `anything`: a question of any kind is enough."""
    return any(
        _TELL_ME.search(sentence.text)
        or (anything and sentence.asks and len(sentence.words) >= 2 and _PATIENT_ASKS.search(sentence.text))
        for sentence in said
    )
