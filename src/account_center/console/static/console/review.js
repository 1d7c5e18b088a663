// Turning and enlarging the pictures of a case. Without this script a picture opens in a tab of its own.
"use strict";
document.querySelectorAll("[data-paper]").forEach((image) => {
  const sheet = image.closest("section");
  const tools = sheet.querySelector("[data-paper-tools]");
  let turned = 0;
  let zoomed = false;
  const draw = () => {
    image.style.transform = `rotate(${turned}deg) scale(${zoomed ? 2 : 1})`;
  };
  tools.hidden = false;
  tools.querySelector("[data-turn]").addEventListener("click", () => {
    turned = (turned + 90) % 360;
    draw();
  });
  tools.querySelector("[data-zoom]").addEventListener("click", () => {
    zoomed = !zoomed;
    draw();
  });
});
