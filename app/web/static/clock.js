// The clock of the room: time spent here; a click hides it. Time away from the page does not count.

export function runClock(button, kept, onTimeUp) {
  let seconds = Number(button.dataset.elapsed);
  const limit = Number(button.dataset.length);
  const away = button.dataset.ends ? Infinity : 180; // under a time limit the clock does not stop
  let hidden = kept.read("clock") === "hidden";
  let told = !button.dataset.ends && seconds >= limit;
  const show = () => {
    const words = spell(seconds);
    button.textContent = hidden ? "Show clock" : button.dataset.ends ? `${words} of ${spell(limit)}` : words;
    button.setAttribute("aria-label", hidden ? "Show the clock" : `${words} of ${spell(limit)} minutes. Hide the clock`);
  };
  button.addEventListener("click", () => {
    hidden = !hidden;
    kept.write("clock", hidden ? "hidden" : "");
    show();
  });
  let last = Date.now();
  setInterval(() => {
    const now = Date.now();
    const passed = Math.round((now - last) / 1000);
    if (passed < 1) return;
    last = now;
    seconds += Math.min(passed, away);
    show();
    if (!told && seconds >= limit) {
      told = true;
      onTimeUp();
    }
  }, 1000);
  show();
}

function spell(seconds) {
  return `${pad(Math.floor(seconds / 60))}:${pad(seconds % 60)}`;
}

function pad(number) {
  return String(number).padStart(2, "0");
}
