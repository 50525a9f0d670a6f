// What was said, and on a line of its own what was done: the same parts as app/web/room.py draws.

const DONE = /\*+([^*\n]+)\*+/g;

/** "*She nods.* Yes." -> [{does: true, text: "She nods."}, {does: false, text: "Yes."}] */
export function partsOf(raw) {
  const parts = [];
  let said = "";
  let end = 0;
  const close = () => {
    const plain = said.replaceAll("*", "").trim();
    if (plain) parts.push({ does: false, text: plain });
    said = "";
  };
  for (const mark of raw.matchAll(DONE)) {
    said += raw.slice(end, mark.index);
    end = mark.index + mark[0].length;
    const inside = mark[1].trim();
    if (isStress(inside, said, raw.slice(end))) said += inside;
    else if (inside) {
      close();
      parts.push({ does: true, text: inside });
    }
  }
  said += raw.slice(end);
  close();
  return parts;
}

/** One word inside a sentence is stressed, not done. */
function isStress(inside, before, after) {
  const ahead = after.trimStart();
  const behind = before.trimEnd();
  if (inside.includes(" ") || inside.endsWith(".") || !ahead || !behind) return false;
  return !'.!?…*\n"'.includes(behind.at(-1)) && (/^[a-z]/.test(ahead) || ",.?!;:".includes(ahead[0]));
}

/** The part of a running reply that can be shown and will not change later: whole words, actions of two and more. */
export function settled(raw) {
  const runs = [...raw.matchAll(/\*+/g)];
  const space = Math.max(0, raw.search(/\s\S*$/));
  if (runs.length % 2) {
    const open = runs.at(-1);
    const begins = open[0].length === 1 && /(^|[.!?…*"”])\s*$/.test(raw.slice(0, open.index));
    return begins && raw.slice(open.index + 1, space).trim() ? `${raw.slice(0, space)}*` : raw.slice(0, open.index);
  }
  if (!runs.length) return raw.slice(0, space);
  const [open, close] = runs.slice(-2);
  const tail = close.index + close[0].length;
  const inside = raw.slice(open.index + open[0].length, close.index).trim();
  if (raw.slice(tail, space).trim()) return raw.slice(0, space);
  return / |\.$/.test(inside) ? raw.slice(0, Math.max(tail, space)) : raw.slice(0, open.index); // one word: what follows tells
}

/** Draw parts into a box, touching only what changed, so that nothing already read moves. */
export function draw(box, parts) {
  parts.forEach((part, index) => {
    let line = box.children[index];
    if (!line) line = box.appendChild(document.createElement("p"));
    if (part.does) line.className = "does";
    if (line.firstChild?.nodeType !== Node.TEXT_NODE) line.prepend(document.createTextNode(""));
    const text = line.firstChild;
    if (part.text.startsWith(text.data)) text.appendData(part.text.slice(text.data.length));
    else text.data = part.text;
  });
  while (box.children.length > parts.length) box.lastElementChild.remove();
}

/** A new turn at the end of the talk; returns its box for speech. */
export function addTurn(talk, { name, mine, turnId }) {
  const turn = talk.appendChild(document.createElement("li"));
  turn.className = mine ? "turn mine" : "turn";
  if (turnId) turn.dataset.turn = turnId;
  const who = turn.appendChild(document.createElement("p"));
  who.className = "turn-who";
  who.textContent = name;
  const box = turn.appendChild(document.createElement("div"));
  box.className = "said";
  return box;
}
