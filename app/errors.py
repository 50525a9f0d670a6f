"""The one error tree. Every error a person can meet has a status, a sentence for them, and what they can do now.

RapportError
├── SignInNeeded 401         ├── WrongPassword 401
├── LinkExpired 403          ├── WrongOrigin 403      ├── AssessmentMode 403   ├── NoHints 403
├── NotFound 404             ├── WrongMethod 405      ├── TooLarge 413
├── EncounterEnded 409       ├── ReplyRunning 409     ├── NothingToAnswer 409
├── EncounterFull 409        ├── StillRunning 409     ├── NothingSaid 409     ├── TimeIsUp 409
├── AssignmentClosed 409     ├── NoAttemptsLeft 409   ├── AssignmentUsed 409  ├── CaseClosed 409
├── NotReleased 409          ├── AlreadyRated 409     ├── FlagsOpen 409       ├── ReviewChanged 409
├── OnlyEducator 409     ├── CheckRunning 409
├── EmptyTurn 422            ├── TurnTooLong 422      ├── TurnIdReused 422    ├── BadRequest 422
├── TooManyTries 429
├── PatientUnreachable 502   ├── PatientCutOff 502    ├── PatientSlow 504
├── TooManyTalking 503       ├── StorageNotReady 503
├── StorageFault
│   ├── StorageFull 507      ├── StorageBusy 503      ├── StorageUnreachable 503   ├── StorageBroken 503
└── Unexpected 500
"""


class RapportError(Exception):
    """A fault a person meets. Subclasses set the status, the code, the sentence and the way on."""

    status: int = 500
    code: str = "unexpected"
    message: str = "Something went wrong on our side."
    what_now: str = "Nothing you wrote is lost. Try again in a moment."
    retry_after_s: int | None = None
    """When to try again, where that is known; sent as Retry-After."""

    def __init__(self, message: str | None = None, what_now: str | None = None, *, cause: str = "") -> None:
        self.cause = cause  # a short code for the log; never shown
        self.message = message or type(self).message
        self.what_now = what_now or type(self).what_now
        super().__init__(self.message)


class Unexpected(RapportError):
    """A fault nobody foresaw; its details go to the log, never to the page."""


class SignInNeeded(RapportError):
    status, code = 401, "sign_in_needed"
    message = "You are not signed in."
    what_now = "Sign in, then come back to this page."


class WrongPassword(RapportError):
    status, code = 401, "wrong_password"
    message = "That email and password do not belong together."
    what_now = "Try again, or ask your educator for a sign-in link."


class LinkExpired(RapportError):
    status, code = 403, "link_expired"
    message = "This sign-in link has expired or was already used."
    what_now = "Ask for a new link, or sign in with your password."


class WrongOrigin(RapportError):
    status, code = 403, "wrong_origin"
    message = "This request came from another site, so it was refused."
    what_now = "Open Rapport directly and try again."


class NotFound(RapportError):
    status, code = 404, "not_found"
    message = "There is nothing here, or it is not yours to see."
    what_now = "Go back to your home page."


class WrongMethod(RapportError):
    status, code = 405, "wrong_method"
    message = "This address does not take that kind of request."
    what_now = "Go back and use the page's own buttons."


class TooLarge(RapportError):
    status, code = 413, "too_large"
    message = "That is more than this server takes in at once."
    what_now = "Send less at a time."


class EncounterEnded(RapportError):
    status, code = 409, "encounter_ended"
    message = "This encounter has ended."
    what_now = "Read its feedback, or start again."


class PatientLeft(RapportError):
    status, code = 409, "patient_left"
    message = "The patient has gone."
    what_now = "End the talk to read what happened; from there you can try again."


class ReplyRunning(RapportError):
    status, code = 409, "reply_running"
    message = "The patient is still answering."
    what_now = "Wait for the answer or stop it, then send your words."


class AssessmentMode(RapportError):
    status, code = 403, "assessment_mode"
    message = "This is an assessment, so there are no hints and no second tries."
    what_now = "Go on without one. In free practice you can have as many as you like."


class NoHints(RapportError):
    status, code = 403, "no_hints"
    message = "Your educator set this without hints."
    what_now = "Go on without one. In free practice you can have as many as you like."


class EncounterFull(RapportError):
    status, code = 409, "encounter_full"
    message = "This encounter has reached its longest length."
    what_now = "End it and read its feedback."


class StillRunning(RapportError):
    status, code = 409, "still_running"
    message = "This encounter has not ended, so there is no feedback yet."
    what_now = "Go on talking, or end it to read its feedback."


class NothingSaid(RapportError):
    status, code = 409, "nothing_said"
    message = "Nothing was said yet, so there is nothing to give feedback on."
    what_now = "Say something first, or leave."


class AssignmentClosed(RapportError):
    status, code = 409, "assignment_closed"
    message = "This assignment is not open now."
    what_now = "Look at its dates on your home page."


class NoAttemptsLeft(RapportError):
    status, code = 409, "no_attempts_left"
    message = "You have used all your attempts at this assignment."
    what_now = "Go back to your home page: those you began are there."


class AssignmentUsed(RapportError):
    status, code = 409, "assignment_used"
    message = "Somebody has begun this assignment already."
    what_now = "Close it by its closing time, and set another one."


class CaseClosed(RapportError):
    status, code = 409, "case_closed"
    message = "This patient is part of an assessment of your class just now."
    what_now = "You can practise with them again when it has closed."


class TimeIsUp(RapportError):
    status, code = 409, "time_is_up"
    message = "Your time was over before this was sent, so it was not said."
    what_now = "End the talk. All that was said before counts."


class NotReleased(RapportError):
    status, code = 409, "not_released"
    message = "This result is not released yet."
    what_now = "You will find it here when it is."


class AlreadyRated(RapportError):
    status, code = 409, "already_rated"
    message = "You have rated this encounter already."
    what_now = "Read its feedback."


class FlagsOpen(RapportError):
    status, code = 409, "flags_open"
    message = "There are safety flags nobody has looked at yet."
    what_now = "Keep or dismiss each flag, then accept the result."


class ReviewChanged(RapportError):
    status, code = 409, "review_changed"
    message = "Somebody else changed this review while you were reading."
    what_now = "Nothing of yours was saved over theirs. Look at what changed, then send yours again."


class OnlyEducator(RapportError):
    status, code = 409, "only_educator"
    message = "A class needs somebody who teaches it."
    what_now = "Add another educator first, or archive the class."


class CheckRunning(RapportError):
    status, code = 409, "check_running"
    message = "This patient is being checked already."
    what_now = "Wait until that check is over; its page shows what came of it."


class NothingToAnswer(RapportError):
    status, code = 409, "nothing_to_answer"
    message = "The patient has already answered everything you said."
    what_now = "Say something first."


class EmptyTurn(RapportError):
    status, code = 422, "empty_turn"
    message = "There were no words to send."
    what_now = "Write what you want to say, or choose to stay silent."


class TurnTooLong(RapportError):
    status, code = 422, "turn_too_long"
    message = "That is more than 2,000 characters, longer than a patient can take in at once."
    what_now = "Your words are still in the box. Shorten them and send again."


class TurnIdReused(RapportError):
    status, code = 422, "turn_id_reused"
    message = "This turn was already sent with other words."
    what_now = "Reload the page to see what was sent, then say it anew."


class BadRequest(RapportError):
    status, code = 422, "bad_request"
    message = "Part of what was sent could not be understood."
    what_now = "Correct it and send it again."


class TooManyTries(RapportError):
    status, code = 429, "too_many_tries"
    message = "Too many tries in a short time."
    what_now = "Wait a minute, then try again."
    retry_after_s = 60


class TooManyTalking(RapportError):
    status, code = 503, "too_many_talking"
    message = "Very many people are talking with patients just now."
    what_now = "Your words are still in the box. Send them again in a few seconds."
    retry_after_s = 5


class PatientUnreachable(RapportError):
    status, code = 502, "patient_unreachable"
    message = "The patient could not be reached."
    what_now = "Your words are saved. Ask again."


class PatientCutOff(RapportError):
    status, code = 502, "patient_cut_off"
    message = "The patient's answer was cut off."
    what_now = "Your words are saved. Ask again."


class PatientSlow(RapportError):
    status, code = 504, "patient_slow"
    message = "The patient took too long to answer."
    what_now = "Your words are saved. Ask again."


class StorageFault(RapportError):
    """The database did not take or give what it should; nothing of it was half done, and it may do so later."""


class StorageFull(StorageFault):
    status, code = 507, "storage_full"
    message = "The server could not save this: its disk is full."
    what_now = "Tell whoever runs this server, and try again later."


class StorageBusy(StorageFault):
    status, code = 503, "storage_busy"
    message = "The server could not save this: its database is busy."
    what_now = "Try again in a moment."
    retry_after_s = 5


class StorageUnreachable(StorageFault):
    status, code = 503, "storage_unreachable"
    message = "The server cannot reach its database just now."
    what_now = "Try again in a moment."
    retry_after_s = 5


class StorageBroken(StorageFault):
    status, code = 503, "storage_broken"
    message = "The server cannot use its database: the disk or the file it is on gives errors."
    what_now = "Tell whoever runs this server."


class StorageNotReady(RapportError):
    status, code = 503, "storage_not_ready"
    message = "The database is not ready."
    what_now = "Tell whoever runs this server."


def by_code(code: str, what_now: str | None = None) -> RapportError:
    """The error with this code, for one that was stored; `Unexpected` when no error has it any more."""
    kinds = list(RapportError.__subclasses__())
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
        if kind.code == code:
            return kind(what_now=what_now)
    return Unexpected()
