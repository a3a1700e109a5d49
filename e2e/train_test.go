package e2e

import (
	"fmt"
	"testing"
	"time"

	"slipway/client"
	"slipway/internal/platform/ui/uitest"
)

const trainPlace = `kind: product
key: night
name: Night owl
---
kind: environment
key: prod
name: Production
tier: production
`

// overTheChange returns how many days from a day of the zone its clocks are changed, with two days to spare.
func overTheChange(from time.Time) int {
	_, now := from.Zone()
	for n := 1; n < 360; n++ {
		if _, then := from.AddDate(0, 0, n).Zone(); then != now {
			return n + 2
		}
	}
	return 2
}

// TestJourneyTrainOpensItsRelease states a train as a document whose next window lies behind the next clock change and whose lead time comes
// within a minute. Its release is opened by itself, once, at the wall time that was stated; a browser that looks at the roadmap sees it come; what
// was asked for goes on board; and the server that was killed in between goes on.
func TestJourneyTrainOpensItsRelease(t *testing.T) {
	engines(t, func(t *testing.T, args []string) {
		w := &world{server: start(t, args), tokens: map[string]string{}}
		began := time.Now()
		w.apply(trainPlace)
		w.tokens["rory"] = w.person("rory", "Rory Manager", "release-manager")
		w.tokens["quinn"] = w.person("quinn", "Quinn Quality", "contributor")
		zone, err := time.LoadLocation("Europe/Copenhagen")
		if err != nil {
			t.Fatal(err)
		}
		b := &seat{w, uitest.Browser(t), "roadmap"}
		b.invited("rory")
		// The lead time comes at the next full minute, but not before what is done until then is done; how long that takes here
		// is known from what was done so far.
		now := time.Now().In(zone).Add(20*time.Second + 3*time.Since(began))
		opens := time.Date(now.Year(), now.Month(), now.Day(), now.Hour(), now.Minute()+1, 0, 0, zone)
		days := overTheChange(opens)
		window := opens.AddDate(0, 0, days)
		w.apply(fmt.Sprintf(`kind: train
key: night-train
product: night
name: Night owl
start: %s
zone: Europe/Copenhagen
rrule: FREQ=WEEKLY;INTERVAL=4
length: 2h
lead: %dd
pattern: "90.{n}.0"
number: 7
owner: rory
`, window.Format("2006-01-02T15:04"), days))
		b.open("/roadmap?quarters=8")
		b.sees("the train says when it opens", `document.querySelector("#trains").innerText.includes("Next 90.7.0 opens by itself")`)
		b.watches()
		var asked client.ReleaseRequest
		w.into(w.tokens["quinn"], &asked, "request", "add", "night", "--title", "Hoot louder", "--goal", "Neighbours hear us")
		w.must(w.tokens["rory"], "request", "accept", asked.Key, "--train", "night-train")

		w.kill()
		w.up()
		var r client.Release
		eventually(t, time.Until(opens)+2*time.Minute, "the train opens its release", func() bool {
			_, err := w.client(w.tokens["rory"]).Release(t.Context(), "night-90.7.0")
			return err == nil
		})
		b.sees("it comes by itself", same(`document.querySelector("#trains").innerText.includes("90.7.0 is open")`))
		w.into(w.tokens["rory"], &r, "release", "show", "night-90.7.0")
		if r.State != "draft" || r.Window == nil || !r.Window.Start.Equal(window) || r.Window.Start.In(zone).Format("15:04") != opens.Format("15:04") {
			t.Errorf("%+v %+v, want %s", r, r.Window, window)
		}
		if time.Since(opens) < 0 {
			t.Error("opened before its lead time")
		}
		w.into(w.tokens["quinn"], &asked, "request", "show", asked.Key)
		if asked.ReleaseKey != "night-90.7.0" {
			t.Errorf("%+v", asked)
		}
		var line client.Train
		w.into(w.tokens["rory"], &line, "train", "show", "night-train")
		if len(line.Past) != 1 || line.Past[0].Outcome != "opened" || line.Number != 8 || len(line.Ahead) != 10 {
			t.Errorf("%+v", line)
		}
		for _, d := range line.Ahead {
			if got := d.At.In(zone).Format("15:04"); got != opens.Format("15:04") {
				t.Errorf("%s departs at %s", d.Version, got)
			}
		}

		b.open("/roadmap/propose?release=night-90.7.0")
		day := window.AddDate(0, 0, 1).UTC().Format("2006-01-02")
		b.steps("propose another day", puts("start", day+"T18:00", "end", day+"T20:00", "role", "release-manager"), clicking("#roles-release-manager"), clicking("#save"))
		b.sees("it is agreed", `location.pathname === "/roadmap/dates/night-90.7.0" && document.querySelector(".pagehead").innerText.includes("Agreed for")`)
		w.into(w.tokens["rory"], &r, "release", "show", "night-90.7.0")
		if got := r.Window.Start.UTC().Format("2006-01-02T15:04"); got != day+"T18:00" && r.Window.Start.In(zone).Format("2006-01-02T15:04") != day+"T18:00" {
			t.Errorf("the window is %s", got)
		}
		b.open("/roadmap")
		b.steps("publish", clicking("#publish"))
		b.sees("it is published", `location.search === "?published=only" && document.querySelector(".pagehead").innerText.includes("published date")`)
	})
}
