// A new class is most likely where its educator is: fill in the browser's time zone.

const field = document.querySelector("[data-guess-zone]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const known = [...document.querySelectorAll("#zones option")].some((option) => option.value === here);
if (field && known) field.value = here;
