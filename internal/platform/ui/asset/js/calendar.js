// The calendar: what may move is dragged to another day of a month, to an hour of a week or along the axis of a timeline. Dropping
// opens the page that asks for the new time, with it filled in; nothing is changed by dragging alone, and the same page has a link
// of its own.
let dragged = null, grip = 0, gripDown = 0;
const dayOf = e => e.target.closest?.("[data-drag-days] [data-day]");
const hourOf = e => e.target.closest?.("[data-drag-hours] [data-day]");
const axisOf = e => e.target.closest?.("[data-drag-axis] .track");
const overOnly = el => {
  $$("[data-over]").forEach(o => o !== el && o.removeAttribute("data-over"));
  if (el) el.dataset.over = "";
};
on("dragstart", "[data-drag]", (e, el) => {
  dragged = el;
  grip = e.clientX - el.getBoundingClientRect().left;
  gripDown = e.clientY - el.getBoundingClientRect().top;
  el.dataset.held = "";
  e.dataTransfer.effectAllowed = "move";
  e.dataTransfer.setData("text/plain", el.title);
});
document.addEventListener("dragend", () => {
  dragged?.removeAttribute("data-held");
  if (dragged) overOnly(null);
  dragged = null;
});
document.addEventListener("dragover", e => {
  const over = dragged && (dayOf(e) || hourOf(e) || axisOf(e));
  if (!over) return;
  e.preventDefault();
  overOnly(over);
});
// An instant as date and time fields have it, on the clock of a zone.
const wall = (t, zone) => new Date(t).toLocaleString("sv-SE", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }).replace(" ", "T");
// The time of a place in a week, in quarters of an hour; where a clock is put back, its second hour is the first one again.
const hourAt = (e, day) => {
  const grid = day.closest("[data-drag-hours]").dataset, r = day.getBoundingClientRect(), [again, back] = (grid.again || "").split(" ").map(Number);
  let m = Math.round((e.clientY - gripDown - r.top) / r.height * grid.dragHours / 15) * 15;
  if (back && m >= again) m -= back;
  m = Math.min(1425, Math.max(0, m));
  return [m / 60 | 0, m % 60].map(n => String(n).padStart(2, "0")).join(":");
};
const dropped = (e, el) => {
  const hour = hourOf(e);
  if (hour && getComputedStyle(hour).position === "relative") return hour.dataset.day + "T" + hourAt(e, hour);
  const day = dayOf(e) || hour;
  if (day) return day.dataset.day + "T" + el.dataset.hour;
  const track = axisOf(e), axis = track.closest("[data-drag-axis]"), r = track.getBoundingClientRect();
  const from = +axis.dataset.from, to = +axis.dataset.to, step = to - from > 15 * 864e5 ? 864e5 : 36e5;
  const moved = (e.clientX - grip - r.left) / r.width * (to - from) + from - +el.dataset.start;
  return wall(+el.dataset.start + Math.round(moved / step) * step, axis.dataset.zone);
};
document.addEventListener("drop", e => {
  const el = dragged;
  if (!el || !(dayOf(e) || hourOf(e) || axisOf(e))) return;
  e.preventDefault();
  location.href = el.dataset.drag + encodeURIComponent(dropped(e, el));
});
