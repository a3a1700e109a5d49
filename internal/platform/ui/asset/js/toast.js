// A short word after something reversible. The server sends it with HX-Trigger: {"toast":{"title","text","state"}}; six
// seconds, longer while the pointer or the focus is on it.
const toast = ({ title = "", text = "", state = "go" }) => {
  const box = document.getElementById("toasts");
  if (!box) return;
  const t = document.createElement("div"), div = document.createElement("div"), b = document.createElement("b"), p = document.createElement("p"), x = document.createElement("button");
  t.className = "toast";
  t.dataset.s = state;
  b.textContent = title;
  p.textContent = text;
  div.append(b, p);
  x.type = "button";
  x.className = "btn quiet icon sm";
  x.setAttribute("aria-label", "Dismiss");
  x.dataset.dismiss = "";
  x.textContent = "×";
  t.append(shape(state), div, x);
  box.append(t);
  leave(t);
};
const leave = t => setTimeout(() => t.matches(":hover,:focus-within") ? leave(t) : t.remove(), 6000);
on("click", "[data-dismiss]", (e, el) => el.closest(".toast,.note")?.remove());
document.addEventListener("toast", e => toast(e.detail || {}));
$$("#toasts > .toast").forEach(leave);
