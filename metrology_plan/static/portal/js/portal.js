// Makes pages smoother; every page works without it. No inline handlers: the policy forbids them.
"use strict";

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// form[data-autosubmit]: a form kept over a new sign-in goes through by itself.
document.querySelector("form[data-autosubmit]")?.requestSubmit();

// form[data-guard]: ask before typed text is lost.
const dirty = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) dirty.add(form);
});
document.addEventListener("submit", (event) => dirty.delete(event.target));
document.addEventListener("kept", (event) => dirty.delete(event.target)); // by autosave.js
window.addEventListener("beforeunload", (event) => {
  if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
});

// details[data-fold]: on a phone, what is long and comes last begins folded; a link to a place in it opens it.
const folding = window.matchMedia("(max-width: 720px)").matches ? document.querySelectorAll("details[data-fold]") : [];
for (const details of folding) details.open = Boolean(details.querySelector(":target"));
document.addEventListener("click", (event) => {
  const hash = event.target.closest("a[href^='#']")?.hash.slice(1);
  const details = hash && document.getElementById(hash)?.closest("details[data-fold]");
  if (details) details.open = true;
});
