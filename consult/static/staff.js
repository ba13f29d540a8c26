/* Helps coders, and wakes the parts of GOV.UK Frontend on a page. Every page works without this file. */

/* Single keys press the button that names them, never while somebody types. What is pressed while the page is being
   changed waits its turn, so that no key is missed. */
let busy = false;
const waiting = [];

function press(key) {
  const there = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const field = document.querySelector(`[data-focus-key="${CSS.escape(key)}"]`);
  if (there) there.click();
  else field?.focus();
  return there || field;
}
/* What was typed behind the key of a field belongs into the field: a digit there is no theme. */
function drain() {
  busy = false;
  while (waiting.length && !busy) {
    const field = press(waiting.shift().toLowerCase());
    if (!waiting.length || !field?.matches("[data-focus-key]")) continue;
    field.setRangeText(waiting.splice(0).join(""), field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.defaultPrevented) return;
  const typing = event.target.closest?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])");
  if (typing || event.key.length !== 1 || !document.querySelector("[data-key]")) return;
  if (busy) waiting.push(event.key);
  else if (!press(event.key.toLowerCase())) return;
  event.preventDefault();
});

/* What comes back without a workbench in it is a page of its own: time for a pause, a list, the door. */
document.addEventListener("htmx:beforeRequest", () => { busy = true; });
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.responseText.includes('id="workbench"')) return;
  event.detail.shouldSwap = false;
  if (xhr.status < 400) location.assign(xhr.responseURL);
  else location.reload();
});
document.addEventListener("htmx:afterSettle", () => { wake(); drain(); });
for (const failed of ["htmx:sendError", "htmx:timeout", "htmx:swapError"]) {
  document.addEventListener(failed, () => location.reload());
}

/* A free stretch of an answer, in code points, as the server counts: an emoji is one, not two. */
const points = (text) => [...text].length;

function within(label, container, offset, otherwise) {
  if (!label.contains(container)) return otherwise;
  const range = document.createRange();
  range.selectNodeContents(label);
  range.setEnd(container, offset);
  return points(range.toString());
}
function chosen() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  const labels = [...document.querySelectorAll("[data-words] [data-from]")].filter((each) => range.intersectsNode(each));
  if (!labels.length) return;
  const first = labels[0];
  const last = labels[labels.length - 1];
  const start = Number(first.dataset.from) + within(first, range.startContainer, range.startOffset, 0);
  const end = Number(last.dataset.from) + within(last, range.endContainer, range.endOffset, points(last.textContent));
  if (end > start) show(start, end, range);
}
function show(start, end, range) {
  const box = document.querySelector("[data-selected]");
  if (!box) return;
  document.querySelector("[data-start]").value = range ? start : "";
  document.querySelector("[data-end]").value = range ? end : "";
  box.hidden = !range;
  box.querySelector("[data-selected-words]").textContent = range ? range.toString() : "";
  if (!("highlights" in CSS)) return;
  CSS.highlights.clear();
  if (range) CSS.highlights.set("chosen", new Highlight(range.cloneRange()));
}
function wake() {
  for (const each of document.querySelectorAll("[data-scripted]")) each.hidden = false;
}
document.addEventListener("selectionchange", chosen);
document.addEventListener("change", (event) => {
  if (event.target.name === "sentence") show(0, 0, null);
});
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-forget]")) return;
  document.getSelection().removeAllRanges();
  show(0, 0, null);
});
wake();

/* Its address carries a hash, so the page says where it is. Last, as keys pressed meanwhile must not be lost. */
const address = document.getElementById("govuk-frontend")?.href;
if (address) {
  const { initAll } = await import(address);
  initAll();
}
