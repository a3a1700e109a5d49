// Pictures of plans: the arrow keys go from bar to bar, the pieces below the first scroll sideways with it and are drawn anew when something has
// happened, since the stream of the page knows only what the page began with.
on("keydown", "[data-gantt] a", (e, bar) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[e.key];
  if (!step || e.altKey || e.ctrlKey || e.metaKey) return;
  const bars = $$("[data-gantt] .gantt:not(.names) a"), next = bars[bars.indexOf(bar) + step];
  if (!next) return;
  e.preventDefault();
  next.focus();
});
let following = false;
document.addEventListener("scroll", e => {
  if (following || !e.target.matches?.("[data-gantt]")) return;
  following = true;
  $$("[data-gantt]").forEach(g => { if (g !== e.target) g.scrollLeft = e.target.scrollLeft; });
  requestAnimationFrame(() => { following = false; });
}, true);
document.addEventListener("htmx:sse:after:message", () => $$("[data-again]").forEach(g => g.dispatchEvent(new CustomEvent("again"))));
