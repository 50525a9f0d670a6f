// Keys of the review: the page works without them.

const scales = [...document.querySelectorAll(".review-scale")];
const keys = document.getElementById("keys");
const show = document.getElementById("show-keys");
let at = -1;

function goTo(index) {
  at = (index + scales.length) % scales.length;
  scales.forEach((scale, each) => scale.classList.toggle("chosen", each === at));
  scales[at].scrollIntoView({ block: "nearest" });
  (scales[at].querySelector("input[type=radio]:checked") ?? scales[at].querySelector("input[type=radio]"))?.focus();
}

function choose(value) {
  if (at < 0) goTo(0);
  const level = scales[at].querySelector(`input[type=radio][value="${value}"]`);
  level.checked = true;
  level.dispatchEvent(new Event("change", { bubbles: true }));
  writeReason();
}

function writeReason() {
  if (at < 0) goTo(0);
  scales[at].querySelector(".level-form textarea").focus();
}

/** Whether something in this form was chosen or written and not saved. */
function isUnsaved(form) {
  const level = form.querySelector(".levels input:checked");
  const written = [...form.querySelectorAll("textarea, input[type=text], input:not([type])")];
  return Boolean(level && level.dataset.saved === undefined) || written.some((field) => field.value.trim());
}

for (const scale of scales) {
  const anchor = scale.querySelector(".anchor");
  for (const level of scale.querySelectorAll(".levels input")) {
    level.addEventListener("change", () => (anchor.textContent = level.parentElement.title));
  }
  scale.querySelector(".level-form textarea")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
}

/** Nothing that was chosen or written is lost: another form is not sent, and no other page opened, over it. */
function keepUnsaved(event, own) {
  const left = [...document.querySelectorAll(".review form")].find((form) => form !== own && isUnsaved(form));
  if (!left) return;
  event.preventDefault();
  const title = left.closest("[data-title]")?.dataset.title;
  const note = document.getElementById("unsaved");
  note.textContent = title && left.matches(".level-form")
    ? `${title}: the level you chose is not saved. Write the reason and save it, or choose the old one and empty the reason.`
    : "Something you wrote is not saved. Save it or empty it first.";
  note.hidden = false;
  document.querySelector(".decision .notice.good")?.remove();
  for (const closed of [...document.querySelectorAll("details:not([open])")].filter((one) => one.contains(left))) closed.open = true;
  left.querySelector("textarea, input[type=text], input:not([type])")?.focus();
}
document.addEventListener("submit", (event) => event.target.closest(".review") && keepUnsaved(event, event.target));
for (const link of document.querySelectorAll("#next, #previous")) link.addEventListener("click", (event) => keepUnsaved(event, null));

const DOES = {
  j: () => document.getElementById("next")?.click(),
  k: () => document.getElementById("previous")?.click(),
  s: () => goTo(at + 1),
  n: () => choose("none"),
  r: writeReason,
  c: () => document.getElementById("overall-words").focus(),
  a: () => document.getElementById("accept")?.focus(),
  "?": () => keys.showModal(),
};
for (const level of "01234") DOES[level] = () => choose(level);

function isWriting(element) {
  return element.matches("textarea, select, input:not([type=radio])");
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isWriting(event.target)) event.target.blur();
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) event.target.form?.requestSubmit();
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
  const isSaid = row?.querySelector(".said")?.contains(marked.anchorNode) && row.contains(marked.focusNode);
  if (field && isSaid && !marked.isCollapsed) field.value = marked.toString().trim();
});
