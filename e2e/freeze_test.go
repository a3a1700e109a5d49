package e2e

import (
	"fmt"
	"testing"
	"time"

	"slipway/client"
	"slipway/internal/platform/ui/uitest"
)

// TestJourneyFreezeIsSeenBeforeItIsPublished asks in the browser what a freeze would do, which changes nothing; publishes it, and sees it
// on the calendar with the conflict that it made; then the calendar is published with that conflict accepted by name.
func TestJourneyFreezeIsSeenBeforeItIsPublished(t *testing.T) {
	engines(t, func(t *testing.T, args []string) {
		w := &world{server: start(t, args), tokens: map[string]string{}}
		w.apply(sharedPlace)
		w.tokens["rory"] = w.person("rory", "Rory Manager", "release-manager")
		w.tokens["quinn"] = w.person("quinn", "Quinn Quality", "viewer")
		day := time.Now().AddDate(0, 0, 20).UTC()
		on := func(clock string) string { return day.Format(time.DateOnly) + "T" + clock }
		w.apply(fmt.Sprintf("kind: release\nkey: owl-2.0.0\nname: Owl 2.0.0\nproduct: night\nversion: 2.0.0\ntemplate: standard\nwindow: {start: %sZ, end: %sZ}\nenvironments: [pre-prod]\nservices: [{service: owl, version: 2.0.0}]\n",
			on("20:00:00"), on("22:00:00")))
		w.must(w.tokens["rory"], "booking", "add", "--environment", "pre-prod", "--purpose", "Rehearsal", "--when", on("18:00:00")+"Z/"+on("19:00:00")+"Z")

		left, right := &seat{w, uitest.Browser(t), "left"}, &seat{w, uitest.Browser(t), "right"}
		left.invited("rory")
		right.invited("quinn")
		right.open("/calendar?at=" + day.Format("2006-01"))
		right.watches()

		left.open("/calendar/freezes/new")
		left.steps("ask what it would do", typing("input[name=name]", "Stocktaking"), typing("textarea[name=reason]", "We count."), puts("start", on("17:00"), "end", on("23:00"), "zone", "UTC"),
			clicking("#main form button.primary"))
		left.sees("what it hits", `!!document.querySelector("#effect") && document.querySelector("#hit").innerText.includes("1 release, 1 booking") &&
			document.querySelector("#effect").innerText.includes("Owl 2.0.0") && document.querySelector("#effect").innerText.includes("goes on to its end")`)
		var freezes []client.Period
		if w.into(adminToken, &freezes, "freeze", "list"); len(freezes) != 0 {
			t.Fatalf("asking published it: %+v", freezes)
		}
		left.steps("publish", clicking(`button[name=publish]`))
		left.sees("it is published", `location.pathname === "/calendar/freezes/stocktaking"`)
		right.sees("the other sees it on the day, with the conflict that it makes", same(fmt.Sprintf(`document.querySelector('[data-day=%q]').innerText.includes("Stocktaking") &&
			!!document.querySelector(".ev.clash[href='/releases/owl-2.0.0']")`, day.Format(time.DateOnly))))
		var conflicts []client.Conflict
		w.into(adminToken, &conflicts, "conflict", "list")
		if len(conflicts) != 1 || conflicts[0].Code != "calendar.window_closed" {
			t.Fatalf("%+v", conflicts)
		}

		first := day.AddDate(0, 0, -2).Format(time.DateOnly)
		left.open("/calendar/versions/new?from=" + first + "&to=" + day.AddDate(0, 0, 2).Format(time.DateOnly) + "&name=Around+it")
		left.steps("publish the calendar", clicking("#publish"))
		left.sees("the conflict holds it up", `document.body.innerText.includes("Not published.") && document.querySelectorAll("#held input[type=checkbox]").length === 1`)
		left.steps("accept it by name", clicking("#held input[type=checkbox]"), typing("input[name=reason]", "It moves on Monday"), clicking("#publish"))
		left.sees("it is published", `location.pathname === "/calendar/versions/1" && document.querySelector("#accepted").innerText.includes("It moves on Monday")`)
		right.open("/calendar/versions/1")
		right.steps("say that it is read", clicking("#acknowledge"))
		right.sees("that stands", `document.querySelector("#readers").innerText.includes("1 of") && !document.querySelector("#acknowledge")`)
	})
}
