package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"slipway/client"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

const sharedPlace = `kind: product
key: night
name: Night owl
---
kind: service
key: owl
name: Owl
product: night
---
kind: environment
key: pre-prod
name: Pre-prod
tier: pre-production
default: open
`

// TestJourneyTwoPeopleBookOneEnvironment lets two people in two browsers ask for the same environment at the same time: one has it, the
// other keeps what they typed, sees who has it, and takes the time that is offered.
func TestJourneyTwoPeopleBookOneEnvironment(t *testing.T) {
	engines(t, func(t *testing.T, args []string) {
		w := &world{server: start(t, args), tokens: map[string]string{}}
		w.apply(sharedPlace)
		w.tokens["rory"] = w.person("rory", "Rory Manager", "release-manager")
		w.tokens["quinn"] = w.person("quinn", "Quinn Quality", "contributor")
		w.must(w.tokens["rory"], "booking", "rule", "--environment", "pre-prod", "--capacity", "1", "--no-approval")
		left, right := &seat{w, uitest.Browser(t), "left"}, &seat{w, uitest.Browser(t), "right"}
		left.invited("rory")
		right.invited("quinn")

		day := time.Now().AddDate(0, 0, 20).UTC().Format(time.DateOnly)
		fill := func(b *seat, purpose string) {
			b.open("/calendar/bookings/new")
			b.steps("fill the form in", puts("environment", "pre-prod", "from", day+"T09:00", "to", day+"T12:00"), typing("input[name=purpose]", purpose))
		}
		// Both have the form open, and neither knows of the other.
		fill(left, "Rehearsal of the move")
		fill(right, "Load test of owls")
		left.steps("book", clicking("#book"))
		left.sees("it is booked", `location.pathname.startsWith("/calendar/bookings/pre-prod-") && document.querySelector(".pagehead").innerText.includes("Confirmed")`)
		right.steps("book", clicking("#book"))
		right.sees("it is taken, by whom, and what was typed is kept", `!!document.querySelector("#taken") && document.querySelector("#taken").innerText.includes("Rehearsal of the move") &&
			document.querySelector("#taken").innerText.includes("Rory Manager") && document.querySelector("#booking input[name=purpose]").value === "Load test of owls" &&
			document.querySelector("#booking input[name=from]").value === "`+day+`T09:00"`)
		right.sees("three times are offered", `document.querySelectorAll("#taken form").length === 3`)
		right.steps("take the first", clicking("#taken li:first-child form button"))
		right.sees("it is booked", `location.pathname.startsWith("/calendar/bookings/pre-prod-") && document.querySelector(".pagehead").innerText.includes("Confirmed") && document.body.innerText.includes("Load test of owls")`)

		left.open("/calendar/bookables/environment/pre-prod?at=" + day)
		left.sees("both stand on one axis", `document.querySelectorAll("#strip .tl a").length === 2`)
		left.watches()
		right.steps("withdraw it again", typing("#withdraw-reason", "The owls moved out"), clicking("#withdraw-it"))
		left.sees("it goes by itself", same(`document.querySelectorAll("#strip .tl a").length === 1`))
		var list []client.Booking
		w.into(adminToken, &list, "booking", "list", "--state", "confirmed")
		if len(list) != 1 || list[0].Purpose != "Rehearsal of the move" {
			t.Errorf("%+v", list)
		}
	})
}

// TestTwoReplicasBookOneEnvironment asks for one environment at the same time through two servers on one database, many at once: exactly
// one has it, and each of the others learns of a time that is really free.
func TestTwoReplicasBookOneEnvironment(t *testing.T) {
	t.Parallel()
	all := replicas(t, dbtest.New(t, db.Postgres).URL, 2)
	all[0].apply(sharedPlace)
	token := all[0].person("rory", "Rory Manager", "release-manager")
	from := time.Now().AddDate(0, 0, 20).UTC().Truncate(time.Hour)
	const n = 12
	var wg sync.WaitGroup
	var mu sync.Mutex
	var won []client.Booking
	var offers []client.Slot
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			c, err := client.New(all[i%2].URL, token)
			if err == nil {
				var b client.Booking
				at := from.Add(time.Duration(i%3) * 30 * time.Minute) // they overlap, and are not the same
				if b, err = c.Book(context.WithoutCancel(t.Context()), client.BookingSpec{Environment: "pre-prod", Purpose: fmt.Sprintf("Attempt %d", i), From: at, To: at.Add(3 * time.Hour)}); err == nil {
					mu.Lock()
					won = append(won, b)
					mu.Unlock()
					return
				}
			}
			var p *client.Problem
			var taken client.Taken
			if !errors.As(err, &p) || p.Status != 409 || p.Reason != "calendar.booked" {
				t.Errorf("attempt %d: %v", i, err)
				return
			}
			if err := json.Unmarshal(p.Theirs, &taken); err != nil || taken.Booking == nil || len(taken.Slots) == 0 {
				t.Errorf("attempt %d learned %s, %v", i, p.Theirs, err)
				return
			}
			mu.Lock()
			offers = append(offers, taken.Slots[0])
			mu.Unlock()
		})
	}
	close(start)
	wg.Wait()
	if len(won) != 1 || len(offers) != n-1 {
		t.Fatalf("%d have it and %d were offered another time", len(won), len(offers))
	}
	// What was offered is free: the first who takes it has it.
	c := all[1].client(token)
	if _, err := c.Book(t.Context(), client.BookingSpec{Environment: "pre-prod", Purpose: "Offered", From: offers[0].Start, To: offers[0].End}); err != nil {
		t.Errorf("the time that was offered is taken: %v", err)
	}
	if out := all[0].must(token, "booking", "list", "--state", "confirmed"); strings.Count(out, "confirmed") < 2 {
		t.Errorf("both are to stand:\n%s", out)
	}
}
