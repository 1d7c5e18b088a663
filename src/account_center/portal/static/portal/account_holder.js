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
})();
