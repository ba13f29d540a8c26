/* Keeps what a panellist chooses and types while they are at it. Every page works without this file. */
(() => {
  "use strict";
  const told = document.querySelector("[data-kept]");
  const form = told && document.getElementById(told.dataset.kept);
  if (!form) return;
  const AFTER_A_MARK = 300;
  const AFTER_WORDS = 2000;
  const touched = new Set();
  let timer;
  let sending = null;
  let more = false;

  function given() {
    const answers = new FormData(form);
    answers.set("go", "stay");
    /* Words that are only offered, from the round before, are sent by a person and not by this. */
    for (const box of form.querySelectorAll("[data-offered]")) {
      if (!touched.has(box.name)) answers.delete(box.name);
    }
    return new URLSearchParams(answers);
  }
  async function send() {
    let words = told.dataset.failed;
    try {
      const answer = await fetch(form.action, { method: "POST", body: given(), redirect: "error" });
      if (answer.headers.get("Content-Type").startsWith("text/plain")) {
        const [turn, sentence] = (await answer.text()).split("\n");
        if (answer.ok && form.elements.turn) form.elements.turn.value = turn;
        words = sentence;
      }
    } catch {
      /* No line, or signed out: the button still saves, and says what is the matter. */
    }
    if (told.textContent !== words) told.textContent = words;
  }
  function keep() {
    clearTimeout(timer);
    timer = undefined;
    if (!form.isConnected) return;
    if (sending) {
      more = true;
      return;
    }
    sending = send().finally(() => {
      sending = null;
      if (more) later(0);
      more = false;
    });
  }
  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(keep, wait);
  }

  form.addEventListener("input", (event) => {
    touched.add(event.target.name);
    later(event.target.type === "radio" ? AFTER_A_MARK : AFTER_WORDS);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && timer) keep();
  });
  addEventListener("pagehide", () => clearTimeout(timer));
  /* A button waits for what is under way, or the two would meet as if they came from two pages. */
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    timer = undefined;
    more = false;
    if (!sending) return;
    event.preventDefault();
    sending.finally(() => form.requestSubmit(event.submitter));
  });
})();
