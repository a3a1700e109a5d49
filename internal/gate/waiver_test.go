package gate_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/gate"
	"slipway/internal/gate/gatetest"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

func TestWaiverPassesAndBlocksAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := gatetest.New(t, d)
		w.Template(t, "strict", true, latency("latency"))
		w.From(t, "pay", "strict", plan.Active)
		w.Guarded(t, "loose", latency("latency"))
		asker, chief := authtest.Person(t, d, "jonas", "contributor"), authtest.Person(t, d, "aisha", "approver")
		until := db.At(dbtest.Start.Add(48 * time.Hour))
		in := gate.NewWaiver{Reason: "No time.", Measure: "Half the traffic.", Until: until}
		for _, bad := range []struct {
			in     gate.NewWaiver
			reason string
		}{{gate.NewWaiver{Measure: "m", Until: until}, "text.missing"}, {gate.NewWaiver{Reason: "r", Until: until}, "text.missing"}, {gate.NewWaiver{Reason: "r", Measure: "m"}, "waiver.until_missing"},
			{gate.NewWaiver{Reason: "r", Measure: "m", Until: db.At(dbtest.Start)}, "waiver.until_past"}, {gate.NewWaiver{Reason: "r", Measure: "m", Until: until, Owner: "nobody"}, "owner.unknown"}} {
			_, err := w.Gate.Waive(asker, "pay", "latency", bad.in)
			want(t, err, errs.CodeInvalid, bad.reason)
		}
		// Four eyes: an approver's own request waits for somebody else, as a contributor's does.
		own, err := w.Gate.Waive(chief, "pay", "latency", in)
		if err != nil || own.State(own.AskedAt) != gate.WaiverOpen {
			t.Fatalf("%+v, %v", own, err)
		}
		_, err = w.Gate.Grant(chief, "pay", "latency", "")
		want(t, err, errs.CodeBlocked, "gate.four_eyes")
		_, err = w.Gate.Waive(asker, "pay", "latency", in)
		want(t, err, errs.CodeConflict, "waiver.standing")
		if _, err := w.Gate.Unwaive(chief, "pay", "latency", "", "Another way."); err != nil {
			t.Fatal(err)
		}
		asked, err := w.Gate.Waive(asker, "pay", "latency", in)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Gate.Grant(asker, "pay", "latency", asked.ID)
		want(t, err, errs.CodeForbidden, "auth.permission_missing")
		if v := w.Verdict(t, asker, "pay"); v.Word != gate.NoGo {
			t.Errorf("a waiver that was only asked for passes")
		}
		if _, err := w.Gate.Grant(chief, "pay", "latency", asked.ID); err != nil {
			t.Fatal(err)
		}
		if v := w.Verdict(t, asker, "pay"); v.Word != gate.Go || v.All.Waived != 1 {
			t.Errorf("under the waiver: %s %s", v.Word, codes(v))
		}
		// Without four eyes an approver's request is in force at once.
		if g, err := w.Gate.Waive(chief, "loose", "latency", in); err != nil || g.State(g.AskedAt) != gate.WaiverInForce {
			t.Errorf("%+v, %v", g, err)
		}
		d.Clock().(*clock.Fake).Advance(49 * time.Hour)
		v := w.Verdict(t, asker, "pay")
		if v.Word != gate.NoGo || !strings.Contains(v.Reasons[0].Text, "The waiver by Aisha ended") {
			t.Errorf("after the waiver: %s %+v", v.Word, v.Reasons)
		}
		_, err = w.Gate.Unwaive(chief, "pay", "latency", asked.ID, "Too late.")
		want(t, err, errs.CodeBlocked, "waiver.not_open")
	})
}

func TestOnlyTheOwnerConfirms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := gatetest.New(t, d)
		hannah, priya := authtest.Person(t, d, "hannah", "contributor"), authtest.Person(t, d, "priya", "contributor", "qa")
		w.Guarded(t, "pay", checklist("by-hannah", "hannah"), checklist("by-qa", "qa"), checklist("by-anyone", ""), suite("tests"))
		viewer := authtest.Person(t, d, "vera", "viewer")
		if err := d.Write(auth.WithSystem(t.Context()), func(tx *db.Tx) error {
			_, err := authtest.Service(t, d).Add(tx, people.NewPerson{Key: "robot", Name: "Robot", Kind: auth.KindService})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		_, err := w.Gate.Confirm(authtest.Person(t, d, "robot", "contributor"), "pay", "by-anyone", gate.Confirmed, "")
		want(t, err, errs.CodeForbidden, "gate.not_yours")
		cases := []struct {
			as     context.Context
			key    string
			code   errs.Code
			reason string
		}{
			{priya, "by-hannah", errs.CodeForbidden, "gate.not_yours"}, {hannah, "by-qa", errs.CodeForbidden, "gate.not_yours"},
			{viewer, "by-anyone", errs.CodeForbidden, "auth.permission_missing"}, {priya, "tests", errs.CodeBlocked, "gate.not_confirmed_by_people"},
			{priya, "none", errs.CodeNotFound, "criterion.not_found"}, {hannah, "by-hannah", "", ""}, {priya, "by-qa", "", ""}, {hannah, "by-anyone", "", ""},
		}
		for _, c := range cases {
			_, err := w.Gate.Confirm(c.as, "pay", c.key, gate.Confirmed, "")
			if c.code == "" {
				if err != nil {
					t.Errorf("%s: %v", c.key, err)
				}
				continue
			}
			want(t, err, c.code, c.reason)
		}
		if v := w.Verdict(t, viewer, "pay"); codes(v) != "tests:evidence.missing" {
			t.Error(codes(v))
		}
		_, err = w.Gate.Confirm(priya, "pay", "by-qa", gate.Denied, "")
		want(t, err, errs.CodeInvalid, "text.missing")
		if _, err := w.Gate.Confirm(priya, "pay", "by-qa", gate.Denied, "Two cases are open."); err != nil {
			t.Fatal(err)
		}
		d.Clock().(*clock.Fake).Advance(time.Second)
		v := w.Verdict(t, viewer, "pay")
		if codes(v) != "by-qa:confirmation.denied tests:evidence.missing" || !strings.Contains(v.Reasons[0].Text, "Priya says that it is not fulfilled") {
			t.Errorf("%s %q", codes(v), v.Reasons[0].Text)
		}
		if _, err := w.Gate.Confirm(priya, "pay", "by-qa", gate.Withdrawn, ""); err != nil {
			t.Fatal(err)
		}
		_, err = w.Gate.Confirm(priya, "pay", "by-qa", gate.Withdrawn, "")
		want(t, err, errs.CodeBlocked, "gate.nothing_to_withdraw")
	})
}
