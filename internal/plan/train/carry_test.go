package train_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/plan/train"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/strict"
)

// A release that a train opens carries what the train carries.
func TestTrainCarries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		x := w.add(t, func(s *train.Spec) {
			s.Services = []train.Carried{{Service: "payments-core"}, {Service: "ledger", Version: "{train}.{yyyy}.{n}"}}
		})
		want := []train.Carried{{Service: "ledger", Version: "{train}.{yyyy}.{n}"}, {Service: "payments-core", Version: "{version}"}}
		if diff := cmp.Diff(want, x.Services); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		w.due(t)
		carries := func(release, want string) {
			t.Helper()
			r, err := w.Plans.Get(w.Admin, release)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range r.Manifest {
				got = append(got, m.ServiceKey+" "+m.Version)
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("%s carries %q, want %q", release, got, want)
			}
		}
		carries("payments-26.48.0", "ledger payments-train.2026.48, payments-core 26.48.0")
		// A change of the train concerns what it opens from then on.
		s := x.Stated(string(x.Owner))
		s.Services = s.Services[1:]
		if x, err := w.trains.Set(w.Admin, x.Key, 0, s); err != nil || len(x.Services) != 1 {
			t.Fatalf("%+v %v", x.Services, err)
		}
		if _, err := w.trains.Open(w.Admin, x.Key, 0); err != nil {
			t.Fatal(err)
		}
		carries("payments-26.49.0", "payments-core 26.49.0")
		carries("payments-26.48.0", "ledger payments-train.2026.48, payments-core 26.48.0")
		if text := train.ReadCarried("ledger={train}.{n}").String(); text != "ledger={train}.{n}" || train.ReadCarried("ledger").String() != "ledger" {
			t.Error(text)
		}
	})
}

const carrying = `kind: train
key: other-train
product: payments
start: 2026-11-26T21:00
zone: Europe/Copenhagen
rrule: FREQ=WEEKLY
length: 2h
lead: 10d
pattern: "{yy}.{n}.0"
owner: admin
services:
  - {service: ledger, version: "{train}.{n}"}
  - {service: payments-core}
`

// A file states what a train carries, and what is exported changes nothing when it is applied.
func TestTrainFilesCarry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		authtest.Service(t, d, catalog.Permissions, plan.Permissions, train.Permissions, apply.Permissions)
		p := plantest.New(t, d)
		kinds := append(append(p.Plans.Kinds(), p.Catalog.Kinds()...), train.New(d, p.Plans, weekly{}).Kinds()...)
		for _, k := range []string{"person", "team"} {
			kinds = append(kinds, apply.Kind{Name: k, Apply: func(*db.Tx, strict.Document) (string, apply.Outcome, error) { return "", "", nil }})
		}
		r, err := apply.New(d, kinds...)
		if err != nil {
			t.Fatal(err)
		}
		do := func(text string) apply.Outcome {
			t.Helper()
			out, err := r.Apply(p.Admin, []apply.File{{Name: "train.yaml", Text: text}}, false)
			if err != nil {
				t.Fatal(err)
			}
			return out[0].Outcome
		}
		if got := do(carrying); got != apply.Created {
			t.Errorf("first %s", got)
		}
		if got := do(carrying); got != apply.Unchanged {
			t.Errorf("again %s", got)
		}
		if got := do(strings.Replace(carrying, "{train}.{n}", "{version}", 1)); got != apply.Changed {
			t.Errorf("another version %s", got)
		}
		docs, err := r.Export(p.Admin, "train")
		if err != nil || len(docs) != 1 {
			t.Fatalf("%v %v", docs, err)
		}
		bytes, err := json.Marshal(docs[0])
		if text := string(bytes); err != nil || !strings.Contains(text, `{"service":"ledger","version":"{version}"}`) {
			t.Fatalf("%s %v", text, err)
		}
		text := string(bytes)
		if got := do(text); got != apply.Unchanged {
			t.Errorf("exported %s\n%s", got, text)
		}
	})
}
