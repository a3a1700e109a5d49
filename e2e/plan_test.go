package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"slipway/internal/platform/ui/uitest"
)

// puts writes into fields that are no plain text, such as dates and choices, by their names.
func puts(pairs ...string) chromedp.Action[chromedp.Void] {
	var js strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		fmt.Fprintf(&js, `document.querySelector('[name=%s]').value = %q;`, pairs[i], pairs[i+1])
	}
	return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := chromedp.Evaluate[bool](js.String()+"true")(ctx, tab)
		return err
	})
}

// forecasts presses the button that makes a forecast. The server makes one by itself half a minute after a change; then there is no button.
func (b *seat) forecasts() {
	b.t.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.querySelector("#make-forecast")?.click(); true`)); err != nil {
		b.t.Fatal(err)
	}
}

// task returns a task of a release as the command line tells it.
func (b *seat) task(key, task string) (out struct {
	ID        string `json:"id"`
	Status    string `json:"status"`
	NotBefore string `json:"notBefore"`
}) {
	b.t.Helper()
	b.into(adminToken, &out, "task", "show", key, task)
	return out
}

const nightProduct = `kind: product
key: night
name: Night owl
---
kind: service
key: owl
name: Owl
product: night
---
kind: environment
key: prod
name: Production
tier: production
default: open
`

// TestJourneyPlan plans a release from a template in a browser: its schedule draws itself; it is levelled, kept as a baseline, slips, is forecast and
// compared; and whoever else looks sees each step by itself.
func TestJourneyPlan(t *testing.T) {
	engines(t, func(t *testing.T, args []string) {
		const key = "owl-2.0.0"
		w := &world{server: start(t, args), tokens: map[string]string{}}
		w.apply(nightProduct)
		w.tokens["rory"] = w.person("rory", "Rory Manager", "release-manager")
		w.tokens["quinn"] = w.person("quinn", "Quinn Quality", "contributor")
		left, right := &seat{w, uitest.Browser(t), "left"}, &seat{w, uitest.Browser(t), "right"}
		left.invited("rory")
		right.invited("quinn")

		opens := time.Now().AddDate(0, 0, 150).UTC()
		left.open("/releases/new")
		left.steps("make a release of the template", puts("product", "night", "start", opens.Format("2006-01-02T15:04"), "end", opens.Add(2*time.Hour).Format("2006-01-02T15:04")),
			typing(`input[name=version]`, "2.0.0"), typing(`input[name=key]`, key), clicking(`label.opt:has(input[name=template][value=waterfall])`), clicking(`form[action="/releases/new"] button.primary`))
		plan := "/releases/" + key + "/plan"
		left.sees("the release is there", fmt.Sprintf(`location.pathname === %q`, "/releases/"+key))
		left.open(plan)
		left.sees("the schedule draws itself", `document.querySelectorAll("#picture svg a.bk").length >= 10 && document.querySelectorAll("#picture svg a.bk.cr").length > 0 && document.querySelectorAll("#picture svg .ed").length > 0`)

		// Two tasks at the same time for one person: levelling puts them one after the other.
		for _, k := range []string{"design", "test-cases"} {
			w.as("rory", "task", "set", key, k, "--owner", "quinn")
		}
		left.steps("go to level", clicking("#level"))
		left.sees("who is over is named", `document.querySelector("#over")?.innerText.includes("Quinn Quality")`)
		left.steps("level", clicking("#apply-level"))
		left.sees("the plan is levelled", fmt.Sprintf(`location.pathname === %q && document.body.innerText.includes("The plan is levelled")`, plan))
		if left.task(key, "test-cases").NotBefore == "" && left.task(key, "design").NotBefore == "" {
			t.Error("no task has a new start")
		}

		left.steps("go to the baselines", clicking("#baselines"))
		left.sees("the form is there", `!!document.querySelector("#save-baseline")`)
		left.steps("save a baseline", typing(`input[name=name]`, "As agreed"), clicking("#save"))
		left.sees("the baseline is drawn", `document.querySelector("#picture header")?.innerText.includes("As agreed") && document.querySelectorAll("#picture svg .bl").length > 0`)

		right.open(plan)
		right.watches()
		left.forecasts()
		const forecast = `document.querySelector("#forecast")?.innerText.includes("Chance of") && document.querySelectorAll("#forecast svg rect").length > 5`
		left.sees("the forecast is there", forecast)
		right.sees("the forecast appears", same(forecast))

		// The work slips: somebody says how much longer it takes.
		was, err := chromedp.Run(right.ctx, chromedp.Evaluate[string](`document.querySelector("#forecast .big").innerText`))
		if err != nil {
			t.Fatal(err)
		}
		left.open("/releases/" + key + "/tasks/" + left.task(key, "build").ID)
		left.steps("estimate more", puts("low", "500", "likely", "700", "high", "900"), clicking("#save"))
		left.sees("the plan is back", fmt.Sprintf(`location.pathname === %q`, plan))
		right.sees("the forecast is said to be stale, or is another one already", same(fmt.Sprintf(`document.querySelector("#forecast").innerText.includes("The plan has changed since") ||
			document.querySelector("#forecast .big").innerText !== %q`, was)))
		right.watches()
		left.open(plan + "/baselines?moved=1")
		left.sees("the slip is named", `document.querySelector("#variance")?.innerText.includes("later than planned")`)
		left.open(plan)
		left.forecasts()
		left.sees("what drives the date is named", `document.querySelectorAll("#drivers li").length > 0 && !document.querySelector("#forecast")?.innerText.includes("has changed since")`)
		left.open(plan + "/must-be-true?chance=80")
		left.sees("what must be true is answered", `document.querySelector("#ways")?.innerText.includes("As things stand")`)

		// The date moves to where the work can be done.
		later := opens.AddDate(0, 0, 42).Truncate(time.Minute)
		left.open("/releases/" + key + "/move?start=" + later.Format(time.RFC3339))
		left.sees("what the new date hits is told", `!!document.querySelector("#hits") && !!document.querySelector("#one-save")`)
		left.steps("move the date", typing(`#one-save textarea[name=reason]`, "The build takes longer than was thought."), clicking("#one-save button.primary"))
		left.sees("the date is moved", `!location.pathname.endsWith("/move")`)
		var moved struct {
			Window struct {
				Start time.Time `json:"start"`
			} `json:"window"`
		}
		w.into(adminToken, &moved, "release", "show", key)
		if !moved.Window.Start.Equal(later) {
			t.Errorf("the window opens at %s, want %s", moved.Window.Start, later)
		}
		left.open(plan + "/baselines")
		left.sees("the baseline keeps the old plan", `document.querySelector("#variance")?.innerText.includes("later than planned")`)

		// A card that one person moves moves for the other.
		id := left.task(key, "scope").ID
		right.open(plan + "?tasks=board")
		right.watches()
		left.open(plan + "?tasks=board")
		left.steps("move a card by the keyboard", chromedp.Focus(chromedp.CSS("#card-"+id+" a.t")), chromedp.KeyEvent(kb.ArrowRight))
		card := fmt.Sprintf(`document.querySelector("#card-%s")?.closest("[data-column]")?.dataset.column === "doing"`, id)
		left.sees("the card is in the next column", card)
		right.sees("the card moves by itself", same(card))
		if s := left.task(key, "scope").Status; s != "doing" {
			t.Errorf("the task is %s", s)
		}

		// The forecast follows the date by itself, half a minute after it was moved, and stands in the history.
		right.open(plan)
		right.watches()
		api := w.client(adminToken)
		eventually(t, 5*time.Minute, "a forecast of the plan as it is now", func() bool {
			f, err := api.Forecast(t.Context(), key)
			return err == nil && !f.Stale && f.Window != nil && f.Window.Equal(later)
		})
		right.sees("it comes by itself", same(`document.querySelector("#forecast").innerText.includes("Chance of") && !document.querySelector("#make-forecast")`))
		past, err := api.Forecasts(t.Context(), key)
		if err != nil || len(past) == 0 || past[0].Window == nil || !past[0].Window.Equal(later) || past[0].Chance == nil {
			t.Errorf("the history says %+v, %v", past, err)
		}
	})
}
