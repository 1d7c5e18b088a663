// Helps where it can; every page works without it. Words come from data-say-* on <body>, in the reader's language.
(() => {
  "use strict";
  const RELEASE_AFTER = 15000;
  const said = (word) => document.body.dataset["say" + word] || "";
  const announce = (text) => { const live = document.getElementById("live"); if (live) live.textContent = text; };
  const each = (root, what, act) => root.querySelectorAll(what).forEach(act);

  // A form is sent once. aria-disabled instead of disabled: the button keeps the focus and its name and value.
  function hold(form) {
    form.dataset.sent = "1";
    each(form, "button:not([type=button])", (button) => { button.setAttribute("aria-disabled", "true"); });
    const button = form.querySelector("button:not([type=button])");
    if (button) button.setAttribute("aria-busy", "true");
    announce(said("Sending"));
  }
  function release(form) {
    delete form.dataset.sent;
    each(form, "[aria-busy], button[aria-disabled]", (part) => { part.removeAttribute("aria-busy"); part.removeAttribute("aria-disabled"); });
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("form[data-once], form[data-progress]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    hold(form);
    if (form.matches("[data-progress]") && hasFile(form)) { event.preventDefault(); upload(form, event.submitter); }
    else setTimeout(() => release(form), RELEASE_AFTER);
  });
  window.addEventListener("pageshow", () => each(document, "form[data-sent]", release));

  // A page that follows by itself stays out of its reader's way: from the moment on when a form is sent or a link is
  // clicked, no look is begun, and what an earlier one brings neither changes the page nor loads another one in between.
  // Not for ever, for a file that is downloaded leaves the page where it is; what somebody types asks all the time.
  let left = -Infinity;
  window.addEventListener("beforeunload", () => { left = performance.now(); });
  window.addEventListener("pageshow", () => { left = -Infinity; });
  const isLeaving = () => performance.now() - left < RELEASE_AFTER || document.querySelector("form[data-sent]");
  // Whoever comes back to the window by clicking a link in it makes the page look before he has left.
  const looks = (cause) => !cause || cause.target === window;
  ["htmx:beforeRequest", "htmx:beforeOnLoad"].forEach((moment) => {
    document.addEventListener(moment, (event) => {
      if (looks(event.detail.requestConfig.triggeringEvent) && isLeaving()) event.preventDefault();
    });
  });
  // Nor does it keep a session alive that nobody uses.
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.detail.triggeringEvent) event.detail.headers["X-By-Itself"] = "1";
  });

  // Files are sent with a progress bar. A refused form comes back with the chosen files still chosen.
  const hasFile = (form) => [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
  function upload(form, submitter) {
    const data = new FormData(form);
    if (submitter && submitter.name) data.append(submitter.name, submitter.value);
    const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    bar.setAttribute("aria-label", said("Upload"));
    const box = document.createElement("div");
    box.className = "upload";
    box.append(bar);
    form.append(box);
    const sending = new XMLHttpRequest();
    sending.open("POST", form.getAttribute("action") || location.href);
    sending.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
    sending.onload = () => {
      const page = (sending.getResponseHeader("Content-Type") || "").startsWith("text/html");
      if (page) show(sending, form, box); else lost(form, box);
    };
    sending.onerror = sending.ontimeout = () => lost(form, box);
    sending.send(data);
  }
  function lost(form, box, reasons) {
    release(form);
    const note = Object.assign(document.createElement("p"), { className: "note note-error", textContent: said("Lost") });
    each(form, ".upload", (old) => { if (old !== box) old.remove(); });
    box.setAttribute("role", "alert");
    box.replaceChildren(note, ...(reasons || []));
  }
  function show(sending, form, box) {
    const page = new DOMParser().parseFromString(sending.responseText, "text/html");
    // A refusal without the form on it (too large, signed out, busy) must not wipe out what was typed.
    if (sending.status >= 400 && !page.querySelector("form[data-progress]")) { lost(form, box, page.querySelectorAll("main .refusal")); return; }
    // Only a form that comes back keeps its files: the next one asks for others, such as a picture taken again.
    const chosen = sending.status < 400 ? [] : [...form.querySelectorAll("input[type=file]")].filter((input) => input.files.length);
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.body.replaceWith(document.adoptNode(page.body));
    if (sending.responseURL && sending.responseURL !== location.href) history.replaceState(null, "", sending.responseURL);
    chosen.forEach((old) => {
      const input = document.querySelector(`form[data-progress] input[type=file][name="${CSS.escape(old.name)}"]`);
      if (input && input.getAttribute("aria-invalid") !== "true") input.files = old.files;
    });
    dress(document);
    if (window.htmx) window.htmx.process(document.body);
    window.scrollTo(0, 0);
    (document.querySelector("[data-focus]") || document.getElementById("content") || document.body).focus();
  }

  // What is typed into a secret field can be looked at.
  function reveal(input) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet" });
    const label = (word) => { button.textContent = said(word); button.setAttribute("aria-label", said(word + "Long")); };
    button.addEventListener("click", () => {
      input.type = input.type === "password" ? "text" : "password";
      label(input.type === "password" ? "Show" : "Hide");
    });
    label("Show");
    input.form?.addEventListener("submit", () => { input.type = "password"; });
    input.after(button);
  }

  // <time data-countdown="60" data-frees="id-of-a-button">: ticks silently, speaks once at the end.
  function count(clock) {
    const end = Date.now() + 1000 * Number(clock.dataset.countdown);
    const waiting = document.getElementById(clock.dataset.frees || "");
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      if (left && clock.isConnected) { setTimeout(tick, 250); return; }
      if (waiting) waiting.disabled = false;
      if (clock.isConnected) announce(clock.dataset.done || said("Now"));
    };
    clock.setAttribute("role", "timer");
    clock.setAttribute("aria-live", "off");
    if (waiting) waiting.disabled = true;
    tick();
  }

  // <button type="button" hidden data-copy="#id-of-what">: appears only where copying works.
  function copier(button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.querySelector(button.dataset.copy);
      await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
      announce(said("Copied"));
      button.classList.add("copied");
    });
  }

  // <button type="button" hidden data-print>: a browser that runs this can print.
  function printer(button) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  function dress(root) {
    const fresh = (what, act) => each(root, what, (part) => { if (!part.dataset.dressed) { part.dataset.dressed = "1"; act(part); } });
    fresh("input[type=password]", reveal);
    fresh("time[data-countdown]", count);
    fresh("button[data-copy]", copier);
    fresh("button[data-print]", printer);
  }
  document.addEventListener("DOMContentLoaded", () => {
    dress(document);
    document.querySelector("[data-focus]")?.focus();
  });
  document.addEventListener("htmx:load", (event) => dress(event.target.parentNode || document));
})();
