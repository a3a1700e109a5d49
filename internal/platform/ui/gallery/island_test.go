package gallery

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"

	"slipway/internal/platform/ui/uitest"
)

func truth(t *testing.T, ctx context.Context, what, js string) {
	t.Helper()
	uitest.Until(t, ctx, what, js)
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func TestIslands(t *testing.T) {
	url := server(t)
	look := uitest.Looks[0]
	t.Run("theme", func(t *testing.T) {
		ctx := uitest.Browser(t)
		uitest.Open(t, ctx, url, look)
		do(t, ctx, chromedp.Click(chromedp.CSS(".side [data-theme-toggle]")))
		truth(t, ctx, "dark at once", `document.documentElement.dataset.theme === "dark"`)
		do(t, ctx, chromedp.Navigate(url+"/release"))
		truth(t, ctx, "the server writes it into the next page", `document.documentElement.dataset.theme === "dark" && getComputedStyle(document.body).colorScheme !== "light"`)
	})
	t.Run("dialog", func(t *testing.T) {
		ctx := uitest.Browser(t)
		uitest.Open(t, ctx, url, look)
		do(t, ctx, chromedp.Click(chromedp.CSS("[data-dialog=rb]")))
		truth(t, ctx, "open, the focus in the text field, the act shut", `document.querySelector("#rb").open && document.activeElement.id === "rb-confirm" && document.querySelector("#rb-act").disabled`)
		for _, f := range uitest.Findings(t, ctx, look) {
			t.Error(f)
		}
		uitest.Shot(t, ctx, look, "")
		do(t, ctx, chromedp.SendKeys(chromedp.CSS("#rb-confirm"), "Cards 26.11.1"))
		truth(t, ctx, "typed, so the act opens", `!document.querySelector("#rb-act").disabled`)
		do(t, ctx, chromedp.Click(chromedp.CSS("#rb [data-close]")))
		truth(t, ctx, "closed", `!document.querySelector("#rb").open`)
	})
	t.Run("palette", func(t *testing.T) {
		ctx := uitest.Browser(t)
		uitest.Open(t, ctx, url+"/release", look)
		do(t, ctx, chromedp.KeyEvent("/"))
		truth(t, ctx, "open", `document.querySelector("#palette").open && document.activeElement.getAttribute("role") === "combobox"`)
		for _, f := range uitest.Findings(t, ctx, look) {
			t.Error(f)
		}
		uitest.Shot(t, ctx, look, "")
		// The protocol types the slash although the page has taken it; a keyboard does not.
		do(t, ctx, run(`document.querySelector("#palette input").value = ""`), chromedp.KeyEvent("metr"))
		truth(t, ctx, "filtered to one, and it is chosen", `[...document.querySelectorAll("#palette [role=option]")].filter(o => !o.closest("li").hidden).length === 1 && document.querySelector("#palette [aria-selected=true]").textContent.includes("Metrics")`)
		do(t, ctx, chromedp.KeyEvent("zzz"))
		truth(t, ctx, "nothing is found, and it says so", `!document.querySelector("#palette [data-none]").hidden`)
	})
	t.Run("keys", func(t *testing.T) {
		ctx := uitest.Browser(t)
		uitest.Open(t, ctx, url, look)
		do(t, ctx, run(`document.activeElement.blur()`))
		do(t, ctx, chromedp.KeyEvent("?"))
		truth(t, ctx, "the list of keys", `document.querySelector("#keys").open`)
		do(t, ctx, chromedp.Click(chromedp.CSS("#keys [data-close]")))
		truth(t, ctx, "closed", `!document.querySelector("#keys").open`)
		do(t, ctx, run(`document.activeElement.blur()`), chromedp.KeyEvent("j"))
		truth(t, ctx, "the first row has the focus", `document.querySelector("[data-cursor] a") === document.activeElement`)
		// Between two keys of the protocol there may be more than the 0.9 s that a hand has.
		do(t, ctx, run(`for (const key of "gm") document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}))`))
		truth(t, ctx, "g m leads to metrics", `location.pathname === "/metrics"`)
	})
	t.Run("clock", func(t *testing.T) {
		ctx := uitest.Browser(t)
		uitest.Open(t, ctx, url+"/release", look)
		truth(t, ctx, "clock and countdown tick from the server's instant", `(() => {
			const seconds = t => t.slice(-8).split(":").reduce((sum, n) => sum * 60 + Number(n), 0);
			const at = document.querySelector("[data-clock]").textContent, left = document.querySelector(".tminus .v").textContent;
			return /^14:[01]\d:\d\d$/.test(at) && at !== "14:08:00" && left.startsWith("T−0") && Math.abs(seconds(at) + seconds(left) - 21 * 3600) <= 1;
		})()`)
	})
	t.Run("toast", func(t *testing.T) {
		ctx := uitest.Browser(t)
		uitest.Open(t, ctx, url+"/release", look)
		do(t, ctx, run(`document.dispatchEvent(new CustomEvent("toast", {detail: {title: "Approved", text: "<b>You can withdraw.</b>", state: "go"}})); document.querySelector("#toasts [data-dismiss]").focus()`)) // what has the focus stays
		truth(t, ctx, "shown as text", `document.querySelector("#toasts .toast p").textContent === "<b>You can withdraw.</b>"`)
		do(t, ctx, chromedp.Click(chromedp.CSS("#toasts [data-dismiss]")))
		truth(t, ctx, "dismissed", `document.querySelector("#toasts .toast") === null`)
	})
	t.Run("scroller opens at now", func(t *testing.T) {
		ctx := uitest.Browser(t)
		uitest.Open(t, ctx, url+"/figures", uitest.Looks[2])
		truth(t, ctx, "scrolled and reachable", `(() => { const s = document.querySelector(".wide-scroll"); return s.scrollLeft > 50 && s.tabIndex === 0; })()`)
	})
}

// run runs a statement for its effect.
func run(js string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := chromedp.Evaluate[bool](js+";true")(ctx, tab)
		return err
	})
}
