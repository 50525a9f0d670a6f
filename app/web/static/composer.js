// Where the student writes: Enter sends, Shift+Enter breaks the line, the draft is kept, the limit shows before sending.

const LINES = 6;

export function runComposer({ box, form, note, limit, kept, mayBeEmpty, onSend }) {
  const grow = () => {
    if (CSS.supports("field-sizing", "content")) return;
    box.rows = 1;
    const line = parseFloat(getComputedStyle(box).lineHeight);
    box.rows = Math.max(1, Math.min(LINES, Math.floor((box.scrollHeight - 14) / line)));
  };
  const count = () => {
    const length = [...box.value.trim()].length;
    const over = length - limit;
    note.hidden = over < -200;
    note.classList.toggle("over", over > 0);
    note.textContent = over > 0
      ? `${over.toLocaleString("en")} characters too many: a patient can take in ${limit.toLocaleString("en")} at once. Nothing was cut.`
      : `${(-over).toLocaleString("en")} characters left`;
    box.setAttribute("aria-invalid", over > 0 ? "true" : "false");
    return over > 0;
  };
  const changed = () => {
    kept.write("draft", box.value);
    grow();
    count();
  };
  const send = () => {
    if (count() || !(box.value.trim() || mayBeEmpty())) box.focus();
    else onSend(box.value.trim());
  };
  box.addEventListener("input", changed);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  box.value ||= kept.read("draft"); // what was typed before this ran stays
  changed();
  const put = (text) => {
    box.value = text;
    changed();
  };
  /** Words that come back stand before what was typed meanwhile. */
  const putBefore = (text) => put([text, box.value.trim()].filter(Boolean).join("\n"));
  return { put, putBefore };
}
