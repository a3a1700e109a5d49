// A board: cards are dragged from column to column, or moved with the arrow keys. Both press the buttons that are there without script.
let held = null;
const columnOf = e => e.target.closest?.("[data-column]");
on("dragstart", "[data-card]", (e, card) => {
  held = card;
  card.dataset.held = "";
  e.dataTransfer.effectAllowed = "move";
  e.dataTransfer.setData("text/plain", card.id);
});
document.addEventListener("dragend", () => {
  held?.removeAttribute("data-held");
  $$("[data-over]").forEach(c => c.removeAttribute("data-over"));
  held = null;
});
document.addEventListener("dragover", e => {
  const c = columnOf(e);
  if (!held || !c) return;
  e.preventDefault();
  $$("[data-over]").forEach(o => o !== c && o.removeAttribute("data-over"));
  c.dataset.over = "";
});
document.addEventListener("drop", e => {
  const c = columnOf(e);
  if (!held || !c) return;
  e.preventDefault();
  move(held, c.dataset.column);
});
// Where a status needs more than its name, the card has a link that asks for it instead of a button.
const move = (card, status) => {
  if (card.closest("[data-column]")?.dataset.column === status) return;
  const by = $(`[data-to="${CSS.escape(status)}"]`, card);
  if (by) by.click();
};
on("keydown", "[data-card]", (e, card) => {
  if (e.altKey || e.ctrlKey || e.metaKey || typing(e)) return;
  const by = { ArrowLeft: "[data-left]", ArrowRight: "[data-right]" }[e.key];
  const step = { ArrowUp: -1, ArrowDown: 1 }[e.key];
  if (by) {
    e.preventDefault();
    $(by, card)?.click();
  } else if (step) {
    const all = $$("[data-card]", card.closest("[data-column]")), next = all[all.indexOf(card) + step];
    if (!next) return;
    e.preventDefault();
    $("a", next)?.focus();
  }
});
// A move loads the page anew: the focus goes back to the card, so that the next arrow moves it on. The browser takes the focus away when it
// scrolls to the card, which it does until the page is loaded.
addEventListener("load", () => {
  const card = document.getElementById(location.hash.slice(1));
  if (card?.matches("[data-card]")) requestAnimationFrame(() => $("a", card)?.focus());
});
