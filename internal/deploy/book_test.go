package deploy_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"slipway/internal/deploy"
	"slipway/internal/deploy/deploytest"
	"slipway/internal/deploy/runbookfile"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/strict"
)

const v1 = "kind: runbook\nkey: b\nsteps: [{key: a, kind: manual, owner: x, back_out: u}]\nback_out: {steps: [{key: u, kind: manual, owner: x}]}\n"

// A change of the back-out alone is one of that section alone, its authors are who wrote the version and who chose it, and an
// approved release is active again.
func TestSections(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := deploytest.New(t, d, nil)
		spec := plantest.Spec("early")
		spec.Runbook = "b" // does not exist yet
		early, err := w.Plans.Create(w.Admin, spec)
		if err != nil {
			t.Fatal(err)
		}
		var present bool
		var why string
		read := func(fn func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Read(w.Admin, fn); err != nil {
				t.Fatal(err)
			}
		}
		read(func(tx *db.Tx) (err error) { present, why, err = deploy.BackoutPresent(tx, early.ID); return err })
		if present || !strings.Contains(why, "does not exist yet") {
			t.Error(present, why)
		}
		w.Put(t, v1)
		read(func(tx *db.Tx) (err error) { present, why, err = deploy.BackoutPresent(tx, early.ID); return err })
		if !present {
			t.Error(why)
		}
		r := w.Bring(t, early.ID, plan.Approved)
		writer, chooser := authtest.Person(t, d, "writer", "release-manager"), authtest.Person(t, d, "chooser", "release-manager")
		changed, err := runbookfile.Parse("f", []byte(strings.Replace(v1, "key: u, kind: manual", "key: u, name: Undo it, kind: manual", 1)))
		if err != nil {
			t.Fatal(err)
		}
		section := func(name string) []byte {
			var out db.JSON
			read(func(tx *db.Tx) error {
				f := map[string]func(*db.Tx, id.Release) (any, error){deploy.SectionRunbook: deploy.RunbookSection, deploy.SectionBackout: deploy.BackoutSection}[name]
				c, err := f(tx, r.ID)
				if err != nil {
					return err
				}
				out, err = db.Canonical(c)
				return err
			})
			return out
		}
		book, back := section(deploy.SectionRunbook), section(deploy.SectionBackout)
		v, o, err := w.Books.Put(writer, changed)
		if err != nil || o != apply.Changed || v.Version != 2 {
			t.Fatal(v.Version, o, err)
		}
		if !bytes.Equal(back, section(deploy.SectionBackout)) {
			t.Error("a new version changed a release that did not choose it")
		}
		clockOf(d).Advance(1000)
		two := 2
		b, err := w.Books.SetRunbook(chooser, r.Key, 0, deploy.Choice{Version: &two, Reason: "It is clearer."})
		if err != nil || b.Version != 2 {
			t.Fatal(b, err)
		}
		if !bytes.Equal(book, section(deploy.SectionRunbook)) || bytes.Equal(back, section(deploy.SectionBackout)) {
			t.Error("exactly the back-out should have changed")
		}
		read(func(tx *db.Tx) error {
			as, err := deploy.Authors(tx, r.ID, deploy.SectionBackout, db.At(dbtest.Start))
			want := []id.Person{authtest.Me(t, writer), authtest.Me(t, chooser)}
			if slices.Sort(want); err != nil || !slices.Equal(as, want) {
				t.Errorf("authors %v %v, want %v", as, err, want)
			}
			if none, err := deploy.Authors(tx, r.ID, deploy.SectionRunbook, db.At(dbtest.Start)); err != nil || len(none) != 0 {
				t.Errorf("authors of the runbook: %v %v", none, err)
			}
			cs, err := deploy.ChangesSince(tx, r.ID, "", db.At(dbtest.Start))
			if err != nil || len(cs) != 1 || cs[0].Reason != "It is clearer." {
				t.Errorf("%+v %v", cs, err)
			}
			return err
		})
		if rel, err := w.Plans.Get(w.Admin, r.Key); err != nil || rel.State != plan.Active {
			t.Errorf("%s %v", rel.State, err)
		}
		if _, err := w.Books.SetRunbook(chooser, r.Key, 1, deploy.Choice{Version: &two}); !errs.Is(err, errs.CodeConflict) {
			t.Errorf("a stale choice: %v", err)
		}
		none := "nothing"
		if _, err := w.Books.SetRunbook(chooser, r.Key, 0, deploy.Choice{Runbook: &none}); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("%v", err)
		}
		// Another runbook, chosen in the plan, is followed.
		w.Put(t, strings.Replace(v1, "key: b\n", "key: c\n", 1))
		c := "c"
		if _, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Runbook: &c}); err != nil {
			t.Fatal(err)
		}
		if b, err = w.Books.Binding(w.Admin, r.Key); err != nil || b.Runbook != "c" || b.Version != 1 {
			t.Errorf("%+v %v", b, err)
		}
		if _, err := w.Books.SetRunbook(w.Admin, r.Key, 0, deploy.Choice{Runbook: &changed.Key}); err != nil {
			t.Fatal(err)
		}
		if rel, _ := w.Plans.Get(w.Admin, r.Key); rel.Runbook != "b" {
			t.Errorf("the plan says %q", rel.Runbook)
		}
	})
}

func TestApply(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := deploytest.New(t, d, nil)
		k := w.Books.Kinds()[0]
		do := func(text string) (o apply.Outcome, err error) {
			doc, err := strict.One("night.yaml", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			err = d.Write(w.Admin, func(tx *db.Tx) error { _, o, err = k.Apply(tx, doc); return err })
			return o, err
		}
		for _, want := range []apply.Outcome{apply.Created, apply.Unchanged} {
			if o, err := do(string(runbookfile.Example())); o != want || err != nil {
				t.Errorf("%s %v", o, err)
			}
		}
		if _, err := do("kind: runbook\nkey: x\nsteps:\n  - {key: a, kind: manual, owner: o}\n  - {key: b, kind: wait, wait: 1m, when: answer.}\n"); len(errs.As(err).Fields) != 1 || errs.As(err).Fields[0].Line != 5 {
			t.Errorf("%v", err)
		}
		err := d.Read(w.Admin, func(tx *db.Tx) error {
			all, err := k.Export(tx)
			if len(all) != 1 {
				t.Errorf("%d exported", len(all))
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
