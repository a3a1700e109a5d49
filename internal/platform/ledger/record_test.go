package ledger_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
)

// Every filter finds what a plain loop over all entries finds, page by page, from both ends.
func TestEntries(t *testing.T) {
	releases := []id.Release{"", id.New[id.Release](), id.New[id.Release]()}
	people := []id.Person{id.New[id.Person](), id.New[id.Person]()}
	scopes := []string{"", "product/a", "product/b", "product/c"}
	actions := []string{"risk.opened", "risk.closed", "riskier.opened", "gate.set", "gate.set.again"}
	actors := []ledger.Actor{ledger.System, ledger.Person(people[0]), {Kind: ledger.KindToken, ID: "t1", For: people[0]}, {Kind: ledger.KindToken, ID: "t1", For: people[1]}}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := open(t, d)
		for i := range 120 {
			ctx := ledger.WithActor(context.Background(), actors[i%len(actors)])
			if err := d.Write(ctx, func(tx *db.Tx) error {
				tx.Now = db.At(dbtest.Start) + db.Time(i)
				ledger.Append(tx, ledger.Entry{Action: actions[(i/2)%len(actions)], Subject: ledger.Subject{Kind: "risk", ID: fmt.Sprint(i % 7)},
					Release: releases[(i/3)%len(releases)], Scope: scopes[(i/5)%len(scopes)]})
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		everything := all(t, l)
		started := func(a, p string) bool { return a == p || strings.HasPrefix(a, p+".") }
		for name, c := range map[string]struct {
			f    ledger.Filter
			want func(r ledger.Record) bool
		}{
			"all":            {ledger.Filter{All: true}, func(ledger.Record) bool { return true }},
			"nothing to see": {ledger.Filter{}, func(ledger.Record) bool { return false }},
			"one scope":      {ledger.Filter{Scopes: scopes[1:2]}, func(r ledger.Record) bool { return r.Scope == scopes[1] }},
			"two scopes, one twice": {ledger.Filter{Scopes: []string{scopes[2], scopes[1], scopes[2]}}, func(r ledger.Record) bool {
				return r.Scope == scopes[1] || r.Scope == scopes[2]
			}},
			"scopes beyond counting": {ledger.Filter{Scopes: manyScopes(100, scopes[3])}, func(r ledger.Record) bool { return r.Scope == scopes[3] }},
			"release":                {ledger.Filter{All: true, Release: releases[1]}, func(r ledger.Record) bool { return r.Release == releases[1] }},
			"release in scope": {ledger.Filter{Scopes: scopes[1:3], Release: releases[1]}, func(r ledger.Record) bool {
				return r.Release == releases[1] && (r.Scope == scopes[1] || r.Scope == scopes[2])
			}},
			"subject":   {ledger.Filter{All: true, Subject: ledger.Subject{Kind: "risk", ID: "3"}}, func(r ledger.Record) bool { return r.Subject.ID == "3" }},
			"action":    {ledger.Filter{All: true, Action: "risk.closed"}, func(r ledger.Record) bool { return r.Action == "risk.closed" }},
			"noun":      {ledger.Filter{All: true, Action: "risk"}, func(r ledger.Record) bool { return started(r.Action, "risk") }},
			"two words": {ledger.Filter{All: true, Action: "gate.set"}, func(r ledger.Record) bool { return started(r.Action, "gate.set") }},
			"no such":   {ledger.Filter{All: true, Action: "ris"}, func(ledger.Record) bool { return false }},
			"person":    {ledger.Filter{All: true, Person: people[0]}, func(r ledger.Record) bool { return r.Actor.For == people[0] }},
			"machine":   {ledger.Filter{All: true, Machine: ledger.Actor{Kind: "token", ID: "t1"}}, func(r ledger.Record) bool { return r.Actor.ID == "t1" }},
			"since, until": {ledger.Filter{All: true, Since: db.At(dbtest.Start) + 30, Until: db.At(dbtest.Start) + 60}, func(r ledger.Record) bool {
				return r.At >= db.At(dbtest.Start)+30 && r.At < db.At(dbtest.Start)+60
			}},
			"all at once": {ledger.Filter{Scopes: scopes[:3], Release: releases[2], Action: "risk", Person: people[1]}, func(r ledger.Record) bool {
				return slices.Contains(scopes[:3], r.Scope) && r.Release == releases[2] && started(r.Action, "risk") && r.Actor.For == people[1]
			}},
			"action in scope": {ledger.Filter{Scopes: scopes[:2], Action: "gate"}, func(r ledger.Record) bool { return slices.Contains(scopes[:2], r.Scope) && started(r.Action, "gate") }},
		} {
			var want []int64
			for _, r := range everything {
				if c.want(r) {
					want = append(want, r.Seq)
				}
			}
			for _, newest := range []bool{false, true} {
				f := c.f
				f.Limit, f.Newest = 7, newest
				var got []int64
				for {
					rs, err := l.Entries(context.Background(), f)
					if err != nil {
						t.Fatal(name, err)
					}
					for _, r := range rs {
						got = append(got, r.Seq)
					}
					if len(rs) < f.Limit {
						break
					}
					if newest {
						f.To = rs[len(rs)-1].Seq
					} else {
						f.From = rs[len(rs)-1].Seq + 1
					}
				}
				if newest {
					slices.Reverse(got)
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s, newest first %t:\n got %v\nwant %v", name, newest, got, want)
				}
			}
		}
	})
}

func manyScopes(n int, one string) []string {
	out := []string{one}
	for i := range n {
		out = append(out, fmt.Sprintf("product/none-%d", i))
	}
	return out
}

func TestRedact(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := open(t, d)
		ctx := timeout(t)
		release := id.New[id.Release]()
		secret := ledger.Entry{Action: "note.written", Subject: ledger.Subject{Kind: "note", ID: "1"}, Release: release, Scope: "product/p", Payload: facts{"text": "written about a person"}}
		ids := write(t, d, opened(1), secret, opened(2))
		checkpoint(t, l)
		before := holds(t, l)

		redact := func(e id.Entry, reason string) (by id.Entry, err error) {
			err = d.Write(ctx, func(tx *db.Tx) (err error) {
				by, err = ledger.Redact(tx, e, reason)
				return err
			})
			return by, err
		}
		by, err := redact(ids[1], "Asked for under article 17.")
		if err != nil {
			t.Fatal(err)
		}
		after := holds(t, l)
		if after.Redacted != 1 || after.Size != before.Size+1 || after.Covered != before.Covered {
			t.Errorf("after the redaction %+v, before %+v", after, before)
		}
		rs := all(t, l)
		if r := rs[2]; r.Payload != nil || r.RedactedBy != by || r.Action != "note.written" {
			t.Errorf("the entry is %+v", r)
		}
		if r := rs[4]; r.ID != by || r.Action != ledger.ActionRedacted || r.Subject.ID != string(ids[1]) || r.Release != release || r.Scope != "product/p" || !strings.Contains(string(r.Payload), "article 17") {
			t.Errorf("the redaction is %+v", r)
		}
		for name, c := range map[string]struct {
			e      id.Entry
			reason string
			want   string
		}{
			"again":       {ids[1], "again", "ledger.entry_redacted"},
			"a redaction": {by, "x", "ledger.entry_own"},
			"the start":   {rs[0].ID, "x", "ledger.entry_own"},
			"no reason":   {ids[0], "", "ledger.reason_missing"},
			"unknown":     {id.New[id.Entry](), "x", "ledger.entry_missing"},
		} {
			if _, err := redact(c.e, c.reason); err == nil || !strings.Contains(errs.ReasonOf(err)+fieldReason(err), c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		checkpoint(t, l)
		holds(t, l)
	})
}

func fieldReason(err error) string {
	var out string
	for _, f := range errs.As(err).Fields {
		out += " " + f.Reason
	}
	return out
}
