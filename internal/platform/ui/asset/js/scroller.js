// Sideways scrollers: reachable by keyboard only while they scroll, and opened at what data-scroll-to names ("now"), anew while nobody
// has scrolled them and the window changes its size.
const scrollers = ".tblwrap, .wide-scroll, .rail, .tabs";
const settle = n => {
  const wide = n.scrollWidth > n.clientWidth + 1;
  if (wide) n.tabIndex = 0;
  else n.removeAttribute("tabindex");
  if (!wide || n.dataset.settled !== undefined && Math.abs(n.scrollLeft - n.dataset.settled) > 2) return;
  const t = $(n.dataset.scrollTo || ":scope > [aria-current]", n);
  const kept = $(".names", n)?.getBoundingClientRect().width ?? 0; // stays in place, and hides what is under it
  if (t) n.scrollLeft = t.getBoundingClientRect().left - n.getBoundingClientRect().left + n.scrollLeft - kept - (n.clientWidth - kept) * (kept ? .25 : .45);
  n.dataset.settled = n.scrollLeft;
};
const settleAll = () => $$(scrollers).forEach(settle);
let waiting = 0;
addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(settleAll, 120); });
document.addEventListener("htmx:after:swap", settleAll);
document.fonts.ready.then(settleAll);
settleAll();
