// j and k walk through the rows of the first list marked data-rows, Enter opens the row's link.
acts.walk = step => {
  const list = $("[data-rows]");
  if (!list) return;
  const rows = $$("tbody > tr:not(.grp):not(.openrow), :scope > li", list).filter(r => $("a", r));
  const at = rows.findIndex(r => r.hasAttribute("data-cursor"));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  if (!next) return;
  rows[at]?.removeAttribute("data-cursor");
  next.setAttribute("data-cursor", "");
  $("a", next).focus();
};
