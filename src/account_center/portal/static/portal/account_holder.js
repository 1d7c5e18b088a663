// The holder of the account is the organisation: its name is filled in while it is typed.
(() => {
  "use strict";
  function fill() {
    for (const holder of document.querySelectorAll("input[data-same-as]")) {
      const source = document.querySelector(`input[name=${holder.dataset.sameAs}]`);
      if (source) holder.value = source.value;
    }
  }
  // On the document: a refused form comes back as a new form in the same page.
  document.addEventListener("input", fill);
  fill();

  // The last answer about branches may come when one was chosen already, from the answer before: it stays chosen.
  const isList = (event) => event.detail.target.id === "branches-found";
  let chosen = "", inside = false;
  document.addEventListener("input", (event) => { if (["bank", "branch"].includes(event.target.name)) chosen = ""; });
  document.addEventListener("change", (event) => { if (event.target.name === "branch_choice") chosen = event.target.value; });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (isList(event)) inside = event.detail.target.contains(document.activeElement);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!isList(event)) return;
    const offers = [...event.detail.target.querySelectorAll("[name=branch_choice]")];
    const again = offers.find((one) => one.value === chosen);
    if (again) again.checked = true;
    if (inside) (again || offers[0])?.focus();
  });
})();
