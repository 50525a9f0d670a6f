// While the second reader is still reading, look now and then; put the opinion into the page when it is there.

const EVERY_MS = 5000;
const MOST_MS = 10 * 60 * 1000;
const begun = performance.now();

const waiting = () => document.querySelector("[data-second-waits]");

/** Whether the page adds it by itself, or whoever reads has to look. */
function promise(itself) {
  waiting().querySelector("[data-by-itself]").hidden = !itself;
  waiting().querySelector("[data-by-hand]").hidden = itself;
}

/** Each piece takes the place of the one it is named like; what is being read elsewhere stays as it is. */
function put(page) {
  const said = page.querySelector("[data-arrived]").dataset.arrived;
  for (const fresh of page.querySelectorAll("[data-second]")) document.getElementById(fresh.id)?.replaceWith(fresh);
  for (const left of document.querySelectorAll(".second-slot .still")) left.remove();
  document.getElementById("second-arrived").textContent = said;
}

async function look() {
  const answer = await fetch(waiting().dataset.secondWaits, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.status === 200) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.querySelector("[data-arrived]")) put(page);
    return; // else signed out meanwhile
  }
  if (answer && answer.status !== 204 && answer.status < 500) return; // not to be seen any more
  if (performance.now() - begun < MOST_MS) setTimeout(look, EVERY_MS);
  else promise(false);
}

if (waiting()) {
  promise(true);
  setTimeout(look, EVERY_MS);
}
