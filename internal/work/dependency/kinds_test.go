package dependency_test

import (
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work/dependency"
)

func TestDocuments(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.release(t, "a-1", noon)
		var kinds []apply.Kind
		for _, k := range [][]apply.Kind{authtest.Service(t, d).Kinds(catalog.Scopes{}), w.Catalog.Kinds(), w.Plans.Kinds(), w.deps.Kinds()} {
			kinds = append(kinds, k...)
		}
		r, err := apply.New(d, kinds...)
		if err != nil {
			t.Fatal(err)
		}
		put := func(text string) (apply.Outcome, error) {
			cs, err := r.Apply(w.Admin, []apply.File{{Name: "x.yaml", Text: text}}, false)
			if err != nil {
				return "", err
			}
			return cs[0].Outcome, nil
		}
		const doc = "kind: dependency\nkey: vendor\nwhat: Certificate\ngiver: 'outside:Vendor & Sons'\ntaker: release:a-1\nlag: 2d\nstatus: agreed\npromised: 2026-11-20T12:00:00Z\nowner: admin\n"
		for i, want := range []apply.Outcome{apply.Created, apply.Unchanged} {
			if o, err := put(doc); err != nil || o != want {
				t.Fatalf("apply %d: %s %v", i, o, err)
			}
		}
		docs, err := r.Export(w.Admin, "dependency")
		if err != nil || len(docs) != 1 {
			t.Fatalf("%v %v", docs, err)
		}
		text, err := apply.Text(docs)
		if err != nil {
			t.Fatal(err)
		}
		if o, err := put(text); err != nil || o != apply.Unchanged {
			t.Errorf("what was exported: %s %v\n%s", o, err, text)
		}
		if o, err := put("kind: dependency\nkey: vendor\nwhat: Certificate v2\ngiver: outside:Vendor & Sons\ntaker: release:a-1\nstatus: at-risk\nnote: Late\n"); err != nil || o != apply.Changed {
			t.Errorf("changed: %s %v", o, err)
		}
		got, err := w.deps.Get(w.Admin, "vendor")
		if err != nil || got.What != "Certificate v2" || got.Status != dependency.AtRisk || got.Lag != "2d" || got.Promised.IsZero() || got.Rev != 2 {
			t.Errorf("%+v %v", got, err)
		}
		for text, reason := range map[string]string{
			"kind: dependency\nkey: vendor\nwhat: x\ngiver: outside:Another\ntaker: release:a-1\n": "dependency.party_fixed",
			"kind: dependency\nwhat: x\ngiver: outside:Another\ntaker: release:a-1\n":              "key.missing",
			"kind: dependency\nkey: y\nwhat: x\ngivver: outside:Another\ntaker: release:a-1\n":     "",
		} {
			_, err := put(text)
			e := errs.As(err)
			if e == nil || e.Code != errs.CodeInvalid || len(e.Fields) == 0 || reason != "" && e.Fields[0].Reason != reason {
				t.Errorf("%s: %v", text, err)
			}
		}
		viewer := authtest.Person(t, d, "vera", auth.RoleViewer+"@product/"+string(w.Payments.ID))
		if _, err := r.Apply(viewer, []apply.File{{Name: "x.yaml", Text: doc}}, false); errs.CodeOf(err) != errs.CodeForbidden {
			t.Errorf("a viewer applies: %v", err)
		}
	})
}
