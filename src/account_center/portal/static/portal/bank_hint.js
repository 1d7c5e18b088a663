// Names the bank while its card number is typed. Only the first ten digits are sent, and nothing is kept.
(() => {
  "use strict";
  let asked = "";
  async function ask(field) {
    const hint = document.getElementById("bank-hint");
    const prefix = field.value.normalize("NFKC").replace(/\D/g, "").slice(0, 10);
    if (!hint || prefix.length < 6 || prefix === asked) return;
    asked = prefix;
    const answer = await fetch(hint.dataset.href + "?prefix=" + prefix, { headers: { "HX-Request": "true" } });
    if (!answer.ok || asked !== prefix) return;
    hint.innerHTML = await answer.text();
    // Above the form it would be out of sight on a phone, just when the card is being typed.
    field.closest(".field")?.append(hint);
  }
  const hint = (field) => { if (field?.matches("input[name=card]")) ask(field).catch(() => { asked = ""; }); };
  // On the document: a refused form comes back as a new form in the same page.
  document.addEventListener("input", (event) => hint(event.target));
  // What was typed before this was loaded.
  hint(document.querySelector("input[name=card]"));
})();
