// The annotated transcript: a mark opens its reason; mark and words light each other.

const page = document.querySelector(".transcript");

function wordsOf(mark) {
  const row = mark.closest(".row-turn");
  return [...row.querySelectorAll(".lit")].filter((words) => words.dataset.whys.split(" ").includes(mark.dataset.why));
}

function light(mark, on) {
  for (const words of wordsOf(mark)) words.classList.toggle("on", on);
}

function reasonOf(mark) {
  return document.getElementById(mark.hash.slice(1));
}

function open(mark, on) {
  reasonOf(mark).classList.toggle("open", on);
  mark.classList.toggle("open", on);
  mark.setAttribute("aria-expanded", String(on));
  light(mark, on);
}

const marks = [...page.querySelectorAll(".mark")];
for (const mark of marks) {
  mark.setAttribute("role", "button");
  open(mark, false);
  mark.addEventListener("click", (event) => {
    event.preventDefault();
    open(mark, !mark.classList.contains("open"));
  });
  mark.addEventListener("keydown", (event) => event.key === " " && (event.preventDefault(), mark.click()));
  for (const name of ["focus", "mouseenter"]) mark.addEventListener(name, () => light(mark, true));
  for (const name of ["blur", "mouseleave"]) {
    mark.addEventListener(name, () => mark.classList.contains("open") || light(mark, false));
  }
}

for (const words of page.querySelectorAll(".lit")) {
  const own = words.dataset.whys.split(" ").map((index) => words.closest(".row-turn").querySelectorAll(".mark")[index]);
  words.addEventListener("click", () => {
    const on = !own.every((mark) => mark.classList.contains("open"));
    for (const mark of own) open(mark, on);
  });
}

/** A quote under a scale leads here: open its reason. */
function follow() {
  const mark = marks.find((one) => location.hash && one.hash === location.hash);
  if (!mark) return;
  open(mark, true);
  mark.focus({ preventScroll: true });
}
window.addEventListener("hashchange", follow);
follow();

const print = document.querySelector(".print-button");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
