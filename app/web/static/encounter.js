// The consulting room: what the student does, and the patient's answer as it comes.

import { runClock } from "./clock.js";
import { runComposer } from "./composer.js";
import { runDeeds } from "./deeds.js";
import { keeper, newId } from "./kept.js";
import { addTurn, draw, partsOf, settled } from "./speech.js";
import { ask, Fault, follow, PASSES } from "./stream.js";

const at = (id) => document.getElementById(id);
const room = at("room");
const { encounter, called, subject } = room.dataset;
const api = `/api/v1/encounters/${encounter}`;
const talk = at("talk");
const status = at("status");
const trouble = at("trouble");
const kept = keeper(encounter);
const busyControls = [at("silent"), at("ask-hint")].filter(Boolean);
const deeds = runDeeds(at("open-deeds"), at("deeds"), () => at("said").focus());
let running = null;
let unsure = null; // a turn that was sent and not answered: whatever is sent next goes as this turn, so it is never two

const composer = runComposer({
  box: at("said"),
  form: at("composer"),
  note: at("limit"),
  limit: Number(room.dataset.limit),
  kept,
  mayBeEmpty: () => deeds.chosen() !== null,
  onSend: (said) => say(said, !said, deeds.chosen()),
});

/** Say something, or stay silent. The words stay kept until the server has them. */
async function say(said, silent, deed = null) {
  if (running) {
    status.textContent = `${called} is still answering. Your words stay in the box.`;
    return;
  }
  hideTrouble();
  at("hint").hidden = true;
  at("first-word")?.remove();
  const earlier = unsure;
  const turn = { turnId: earlier?.turnId ?? newId(), said, silent, deed };
  kept.write("sending", JSON.stringify(turn));
  const mine = addTurn(talk, { name: "You", mine: true, turnId: turn.turnId });
  const done = deed ? deeds.done(deed) : silent && "You stay silent.";
  draw(mine, [done && { does: true, text: done }, said && { does: false, text: said }].filter(Boolean));
  if (said) composer.put("");
  deeds.choose(null);
  const start = async () => {
    const body = { turn_id: turn.turnId, said, silent: silent && !deed, does: deed };
    const answer = await ask(`${api}/turns`, { method: "POST", accept: "text/event-stream", body });
    kept.write("sending", "");
    unsure = null;
    return answer;
  };
  const takeBack = (code) => {
    mine.parentElement.remove();
    unsure = code === "turn_id_reused" ? earlier : turn; // the server has the earlier words under this id
    kept.write("sending", JSON.stringify({ ...unsure, isInBox: true }));
    composer.putBefore(said);
    deeds.choose(deed);
  };
  const again = () => {
    const words = at("said").value.trim() || said;
    return silent ? say("", true, deed) : say(words, false, deeds.chosen());
  };
  await hear(turn.turnId, start, { takeBack, again });
}

/** Hear an answer to its end: words as they come, or a sentence why not. */
async function hear(turnId, first, { takeBack, again } = {}) {
  running = turnId;
  let begun = !first;
  listenTo(true, begun);
  const box = addTurn(talk, { name: called, mine: false });
  const caret = document.createElement("span");
  caret.className = "caret";
  caret.setAttribute("aria-hidden", "true");
  caret.textContent = "…";
  box.append(caret);
  toEnd(true);
  let raw = "";
  const show = (text) => {
    caret.remove();
    const near = isNearEnd();
    draw(box, partsOf(text));
    if (near) toEnd();
  };
  const resume = (after) => ask(`${api}/turns/${turnId}/reply?after=${after}`, { accept: "text/event-stream" });
  const request = first && (async () => {
    const answer = await first();
    begun = true;
    at("stop").disabled = false;
    return answer;
  });
  try {
    const last = await follow(request, resume, {
      onPiece: (text) => {
        raw += text;
        if (settled(raw).trim()) show(settled(raw));
        status.textContent = `${called} is speaking`;
      },
      onLost: () => (status.textContent = "The connection was lost. Trying to come back; your words are saved."),
      onBack: () => (status.textContent = `${called} is speaking`),
    });
    if (last.event === "failed") {
      box.parentElement.remove();
      failed(turnId, `${last.data.message} ${last.data.what_now}`);
    } else finished(box, raw, show, last.data);
  } catch (fault) {
    box.parentElement.remove();
    refused(fault, begun, turnId, takeBack, again);
  } finally {
    running = null;
    listenTo(false);
  }
}

function finished(box, raw, show, reply) {
  status.textContent = "";
  if (partsOf(raw).length) show(raw);
  else box.parentElement.remove();
  at("heard").textContent = `${called}: ${[reply.does, reply.text].filter(Boolean).join(" ")}`;
  if (reply.left) goneNow();
}

/** The patient has left: nothing more can be said. */
function goneNow() {
  document.querySelector(".composer").hidden = true;
  at("gone").hidden = false;
  at("end-gone").focus();
  toEnd(true);
}

/** The server has the student's words; the patient gave no answer. */
function failed(turnId, message) {
  status.textContent = "";
  showTrouble(message, "Ask again", () => {
    hideTrouble();
    return hear(turnId, () => ask(`${api}/turns/${turnId}/ask-again`, { method: "POST", accept: "text/event-stream" }));
  });
}

/** The request itself came to nothing: the words go back into the box. */
function refused(fault, begun, turnId, takeBack, again) {
  status.textContent = "";
  if (!(fault instanceof Fault)) throw fault;
  if (!begun) takeBack?.(fault.code);
  if (fault.code === "sign_in_needed") return location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
  if (["encounter_ended", "patient_left", "turn_id_reused", "time_is_up"].includes(fault.code)) return location.reload();
  if (!takeBack && ["nothing_to_answer", "reply_running"].includes(fault.code)) return location.reload();
  if (begun || !takeBack) return failed(turnId, fault.message);
  if (fault.code === "offline") return showTrouble(`${fault.message} Your words are still in the box.`, "Send again", again);
  if (PASSES.has(fault.code)) return showTrouble(fault.message, "Send again", again);
  if (fault.code === "reply_running") return showTrouble(fault.message, "Show the talk as it is now", () => location.reload());
  return showTrouble(fault.message, null);
}

function showTrouble(message, label, action) {
  const [words, button] = trouble.children;
  trouble.hidden = false;
  words.textContent = message;
  button.hidden = !label;
  button.textContent = label ?? "";
  button.onclick = action ?? null;
  toEnd();
}

function hideTrouble() {
  keepFocusFrom(trouble);
  trouble.hidden = true;
}

/** What is about to be hidden must not take the focus with it. */
function keepFocusFrom(element) {
  if (element.contains(document.activeElement)) at("said").focus();
}

/** Show that somebody speaks. What has not begun can not be stopped yet. */
function listenTo(speaking, begun = true) {
  keepFocusFrom(at(speaking ? "send" : "stop"));
  at("send").hidden = speaking;
  at("stop").hidden = !speaking;
  at("stop").disabled = !begun;
  for (const control of busyControls) control.setAttribute("aria-disabled", String(speaking));
  if (speaking) status.textContent = `${subject} ${subject === "They" ? "are" : "is"} thinking`;
}

function isNearEnd() {
  const page = document.documentElement;
  return page.scrollHeight - page.clientHeight - page.scrollTop < 160;
}

function toEnd(always = false) {
  if (always || isNearEnd()) document.documentElement.scrollTop = document.documentElement.scrollHeight;
}

at("stop").addEventListener("click", async () => {
  at("stop").disabled = true;
  at("said").focus(); // the button goes away, and focus would go with it
  try {
    await ask(`${api}/turns/${running}/stop`, { method: "POST" });
  } catch (fault) {
    at("stop").disabled = false;
    status.textContent = fault.message;
  }
});

at("silent").addEventListener("click", () => {
  if (!running) say("", true, deeds.chosen());
});

at("ask-hint")?.addEventListener("click", async () => {
  if (running) return;
  const box = at("hint");
  try {
    const { hint } = await (await ask(`${api}/hint`, { method: "POST" })).json();
    box.firstElementChild.textContent = `Hint: ${hint}`;
  } catch (fault) {
    box.firstElementChild.textContent = fault.message;
  }
  box.hidden = false;
  at("heard").textContent = box.firstElementChild.textContent;
  toEnd(true);
});
at("hint").querySelector("button").addEventListener("click", () => {
  at("hint").hidden = true;
  at("said").focus();
});

function openNotes(open) {
  at("notes").hidden = !open;
  at("open-notes").setAttribute("aria-expanded", String(open));
  (open ? at("note-text") : at("open-notes")).focus();
}
at("open-notes").addEventListener("click", () => openNotes(at("notes").hidden));
at("close-notes").addEventListener("click", () => openNotes(false));
at("notes").addEventListener("keydown", (event) => event.key === "Escape" && openNotes(false));
at("note-text").value = kept.read("notes");
at("note-text").addEventListener("input", () => kept.write("notes", at("note-text").value));

for (const button of [at("end"), at("end-gone")]) button.addEventListener("click", () => at("end-dialog").showModal());

runClock(at("clock"), kept, () => {
  if (at("clock").dataset.ends) return at("end-form").submit();
  status.textContent = "The time of this station is over. Finish what you are saying, then end the talk.";
});

/** Words that were on their way when the page was closed: the server has them, or they go back into the box. */
function recoverSending() {
  const sending = JSON.parse(kept.read("sending") || "null");
  if (!sending) return;
  const { turnId, said, deed, isInBox } = sending;
  if (talk.querySelector(`[data-turn="${CSS.escape(turnId)}"]`)) {
    kept.write("sending", "");
    if (isInBox && at("said").value.startsWith(said)) composer.put(at("said").value.slice(said.length).trim());
    return;
  }
  unsure = sending;
  if (!isInBox) composer.putBefore(said);
  if (!isInBox && deed) deeds.choose(deed);
  kept.write("sending", JSON.stringify({ ...sending, isInBox: true }));
}

/** Another tab may have gone on with this talk: show it when this one is looked at again. */
async function catchUp() {
  if (document.hidden || running) return;
  try {
    const { turns, ended_at: endedAt } = await (await ask(api)).json();
    if (!running && (endedAt || turns.length !== talk.children.length)) location.reload();
  } catch {
    // Offline: the page stays as it is; sending will say so.
  }
}
document.addEventListener("visibilitychange", catchUp);
window.addEventListener("pageshow", (event) => event.persisted && catchUp());

at("send").disabled = false;
recoverSending();
if (room.dataset.waiting && room.dataset.running === "yes") {
  hear(room.dataset.waiting, null);
} else if (room.dataset.waiting) failed(room.dataset.waiting, room.dataset.trouble);
if (matchMedia("(pointer: fine)").matches && !room.dataset.left) at("said").focus();
toEnd(true);
