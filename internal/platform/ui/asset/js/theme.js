// The switch between light and dark: at once here, and in a cookie for the server to write into the next page.
on("click", "[data-theme-toggle]", e => {
  e.preventDefault();
  const shown = root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.dataset.theme = shown === "dark" ? "light" : "dark";
  document.cookie = `slipway_theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax` + (location.protocol === "https:" ? "; secure" : "");
});
