// Forms: what was typed is remembered as unsaved, a sent form does not go twice, the first faulty field gets the focus.
on("input", "form[method=post]", (e, f) => { f.dataset.dirty = ""; });
on("submit", "form", (e, f) => {
  delete f.dataset.dirty;
  if (f.method === "post") e.submitter?.classList.add("htmx-request");
});
addEventListener("pageshow", () => $$("button.htmx-request").forEach(b => b.classList.remove("htmx-request")));
on("change", "form[data-autosubmit]", (e, f) => f.requestSubmit());
// A filter that is not set stays out of the address.
on("formdata", "form[data-autosubmit]", e => { for (const [k, v] of [...e.formData]) if (v === "") e.formData.delete(k); });
const faulty = () => $("main [aria-invalid=true]")?.focus();
document.addEventListener("htmx:after:swap", e => { if (e.detail?.ctx?.response?.status === 422) faulty(); });
faulty();
