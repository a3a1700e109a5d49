// The connection lamp, the banner under it and the buttons that act. The stream element carries data-stream; the sse
// extension reconnects by itself once it had a connection, the first connection is tried again here.
const lamp = $("[data-lamp]"), stream = $("[data-stream]");
let lastHeard = now(), lostAt = 0, grave = 0, retry = 1000;
const shut = off => $$("form[method=post] button:not([type=button]), [data-acts]").forEach(b => {
  if (b.closest("[data-always]")) return;
  if (off && !b.disabled) { b.disabled = true; b.dataset.offline = ""; }
  else if (!off && b.dataset.offline !== undefined) { b.disabled = false; delete b.dataset.offline; }
});
const show = (state, word) => {
  if (lamp) {
    lamp.dataset.lamp = state;
    put2($("[data-lamp-word]", lamp), word);
  }
  const banner = document.getElementById("offline");
  if (banner) banner.hidden = state !== "offline";
  shut(state === "offline");
};
const put2 = (el, text) => { if (el && el.textContent !== text) el.textContent = text; };
const live = () => {
  lostAt = 0;
  retry = 1000;
  clearTimeout(grave);
  show("live", "Live");
};
const lost = () => {
  if (!lostAt) {
    lostAt = now();
    grave = setTimeout(offline, 20000);
  }
  if (lamp?.dataset.lamp !== "offline") show(navigator.onLine ? "reconnecting" : "offline", navigator.onLine ? "Reconnecting since " + hm(lostAt) : "Offline");
  put2($("[data-offline-since]"), hm(lastHeard));
};
const offline = () => {
  put2($("[data-offline-since]"), hm(lastHeard));
  show("offline", "Offline");
};
if (stream) {
  const own = fn => e => { if (e.target === stream) fn(e); };
  document.addEventListener("htmx:sse:after:connection", own(() => { told = true; lastHeard = now(); live(); }));
  document.addEventListener("htmx:sse:after:message", own(() => { lastHeard = now(); }));
  document.addEventListener("htmx:sse:before:connection", own(e => { if (e.detail.connection.attempt > 0 && !document.hidden) lost(); }));
  document.addEventListener("htmx:sse:error", own(lost));
  let told = false;
  const retryLater = () => {
    told = true;
    if (stream._htmx?.sse) return;
    lost();
    setTimeout(() => stream.dispatchEvent(new CustomEvent("retrystream")), retry);
    retry = Math.min(retry * 2, 30000);
  };
  const again = own(retryLater);
  // The first try may have failed before anybody listened here.
  setTimeout(() => { if (!told) retryLater(); }, 3000);
  document.addEventListener("htmx:error", again);
  document.addEventListener("htmx:response:error", again);
  // The rights are gone or the session has ended: nothing comes any more, and trying again would not help.
  stream.addEventListener("gone", () => {
    put2($("[data-offline-text]"), "You are signed out, or may no longer see this page. Load it again.");
    offline();
  });
  // Too much has happened to send it piece by piece.
  stream.addEventListener("reload", () => {
    if (!dirty()) return location.reload();
    const note = document.getElementById("stale");
    if (note) note.hidden = false;
  });
  addEventListener("offline", lost);
  addEventListener("online", () => { if (lostAt) stream.dispatchEvent(new CustomEvent("retrystream")); });
}
