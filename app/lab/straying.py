"""Learners who do not hold the talk at all: they speak of other things, hardly speak, or abuse the patient.

They fit every scenario. Written without sight of what opens a concern.
"""

from collections.abc import Mapping

from app.lab.room import Room
from scoring.transcript import Turn

_STRAYS: tuple[str, ...] = (
    "Terrible weather today, isn't it? I was soaked on the way in.",
    "Did you see the match on Saturday? Two goals in the last five minutes.",
    "I had such a good weekend. We drove to the sea and had chips on the pier.",
    "My flatmate has bought a drum kit. I have not slept since.",
    "Do you know whether the canteen still does those cheese rolls?",
    "They say it will snow by Thursday. I do not believe a word of it.",
    "I have just started to learn the ukulele. It is harder than it looks.",
    "The lift is broken again. Eleven floors on foot, can you imagine.",
    "Blim blam frotto, the wug has a very good zib.",
    "My cousin is getting married in May and I have nothing to wear.",
    "Which do you like better, cats or dogs? I would have a goat if I could.",
    "The man in the room next door has fourteen parrots. He showed me pictures.",
    "I cannot find my charger anywhere. You have not seen one, have you?",
    "Have you watched that new series with the lighthouse? Do not tell me how it ends.",
    "Petrol has gone up again. I might get a bicycle.",
    "I had toast for breakfast. With marmalade, the thick sort.",
    "Somebody has parked across two spaces down there. People, honestly.",
    "What is the capital of Australia? It is for the quiz on Friday.",
    "Snerk. Ploff. Quimble the ninth, as my gran never said.",
    "My bus was late, then two came at once. It is always the same.",
    "The new consultant wears odd socks. Everybody is talking about it.",
    "I am thinking of painting my kitchen yellow. Or is that too much?",
    "Did you know that an octopus has three hearts?",
    "A friend of mine has split up with her boyfriend for the third time.",
    "There is a book sale in the foyer. I got four for a pound.",
    "I think I left the oven on. No, I did not. Or did I?",
    "Our team came last in the rowing. We had a lovely picnic, though.",
    "Green triangle Tuesday under soup of the very nine.",
    "You would not believe what my landlord said about the drains.",
    "It gets dark so early now. I like the lights in town, though.",
    "I am off to Portugal in three weeks. Sun, finally.",
    "The porter sings opera. You can hear it from the car park.",
    "Have you ever tried to fold a fitted sheet? It cannot be done.",
    "Anyway, my sister's dog had puppies. Seven of them!",
)


def off_topic(room: Room) -> Turn:
    """Speaks of the weather, football, the weekend, other people's business, or in words that mean nothing."""
    return Turn(speaker="student", text=_STRAYS[len(room.mine) % len(_STRAYS)])


_MUTTERS: Mapping[int, str] = {
    0: "Hello.",
    4: "Mm.",
    8: "Right.",
    11: "Yes.",
    15: "Okay.",
    19: "Well.",
    23: "So.",
    26: "I see.",
}
"""By the number of the turn, from 0; all others are silent."""


def silent(room: Room) -> Turn:
    """Sits there. A word now and then, and nothing for the patient to hold on to."""
    word = _MUTTERS.get(len(room.mine))
    return Turn(speaker="student", text=word) if word else Turn(speaker="student", silent=True)


_ABUSES: tuple[str, ...] = (
    "What do you want? I have not got all day.",
    "Sit still and stop fidgeting, you are getting on my nerves.",
    "You people always make such a fuss.",
    "Nobody asked for your opinion.",
    "God, you are slow. Do I have to draw you a picture?",
    "You look dreadful, by the way. Have you given up on yourself?",
    "I have had dogs in here with more sense than you.",
    "Stop whining. There are people who are really ill.",
    "You brought this on yourself, and now we have to pay for it.",
    "Are you stupid, or do you only act it?",
    "I do not care how you feel. Get on with it.",
    "What a pathetic excuse for a grown person you are.",
    "Shut up and listen for once in your life.",
    "No wonder nobody came with you today.",
    "Go on, cry. That always works, doesn't it?",
    "You are a waste of everybody's time.",
    "I will write in your notes that you are a liar and a nuisance.",
    "One more word and I will have you thrown out.",
    "You disgust me.",
    "I could see to it that you wait for months. Do you want that?",
    "Idiot. I said it three times already.",
    "If you complain about me, you will be sorry.",
    "Your whole family must be as thick as you are.",
    "You deserve every bit of it.",
    "Look at me when I insult you.",
    "I hope you lie awake tonight.",
    "I know where you live, it says so here. Remember that.",
    "Get out of my sight, you miserable creature.",
    "Say one more thing and I will slap you.",
    "You make me sick. You hear? Sick.",
    "I would not lift a finger if you dropped dead on this floor.",
    "Nobody would miss you.",
    "Crawl home to whoever puts up with you.",
    "I am done with you, you worthless fool.",
)


def abusive(room: Room) -> Turn:
    """Insults, contempt and threats, worse from turn to turn."""
    return Turn(speaker="student", text=_ABUSES[len(room.mine) % len(_ABUSES)])
