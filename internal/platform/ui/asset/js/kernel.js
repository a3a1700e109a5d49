// What every module may use. All listeners sit on the document, so that parts swapped in later need no set-up.
const root = document.documentElement;
const $ = (q, r = document) => r.querySelector(q);
const $$ = (q, r = document) => [...r.querySelectorAll(q)];
const on = (type, selector, fn) => document.addEventListener(type, e => {
  const el = e.target.closest?.(selector);
  if (el) fn(e, el);
});
// The server's clock, carried on from the moment the page was rendered: a demonstration may live in another week.
const rendered = Date.parse(root.dataset.now || "") || Date.now(), loaded = Date.now();
const now = () => rendered + Date.now() - loaded;
const two = n => String(n).padStart(2, "0");
const shape = (state, cls = "") => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "s " + cls);
  svg.dataset.s = state;
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", root.dataset.icons + "#s-" + state);
  svg.append(use);
  return svg;
};
const typing = e => e.target.closest?.("input,textarea,select,[contenteditable]");
const hm = t => new Date(t).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: root.dataset.zone || undefined });
// A form with typed text in it that is not saved yet.
const dirty = () => $("form[data-dirty]") !== null;
// What one module offers to the others: acts.open(id) opens a dialog, acts.walk(step) moves through the rows.
const acts = {};
