package uitest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

//go:embed axe.min.js
var axe string

// Finding is one violation on one element.
type Finding struct {
	Look   Look
	Rule   string // axe's name of the rule
	Impact string
	Help   string
	Target string // CSS path of the element
	HTML   string
	Why    string
}

func (f Finding) String() string {
	return fmt.Sprintf("%s %dx%d: %s (%s) at %s: %s\n  %s\n  %s", f.Look.Scheme, f.Look.Width, f.Look.Height, f.Rule, f.Impact, f.Target, f.Help,
		f.HTML, strings.ReplaceAll(f.Why, "\n", "\n  "))
}

// Axe opens the page in all Looks and fails the test for every finding of axe-core. It also fails for a sideways scroll of
// the page itself. It takes about a second a look.
func Axe(t testing.TB, ctx context.Context, url string) {
	t.Helper()
	for _, l := range Looks {
		Open(t, ctx, url, l)
		CheckReflow(t, ctx, l)
		for _, f := range Findings(t, ctx, l) {
			t.Error(f)
		}
	}
}

// Findings runs axe-core on the tab as it is, for pages that have been brought into some state first.
func Findings(t testing.TB, ctx context.Context, l Look) []Finding {
	t.Helper()
	const run = `(async () => {
		const r = await axe.run(document, {resultTypes: ["violations"], runOnly: ["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]});
		return JSON.stringify(r.violations.flatMap(v => v.nodes.map(n => ({Rule: v.id, Impact: v.impact || "", Help: v.help, Target: n.target.join(" "), HTML: n.html.slice(0, 300), Why: n.failureSummary || ""}))));
	})()`
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](axe+"\n;true")); err != nil {
		t.Fatalf("load axe: %v", err)
	}
	raw, err := chromedp.Run(ctx, chromedp.Evaluate[string](run, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("run axe: %v", err)
	}
	var found []Finding
	if err := json.Unmarshal([]byte(raw), &found); err != nil {
		t.Fatalf("read axe: %v", err)
	}
	for i := range found {
		found[i].Look = l
	}
	return found
}

// CheckReflow fails the test if the page itself scrolls sideways, naming the widest elements.
func CheckReflow(t testing.TB, ctx context.Context, l Look) {
	t.Helper()
	const wide = `(() => {
		const w = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= w) return "";
		return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > w + 1 && !e.closest(".tblwrap,.wide-scroll,.rail,.tabs,.log,dialog"))
			.slice(0, 5).map(e => e.tagName.toLowerCase() + "." + (e.getAttribute("class") || "") + " to " + Math.round(e.getBoundingClientRect().right)).join("; ") || "an unseen element";
	})()`
	s, err := chromedp.Run(ctx, chromedp.Evaluate[string](wide))
	if err != nil {
		t.Fatal(err)
	}
	if s != "" {
		t.Errorf("%s %dx%d: the page scrolls sideways: %s", l.Scheme, l.Width, l.Height, s)
	}
}
