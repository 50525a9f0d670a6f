// Keys of the review: the page works without them.

const scales = [...document.querySelectorAll(".review-scale")];
const keys = document.getElementById("keys");
const show = document.getElementById("show-keys");
let at = -1;

function goTo(index) {
  at = (index + scales.length) % scales.length;
  scales.forEach((scale, each) => scale.classList.toggle("chosen", each === at));
  scales[at].scrollIntoView({ block: "nearest" });
  (scales[at].querySelector("input[type=radio]:checked") ?? scales[at].querySelector("input[type=radio]")).focus();
}

function choose(value) {
  if (at < 0) goTo(0);
  scales[at].querySelector(`input[type=radio][value="${value}"]`).checked = true;
  writeReason();
}

function writeReason() {
  if (at < 0) goTo(0);
  scales[at].querySelector(".level-form input[type=text]").focus();
}

const DOES = {
  j: () => document.getElementById("next")?.click(),
  k: () => document.getElementById("previous")?.click(),
  s: () => goTo(at + 1),
  n: () => choose("none"),
  r: writeReason,
  c: () => document.getElementById("overall-words").focus(),
  a: () => document.getElementById("accept")?.click(),
  "?": () => keys.showModal(),
};
for (const level of "01234") DOES[level] = () => choose(level);

function isWriting(element) {
  return element.matches("textarea, select, input:not([type=radio])");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || keys.open || isWriting(event.target)) return;
  const act = DOES[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

scales.forEach((scale, index) => scale.addEventListener("focusin", () => {
  at = index;
  scales.forEach((other) => other.classList.toggle("chosen", other === scale));
}));

show.hidden = false;
show.addEventListener("click", () => keys.showModal());

/** Words marked in a student's turn are offered as the quote of a new piece of evidence. */
document.addEventListener("selectionchange", () => {
  const marked = document.getSelection();
  const row = marked.anchorNode?.parentElement?.closest(".row-turn.mine");
  const field = row?.querySelector("input[name=quote]");
  if (field && row.contains(marked.focusNode) && !marked.isCollapsed) field.value = marked.toString().trim();
});
