// data-dialog="id" opens a native <dialog>. Focus starts on the text field or the safe choice; Esc and the backdrop are
// always safe, and the backdrop does nothing once something was typed.
acts.open = id => {
  const d = document.getElementById(id);
  if (!d || d.open) return;
  d.showModal();
  ($("[data-focus]", d) || $("input:not([type=hidden]),textarea,select", d) || $("footer button,footer a", d))?.focus();
};
on("click", "[data-dialog]", (e, el) => {
  if (e.metaKey || e.ctrlKey || el.getAttribute("aria-disabled") === "true") return;
  e.preventDefault();
  acts.open(el.dataset.dialog);
});
on("click", "[data-close]", (e, el) => el.closest("dialog")?.close());
on("click", "dialog", (e, d) => {
  if (e.target === d && !$("form[data-dirty]", d)) d.close();
});
// Type-to-confirm: the button named by data-enables stays shut until the text is the one asked for.
on("input", "[data-confirm-text]", (e, el) => {
  const b = document.getElementById(el.dataset.enables);
  if (b) b.disabled = el.value.trim() !== el.dataset.confirmText;
});
// A dialog that the server sends back with errors opens again.
const reopen = () => $$("dialog[data-open]:not([open])").forEach(d => acts.open(d.id));
document.addEventListener("htmx:after:swap", reopen);
reopen();
