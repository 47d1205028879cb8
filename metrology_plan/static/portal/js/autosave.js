// form[data-autosave]: the draft keeps itself while one writes. Without this there is the button.
"use strict";

(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const PAUSE = 3000; // ms after the last key
  const told = form.querySelector("[data-kept]");
  let timer = 0;
  let underWay = null; // the request that has not been answered yet
  let stopped = false; // after a refusal: the next word is the reader's

  const say = (text, bad) => {
    told.textContent = text;
    told.classList.toggle("is-bad", bad);
  };

  const typed = () => {
    const data = new FormData(form);
    data.delete("files"); // they wait for a button
    data.set("autosave", "1");
    return data;
  };

  const keep = async () => {
    const headers = { Accept: "application/json" };
    try {
      const answer = await fetch(form.action, { method: "POST", body: typed(), headers, redirect: "error" });
      const json = answer.headers.get("Content-Type")?.startsWith("application/json");
      const said = json ? await answer.json() : { told: answer.status === 401 ? form.dataset.signedOut : form.dataset.failed };
      if (answer.ok && json) {
        for (const input of document.querySelectorAll("input[name=version]")) input.value = said.version;
        if (!timer) form.dispatchEvent(new Event("kept", { bubbles: true }));
      } else stopped = answer.status === 409;
      say(said.told, !answer.ok);
    } catch {
      say(form.dataset.failed, true);
    }
  };

  const start = () => {
    clearTimeout(timer);
    timer = 0;
    if (stopped || underWay) return underWay;
    underWay = keep().finally(() => { underWay = null; });
    return underWay;
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file" || stopped) return;
    clearTimeout(timer);
    timer = setTimeout(start, PAUSE);
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden && timer) start(); });

  // What is sent must carry the version the draft has now, so an answer under way is waited for.
  document.addEventListener("submit", (event) => {
    clearTimeout(timer);
    timer = 0;
    if (!underWay) { stopped = true; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    const { target, submitter } = event;
    underWay.finally(() => { stopped = true; target.requestSubmit(submitter); });
  }, true);
})();
