// The palette: commands of the page at once, what the server finds after 120 ms (hx-get on the input).
const palette = document.getElementById("palette");
if (palette) {
  const input = $("input", palette), found = document.getElementById("pal-found");
  let cur = 0;
  const visible = () => $$("[role=option]", palette).filter(o => !o.closest("li").hidden);
  const mark = () => {
    const v = visible();
    cur = Math.min(cur, Math.max(v.length - 1, 0));
    $$("[role=option]", palette).forEach((o, i) => {
      if (!o.id) o.id = "pal-o" + i + (found?.contains(o) ? "f" : "");
      o.setAttribute("aria-selected", String(o === v[cur]));
    });
    if (v[cur]) {
      input.setAttribute("aria-activedescendant", v[cur].id);
      v[cur].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
    const none = $("[data-none]", palette);
    if (none) none.hidden = v.length > 0;
  };
  const filter = () => {
    const q = input.value.trim().toLowerCase();
    $$("li", palette).forEach(li => {
      if (!found?.contains(li) && $("[role=option]", li)) li.hidden = !li.textContent.toLowerCase().includes(q);
    });
    $$("li.lbl", palette).forEach(l => {
      let n = l.nextElementSibling, any = false;
      for (; n && !n.matches(".lbl"); n = n.nextElementSibling) any ||= !n.hidden && $("[role=option]", n) !== null;
      l.hidden = !any;
    });
    cur = 0;
    mark();
  };
  input.addEventListener("input", filter);
  palette.addEventListener("htmx:after:swap", filter);
  document.addEventListener("htmx:after:swap", e => { if (palette.contains(e.target)) filter(); });
  input.addEventListener("keydown", e => {
    const v = visible();
    if (e.key === "ArrowDown") cur = (cur + 1) % Math.max(v.length, 1);
    else if (e.key === "ArrowUp") cur = (cur - 1 + v.length) % Math.max(v.length, 1);
    else if (e.key === "Enter") { e.preventDefault(); v[cur]?.click(); return; }
    else return;
    e.preventDefault();
    mark();
  });
  palette.addEventListener("close", () => { input.value = ""; if (found) found.replaceChildren(); filter(); });
  mark();
}
