// Passkeys: <form data-passkey="create" or "get" data-options="address"> asks our server for a question, lets the browser
// answer it, and sends the answer in its field named passkey. Words come from data-say-* on the form.
(() => {
  "use strict";
  const able = () => window.isSecureContext && window.PublicKeyCredential && navigator.credentials;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  function opened(options) {
    const asked = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
    if (asked.user) asked.user = { ...asked.user, id: bytes(asked.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      if (asked[list]) asked[list] = asked[list].map((one) => ({ ...one, id: bytes(one.id) }));
    }
    return { publicKey: asked };
  }
  function packed(credential) {
    const answer = credential.response;
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (answer[part]) response[part] = text(answer[part]);
    }
    if (answer.getTransports) response.transports = answer.getTransports();
    return JSON.stringify({ id: credential.id, rawId: credential.id, type: credential.type, response });
  }
  async function question(form) {
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(form.dataset.options, { method: "POST", headers: { "X-CSRFToken": token, Accept: "application/json" } });
    if (answer.redirected || !(answer.headers.get("Content-Type") || "").includes("json")) { location.reload(); throw new DOMException("", "AbortError"); }
    const found = await answer.json();
    if (!answer.ok) throw new Error([found.title, found.todo].filter(Boolean).join(" "));
    return found;
  }
  function why(error, form) {
    const say = form.dataset;
    if (error.name === "NotAllowedError") return say.sayCancelled;
    if (error.name === "InvalidStateError") return say.sayThere;
    if (error.name === "SecurityError") return say.sayElsewhere;
    if (error instanceof DOMException || error instanceof TypeError) return say.sayFailed;
    return error.message || say.sayFailed;
  }
  function tell(form, words) {
    const note = form.querySelector("[data-passkey-note]");
    note.textContent = words;
    note.hidden = !words;
  }

  async function ask(form) {
    const button = form.querySelector("button:not([type=button])");
    tell(form, "");
    button.setAttribute("aria-busy", "true");
    try {
      const options = opened(await question(form));
      const credential = await navigator.credentials[form.dataset.passkey](options);
      form.elements.passkey.value = packed(credential);
      form.requestSubmit(button);
    } catch (error) {
      if (error.name !== "AbortError") tell(form, why(error, form));
    } finally {
      button.removeAttribute("aria-busy");
    }
  }
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-passkey]").forEach((form) => {
    if (!able()) { tell(form, form.dataset.sayUnable); return; }
    form.querySelector("button:not([type=button])").hidden = false;
    form.addEventListener("submit", (event) => {
      if (form.elements.passkey.value) return;
      event.preventDefault();
      if (form.reportValidity() && !form.querySelector("[aria-busy]")) ask(form);
    });
  }));
})();
