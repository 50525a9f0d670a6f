// Server-sent events over fetch: EventSource can only GET, and would ask the patient twice when it reconnects.

/** A fault with a sentence for the person; `code` is the server's, or "offline". */
export class Fault extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** Faults that pass by themselves: an answer goes on meanwhile, and is resumed; words can be sent again. */
export const PASSES = new Set(["offline", "too_many_talking", "storage_busy", "storage_unreachable"]);
const OFFLINE = "Rapport cannot be reached just now.";

/** Send a request; a refusal becomes a Fault with the server's own sentences. */
export async function ask(url, { method = "GET", body, accept = "application/json" } = {}) {
  const headers = { Accept: accept };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Fault("offline", OFFLINE);
  }
  if (answer.ok) return answer;
  const told = await answer.json().then((json) => json.error).catch(() => null);
  throw told ? new Fault(told.code, `${told.message} ${told.what_now}`) : new Fault("unexpected", "Something went wrong on our side.");
}

/** The events of an answer as they come: {id, event, data}. Ends when the server ends it. */
export async function* events(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    let step;
    try {
      step = await reader.read();
    } catch {
      throw new Fault("offline", OFFLINE);
    }
    rest += step.value ?? "";
    const blocks = rest.split(/\r?\n\r?\n/);
    rest = blocks.pop();
    for (const block of blocks) {
      const event = parse(block);
      if (event) yield event;
    }
    if (step.done) return;
  }
}

function parse(block) {
  const found = { id: null, event: "message", data: "" };
  for (const line of block.split(/\r?\n/)) {
    const at = line.indexOf(":");
    if (at < 1) continue;
    const name = line.slice(0, at);
    const value = line.slice(at + 1).replace(/^ /, "");
    if (name === "data") found.data += value;
    else if (name in found) found[name] = value;
  }
  return found.data ? { ...found, data: JSON.parse(found.data) } : null;
}

const WAITS_MS = [500, 1000, 2000, 4000, 8000];

/**
 * Follow one reply to its end, through dropped connections. `first` is the request that starts the reply, null when it
 * was started before; `resume(after)` goes on. Calls `onPiece(text)`, `onLost()`, `onBack()`; returns the last event.
 */
export async function follow(first, resume, { onPiece, onLost, onBack }) {
  let after = 0;
  let failures = 0;
  let started = first === null;
  for (;;) {
    try {
      const answer = await (started ? resume(after) : first());
      started = true;
      for await (const event of events(answer)) {
        if (failures) onBack();
        failures = 0;
        if (event.id !== null) after = Number(event.id);
        if (event.event === "piece") onPiece(event.data.text);
        else return event;
      }
    } catch (fault) {
      if (!started || !(fault instanceof Fault) || !PASSES.has(fault.code)) throw fault;
    }
    onLost();
    await new Promise((done) => setTimeout(done, WAITS_MS[Math.min(failures, WAITS_MS.length - 1)]));
    failures += 1;
  }
}
