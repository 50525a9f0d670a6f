// What the student does besides talking: chosen here, it goes with the next words, or by itself.

export function runDeeds(opener, group, onChosen) {
  const buttons = [...(group?.querySelectorAll("button") ?? [])];
  const chosen = () => buttons.find((button) => button.getAttribute("aria-pressed") === "true")?.value ?? null;
  const done = (deed) => buttons.find((button) => button.value === deed)?.dataset.done ?? "";
  const open = (shown) => {
    if (!group) return;
    group.hidden = !shown;
    opener.setAttribute("aria-expanded", String(shown));
  };
  /** Choose one of them, or none. */
  const choose = (deed) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === deed));
    open(Boolean(deed));
  };
  opener?.addEventListener("click", () => {
    open(group.hidden);
    if (!group.hidden) buttons[0].focus();
  });
  for (const button of buttons) {
    button.addEventListener("click", () => {
      choose(chosen() === button.value ? null : button.value);
      onChosen();
    });
  }
  return { chosen, done, choose };
}
