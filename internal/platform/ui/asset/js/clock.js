// One ticker for clocks, countdowns and elapsed times. Text only, and never announced: no live region is touched.
const clockOf = s => `${two(Math.floor(s / 3600))}:${two(Math.floor(s % 3600 / 60))}:${two(s % 60)}`;
const count = (ms, up) => {
  const s = Math.floor(Math.abs(ms) / 1000), sign = up || ms < 0 ? "+" : "−";
  return "T" + sign + (s < 86400 ? clockOf(s) : Math.floor(s / 86400) + " d");
};
const span = ms => {
  const m = Math.max(0, Math.floor(ms / 60000)), d = Math.floor(m / 1440), h = Math.floor(m / 60) % 24;
  return d ? (h ? `${d} d ${h} h` : `${d} d`) : h ? (m % 60 ? `${h} h ${m % 60} min` : `${h} h`) : `${m} min`;
};
const put = (el, text) => { if (el.textContent !== text) el.textContent = text; };
const formats = new Map();
const timeIn = (zone, seconds) => {
  const key = zone + seconds;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: seconds ? "2-digit" : undefined, hourCycle: "h23" }));
  return formats.get(key).format(now());
};
const tick = () => {
  const t = now();
  for (const el of $$("[data-clock]")) put(el, timeIn(el.dataset.clock || "UTC", el.dataset.seconds !== undefined));
  for (const el of $$("[data-count]")) put(el, count(Date.parse(el.dataset.count) - t));
  for (const el of $$("[data-up]")) put(el, count(t - Date.parse(el.dataset.up), true));
  for (const el of $$("[data-until]")) put(el, span(Date.parse(el.dataset.until) - t));
};
if (root.dataset.still === undefined) setInterval(tick, 1000);
