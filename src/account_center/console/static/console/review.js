// Turning and enlarging the pictures of a case, and keys for it all. Without this script a picture opens in a tab of its own.
"use strict";
const review = document.querySelector("[data-review]");
const pictures = [...document.querySelectorAll("[data-picture]")];
const decide = document.querySelector("[data-decide]");

const drawn = new Map();
const draw = (section) => {
  const { turned, zoomed } = drawn.get(section);
  section.querySelector("[data-paper]").style.transform = `rotate(${turned}deg) scale(${zoomed ? 2 : 1})`;
};
const turn = (section) => {
  const shape = drawn.get(section);
  shape.turned = (shape.turned + 90) % 360;
  draw(section);
};
const zoom = (section) => {
  const shape = drawn.get(section);
  shape.zoomed = !shape.zoomed;
  draw(section);
};
pictures.forEach((section) => {
  drawn.set(section, { turned: 0, zoomed: false });
  const tools = section.querySelector("[data-paper-tools]");
  tools.hidden = false;
  tools.querySelector("[data-turn]").addEventListener("click", () => turn(section));
  tools.querySelector("[data-zoom]").addEventListener("click", () => zoom(section));
});

const verdict = (section) => section.querySelector("select");
const go = (section, by) => {
  const next = pictures[pictures.indexOf(section) + by];
  if (next) next.focus();
};
// The reasons of a group, one after the other: the first press takes the first.
const choose = (section, group) => {
  const select = verdict(section);
  const groups = select.querySelectorAll("optgroup");
  const reasons = groups[group] ? [...groups[group].querySelectorAll("option")] : [];
  if (!reasons.length) return;
  const at = reasons.findIndex((option) => option.selected);
  reasons[(at + 1) % reasons.length].selected = true;
  select.dispatchEvent(new Event("change", { bubbles: true }));
};
const fine = (section) => {
  const select = verdict(section);
  select.value = "fine";
  select.dispatchEvent(new Event("change", { bubbles: true }));
  if (section === pictures.at(-1)) decide.focus();
  else go(section, 1);
};
const ACTS = {
  j: (section) => go(section, 1),
  k: (section) => go(section, -1),
  r: turn,
  z: zoom,
  f: fine,
  a: (section) => choose(section, 0),
  x: (section) => choose(section, 1),
  v: (section) => verdict(section).focus(),
  d: () => decide.focus(),
};
if (review) {
  document.querySelector("[data-keys]").hidden = false;
  review.addEventListener("keydown", (event) => {
    const section = event.target.closest("[data-picture]");
    if (!section || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") section.focus();
    // A list has keys of its own: letters choose in it.
    if (event.target.matches("select, input, textarea")) return;
    const act = ACTS[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act(section);
  });
}
