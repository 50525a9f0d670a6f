"""What is said in the measurements: the patient's replies, cut into tokens, and the students' turns."""

import re
from itertools import accumulate

REPLIES = (
    "*She folds the letter and puts it back in her bag.* I have been awake since half past four this morning. The"
    " radio was on, but I could not tell you what they said. I made the sandwiches and I cleaned the whole "
    "kitchen twice. Then I sat in the car for a long while before I came in. *She looks at the window.* My "
    "neighbour offered to come along, but I told her to stay. She talks so much when she is nervous, and so do I."
    " The woman at the desk was friendly and showed me where to wait. I kept thinking that you would call "
    "somebody else first.",
    "It is hard to say how I have been these last weeks. *She turns the ring on her finger.* Some days I go to "
    "the shop and everything is as it always was. Then somebody asks me for a pound of apples and I stand there. "
    "I count the change three times and still give them too little. *She breathes out slowly.* My manager has "
    "noticed, but he has not said anything yet. He only moved me to the back, where there are boxes to sort. I "
    "suppose he means it well, and I was glad of the quiet. I would rather have a plain answer than another week "
    "like that.",
    "I did not write my questions down, although I had wanted to. *She shrugs and looks at her shoes.* On the bus"
    " there were seven or eight of them in my head. Now that I sit here I can hardly find a single one. Perhaps "
    "they will come back when we have talked for a bit. *She almost smiles.* You must see people like me in this "
    "room every day. I am usually the one who keeps everybody else calm at home. When the boiler burst last "
    "winter, I was the only one laughing. This is another matter, and I do not know how to carry it.",
    "*She pulls her cardigan closer.* My sister telephoned last night and we spoke for more than an hour. She "
    "wanted to know the time of the appointment and who I would see. I told her about the weather and about the "
    "new bus route instead. She let me go on like that, and then she said good night. *She rubs her forehead.* "
    "Afterwards I felt worse than before, as if I had lied to her. We have never kept things from each other in "
    "all these years. She would have taken the early train, and I did not want that. So I came alone, with a book"
    " that I have not opened.",
    "The leaflet was clear enough, and I read it from front to back. *She nods, a little too quickly.* It has "
    "drawings in it, and a telephone number on the last page. I put it on the shelf beside the cookery books. "
    "Then I took it down again and read the second page once more. *She presses her lips together.* There were "
    "some words in it that I had to look up. One of them meant three different things, and none of them helped "
    "me. I closed the computer and went to bed with my clothes on. That was on Tuesday, and it feels like a month"
    " ago.",
    "I would like you to go slowly with me today. *She sits up and puts her hands flat on the table.* When people"
    " talk quickly I only hear the first half of it. The nurse last time was in a hurry and I nodded at "
    "everything. At home I could not repeat a single thing that she had told me. *She glances at the door.* My "
    "husband asked, and I made something up to have it over with. He believed me, which was nearly worse than if "
    "he had not. So please say it in the way you would to a friend. I can bear it better when I know where I "
    "stand.",
)
"""Each within what a patient may say at a time: eight sentences and two actions, under 700 characters spoken.

Two of six begin with an action, which is passed on when it is whole."""

SAID = (
    "I have your chart {number} with me. How have you been since we last met?",
    "I can see that this waiting is hard. Your chart {number} is open here, so we can take our time.",
    "Before we go on, what do you know about the test in chart {number}?",
    "That sounds exhausting. I wrote it in chart {number} so that nobody asks you twice. What worries you most?",
    "Thank you for telling me. Would it be all right if we looked at chart {number} together?",
    "I put chart {number} aside for a moment. You look worried, and I would like to hear why.",
    "Who is at home with you? It is not written in chart {number}, and I would like to know.",
    "Let me say back what I heard. Chart {number} says little about it: you sleep badly and you keep it to yourself.",
    "Take all the time you need. Chart {number} can wait.",
    "What would help you most today? I have half an hour for you and for chart {number}.",
)
"""Student turns. The number makes every turn new, as people's words are, and tells which turn a request is about."""


def student_turn(number: int) -> str:
    """The words of one student turn."""
    return SAID[number % len(SAID)].format(number=number)


def reply_to(number: int) -> int:
    """Which of the replies answers this turn."""
    return number % len(REPLIES)


def tokens(text: str) -> list[str]:
    """The text as a model streams it: a word, a bit of a long one, or a mark at a time."""
    return re.findall(r"\s*(?:[\w']{1,9}|[^\w\s])", text)


TOKENS = tuple(tuple(tokens(reply)) for reply in REPLIES)
ENDS = tuple(tuple(accumulate(map(len, cut))) for cut in TOKENS)
"""For each reply and token: characters of the reply once this token was said."""
