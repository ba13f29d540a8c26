/* Leaving quickly. Every page works without this file. */
(() => {
  "use strict";
  const way = document.querySelector("[data-leave]");
  const spoken = document.querySelector("[data-leave-count]");
  if (!way) return;
  let presses = 0;
  let alone = false;
  let timer;

  function empty() {
    for (const field of document.querySelectorAll("textarea, input:not([type=hidden])")) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = false;
      else field.value = "";
    }
  }
  function leave() {
    empty();
    document.documentElement.hidden = true;
    document.title = "";
    document.body.replaceChildren();
    location.replace(way.href);
  }
  function forget() {
    presses = 0;
    alone = false;
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-leave]")) return;
    event.preventDefault();
    leave();
  });
  document.addEventListener("pointerdown", forget);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift" || event.ctrlKey || event.altKey || event.metaKey) forget();
    else if (!event.repeat) alone = true;
  });
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    presses += 1;
    spoken.textContent = [spoken.dataset.first, spoken.dataset.second, spoken.dataset.third][presses - 1];
    clearTimeout(timer);
    timer = setTimeout(forget, 5000);
    if (presses === 3) leave();
  });
  addEventListener("pagehide", empty);
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.documentElement.hidden = true;
    location.reload();
  });
})();
