"""A report of the lab in which all is well, for tests to spoil."""

from app.lab import LearnerCheck, PersonaCheck

SKILLED = LearnerCheck(
    "skilled", "maria-biopsy-result", turns=30, told={"mother": 8}, hints=7, reading_grade=0.6, overall=72, trust=1
)
GOOD = PersonaCheck(
    id="maria_rivera",
    voice="authored",
    model=None,
    difficulty="standard",
    learners=(SKILLED,),
    leaks=0,
    breaks=0,
    repeats=0,
    contradictions=0,
    separation=60.4,
    heard_skilled=1.0,
    heard_others=0.0,
    reading_limit=9.0,
    unscripted=(),
    passes=True,
)
