// Shortcuts. "/" or ⌘K the palette, g then a letter to go, n new, j k rows, ? the list. Single keys are off while typing,
// in dialogs, and when the profile says so. No shortcut ever votes, confirms, aborts or rolls back.
let g = 0;
addEventListener("keydown", e => {
  if ((e.metaKey || e.ctrlKey) && e.key.toLowerCase() === "k") { e.preventDefault(); acts.open("palette"); return; }
  if (e.defaultPrevented || e.metaKey || e.ctrlKey || e.altKey || root.dataset.keys === "off" || typing(e) || e.target.closest?.("dialog")) return;
  if (Date.now() - g < 900) {
    const link = $(`[data-go="${CSS.escape(e.key)}"]`);
    g = 0;
    if (link) { e.preventDefault(); location.href = link.href; return; }
  }
  switch (e.key) {
    case "/": e.preventDefault(); acts.open("palette"); break;
    case "?": acts.open("keys"); break;
    case "g": g = Date.now(); break;
    case "n": $("[data-new]")?.click(); break;
    case "j": acts.walk(1); break;
    case "k": acts.walk(-1); break;
  }
});
