// While a patient is being checked, say how far it is; show the report when it is there.

const EVERY_MS = 2000;
const section = document.querySelector("[data-check]");

const statusIn = (root) => root.querySelector("[role=status]");

const look = async () => {
  const address = section.dataset.check;
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-check]");
    if (!fresh) return; // signed out meanwhile
    if (!fresh.hasAttribute("data-running")) {
      location.replace(address); // the rest of the page tells of the report too
      return;
    }
    const [old, now] = [statusIn(section), statusIn(fresh)];
    if (old.innerHTML !== now.innerHTML) old.replaceChildren(...now.childNodes);
  }
  setTimeout(look, EVERY_MS);
};

if (section?.hasAttribute("data-running")) setTimeout(look, EVERY_MS);
