"""The words by which the observed habits are told: expressions over a turn with straight apostrophes."""

import re

OWN_NAME = re.compile(
    r"\bmy name(?: is|'s) \w+|\b(?:i'm|i am|im|this is|it's) (?:dr\.? |doctor |nurse |sister )?"
    r"(?!(?:sorry|here|glad|just|the|a|an|one|not|so|very|going|your|calling|ringing|from|afraid|happy|pleased|about|"
    r"also|still|really|nice|good|important|about)\b)"
    r"[^\W\d_]+(?: (?-i:[A-Z])[\w'\u2019-]+){0,2}(?=,| and\b| from\b| one of\b| the\b| a\b| an\b| your\b|\.|$)",
    re.IGNORECASE,
)
INTRODUCES = re.compile(r"\bmy name(?: is|'s) \w+", re.IGNORECASE)
ROLE = re.compile(
    r"\b(?:(?:medical|nursing|dental|pharmacy) )?students?\b|"
    r"\b(?:i'm|i am|im|this is|my name is)\b[^.?!]{0,40}?"
    r"\b(?:doctors?|dr|nurses?|midwi(?:fe|ves)|pharmacist|physiotherapist|therapist|counsellor|counselor|registrar|"
    r"consultant|assistant|radiologist|gp|team|ward|clinic|hospital|department|advocate|coach|educator|dieti[ct]ian|"
    r"(?:social|case|health|support) (?:worker|manager)|nutritionist|pharmacy|practice|surgery|paramedic)\b|"
    r"\b(?:i'm|i am|im|this is)\b[^.?!]{0,40}?\bone of (?:the|our|your) (?!people|ones|things|reasons)[a-z]+s\b|"
    r"\bi (?:work|help out|volunteer) (?:here|with (?:the|dr|doctor|your|our)|at|for|on|in) |"
    r"\bmy (?:role|job) (?:here )?is\b",
    re.IGNORECASE,
)
CALLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.? [A-Z]|"
    r"\b(?:[Hh]i|[Hh]iya|[Hh]ello|[Hh]ey|[Gg]ood (?:morning|afternoon|evening|day)),? "
    r"(?!(?:There|I|You|How|My|What)\b)[A-Z]\w+\b"
)
GREETS = re.compile(
    r"\b(?:hi|hiya|hello|hey|good (?:morning|afternoon|evening|day)|welcome|(?:nice|good|pleased) to (?:meet|see) you|"
    r"come (?:on )?in|how do you do|how are you)\b",
    re.IGNORECASE,
)
GOES_ON_FROM = re.compile(
    r"^\W*(?:so|and|but|ok(?:ay)?|well|yeah|yes|right|all ?right|mm+|mm-?hm+|now|then|because|also)\b", re.IGNORECASE
)
"""Words that go on from what was said before a talk begins."""
MEANS = re.compile(
    r"\b(?:(?:that|this|it|which) (?:means|tells us|would mean)(?! (?:that )?you (?:want|think|feel|like))|"
    r"what (?:that|this|it) means|in other words|to put it simply|the (?:main|important) (?:thing|point) is)\b",
    re.IGNORECASE,
)
SUMS_UP = re.compile(
    r"\b(?:to sum(?:marise|marize)? up|to recap|before (?:you|we) (?:go|finish|leave)|so,? (?:just )?to (?:sum|recap)|"
    r"what we(?:'ve| have)? (?:agreed|talked about|covered|said|discussed)|"
    r"we(?:'ve| have) (?:talked about|covered|agreed|discussed)|"
    r"(?:to |let me |let's )(?:just )?(?:bring|pull|put|tie|draw) (?:it|this|that|everything|things|all (?:of )?this)"
    r"(?: all)? together|in summary|to summar\w+|let me (?:just )?(?:summar\w+|recap|go back over|sum)|"
    r"did i (?:\w+ )?(?:get|miss|understand|catch)(?: \w+){0,3}\?|"
    r"your (?:main|two|three|\w+ main) (?:concerns|worries|things|questions|points)|see you (?:again|on|in|next))\b",
    re.IGNORECASE,
)
TO_THEM = re.compile(r"\b(?:you|your|you're|you've|you'd)\b", re.IGNORECASE)
NEXT = re.compile(
    r"\b(?:next step|what happens next|the next thing|after that we|from here|next time (?:we|you|i)|"
    r"when (?:we|you) (?:get together|meet|talk|speak|come|see (?:me|each other))(?: \w+)? (?:again|back|next)|"
    r"(?:we|i)(?:'ll| will| can) (?:\w+ )?(?:follow (?:this |that |it )?up|meet again|talk again|speak again|see you|"
    r"be back|go (?:and )?(?:talk|speak) (?:to|with)))\b",
    re.IGNORECASE,
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
BY_WHEN = re.compile(
    r"\b(?:i|we|they|someone|somebody|she|he|the \w+)"
    r"(?:'ll| will|'re going to| are going to|'m going to| am going to)\b[^.?!]{0,120}?"
    r"\b(?:(?:in|within) (?:just |only |about |around |roughly |the next )*(?:a|an|one|two|three|four|five|six|ten|\d+)"
    r"(?: few| couple(?: of)?)? (?:minutes?|hours?|days?|weeks?|months?)|"
    r"(?:about|around) (?:a|one|two|three|six) (?:days?|weeks?|months?) from now|before you (?:leave|go)|"
    rf"(?:this|next) (?:week|month|{_WEEKDAY})|tomorrow|tonight|by (?:{_WEEKDAY}|the end of)|on {_WEEKDAY})\b|"
    r"\bbefore you (?:leave|go)\b[^.?!]{0,40}?\b(?:i|we)(?:'ll| will)\b",
    re.IGNORECASE,
)
"""A promise with a time on it."""
EVERY_DAY = re.compile(r"\bevery (?:\w+ )?(?:day|morning|evening|night|week|time)\b", re.IGNORECASE)
FAREWELL = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|right|well|all ?right|great|good|thanks?|thank you|so|very much|then|yeah|yes)\W+)*"
    r"(?:bye|good ?bye|see you|take care|have a (?:good|nice|lovely))\b",
    re.IGNORECASE,
)
RUSHES = re.compile(
    r"\b(?:(?:just |real |really )?quickly|(?:just )?a quick|in a (?:hurry|rush)|hurry up|no time for|"
    r"(?:don't|do not|haven't) (?:have |got )?(?:much|a lot of|the|any) time|running late|let's (?:just )?move on|"
    r"i'm (?:very |really )?busy|get (?:this|it) over with)\b",
    re.IGNORECASE,
)
GOES_ON = re.compile(r"^\s*(?:--?|\u2014|\.\.\.|\u2026)")
"""How it marks one that was begun before."""
