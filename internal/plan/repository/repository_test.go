package repository_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/plan/repository"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/dial"
	"slipway/internal/platform/git"
	"slipway/internal/platform/git/gittest"
	"slipway/internal/platform/ledger/ledgertest"
)

func open(t *testing.T, d *db.DB) (plantest.World, *repository.Repositories) {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, repository.Permissions)
	return plantest.New(t, d), server(t, d, t.TempDir())
}

// server is one server of the database, with mirrors of its own in a directory.
func server(t *testing.T, d *db.DB, mirrors string) *repository.Repositories {
	t.Helper()
	out, err := dial.New()
	if err != nil {
		t.Fatal(err)
	}
	g, err := git.New(git.Options{Dir: mirrors, Dial: out, Files: true})
	if err != nil {
		t.Skip(err)
	}
	return repository.New(d, repository.Options{Git: g, Files: true})
}

// The commits between what runs and what a release carries are held against its scope.
func TestCommits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w, s := open(t, d)
		origin := gittest.New(t)
		origin.Commit(t, "PAY-1000 long ago")
		origin.Tag(t, "v8.31.0")
		hand := origin.Commit(t, "no key here")
		origin.Commit(t, "Ask the bank\n\nRefs PAY-2188, pay-9")
		origin.Tag(t, "v8.31.5")
		origin.Commit(t, "tidy the retry loop")
		origin.Commit(t, "PAY-9999 for another release")
		origin.Commit(t, "chore(deps): bump")
		origin.Tag(t, "v8.32.0")
		origin.Commit(t, "PAY-2291 after the tag")

		spec := plantest.Spec("payments-26.11.0")
		spec.Scope = append(spec.Scope, plan.ScopeSpec{Key: "PAY-7", Title: "By hand", Commits: []string{hand[:9]}}, plan.ScopeSpec{Key: "PAY-8", Title: "Texts", NoCommit: "content store"})
		r, err := w.Plans.Create(w.Admin, spec)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Catalog.RecordDeployment(w.Admin, catalog.NewDeployment{Service: "payments-core", Environment: "prod-north", Version: "8.31.0"}); err != nil {
			t.Fatal(err)
		}
		_, err = s.Add(w.Admin, "payments", repository.Spec{Key: "core", Service: "payments-core", URL: origin.URL(), Excuse: `^chore\(deps\)`})
		if err != nil {
			t.Fatal(err)
		}
		rep, err := s.Commits(w.Admin, r.Key, repository.Between{})
		if err != nil || len(rep.Ranges) != 1 || rep.Ranges[0].Fault != "The repository was not fetched yet." {
			t.Fatalf("before the first fetch: %+v, %v", rep, err)
		}
		repo, err := s.Fetch(w.Admin, "payments", "core")
		if err != nil || repo.FetchedAt.IsZero() || repo.Fault != "" {
			t.Fatalf("%+v, %v", repo, err)
		}
		if rep, err = s.Commits(w.Admin, r.Key, repository.Between{}); err != nil {
			t.Fatal(err)
		}
		want := map[string]int{repository.ByHand: 1, repository.ByMessage: 1, repository.None: 1, repository.Elsewhere: 1, repository.Excused: 1}
		if diff := cmp.Diff(want, rep.Counts); diff != "" {
			t.Errorf("counts (-want +got):\n%s\n%+v", diff, rep)
		}
		if rg := rep.Ranges[0]; rg.From != "v8.31.0" || rg.To != "v8.32.0" || rg.Commits != 5 {
			t.Errorf("%+v", rg)
		}
		var without []string
		for _, x := range rep.Without {
			without = append(without, x.Key+" "+x.NoCommit)
		}
		if diff := cmp.Diff([]string{"PAY-2291 ", "PAY-8 content store"}, without); diff != "" {
			t.Errorf("items without a commit (-want +got):\n%s", diff)
		}
		if rep, err = s.Commits(w.Admin, r.Key, repository.Between{Repository: "core", To: "v8.31.5"}); err != nil || len(rep.Commits) != 2 || rep.Ranges[0].From != "v8.31.0" {
			t.Errorf("up to a tag, from what runs on: %+v, %v", rep, err)
		}
		if rep, err = s.Commits(w.Admin, r.Key, repository.Between{From: "v8.31.0"}); err != nil || len(rep.Ranges) != 1 || rep.Ranges[0].To != "v8.32.0" || rep.Ranges[0].Commits != 5 {
			t.Errorf("from a tag on, up to the manifest's version: %+v, %v", rep, err)
		}
		if _, err = s.Commits(w.Admin, r.Key, repository.Between{Repository: "core", To: "--all"}); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("an option as a tag: %v", err)
		}
		acts := ledgertest.Actions(t, l)
		if diff := cmp.Diff([]string{"repository.added", "repository.fetched"}, acts[len(acts)-2:]); diff != "" {
			t.Errorf("entries (-want +got):\n%s", diff)
		}
	})
}

// A repository is kept, changed and forgotten; what cannot be read says why.
func TestRepositories(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ledgertest.Open(t, d)
		w, s := open(t, d)
		origin := gittest.New(t)
		origin.Commit(t, "one")
		for field, in := range map[string]repository.Spec{
			"key":     {Key: "No", URL: origin.URL()},
			"url":     {Key: "a", URL: "ext::sh"},
			"pattern": {Key: "a", URL: origin.URL(), Pattern: "("},
			"tag":     {Key: "a", URL: origin.URL(), Tag: "v1"},
			"secret":  {Key: "a", URL: origin.URL(), Secret: "TOKEN"},
			"service": {Key: "a", URL: origin.URL(), Service: "cards-core"},
		} {
			_, err := s.Add(w.Admin, "payments", in)
			if e := errs.As(err); e == nil || e.Code != errs.CodeInvalid || e.Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := s.Add(w.Admin, "payments", repository.Spec{Key: "all", URL: origin.URL() + "-nowhere"}); err != nil {
			t.Fatal(err)
		}
		r, err := s.Fetch(w.Admin, "payments", "all")
		if !errs.Is(err, errs.CodeUnavailable) || r.Fault == "" {
			t.Errorf("nothing there: %+v, %v", r, err)
		}
		if r, err = s.Set(w.Admin, "payments", "all", r.Rev, repository.Spec{URL: origin.URL(), Tag: "{service}/{version}"}); err != nil || r.Fault != "" || r.Rev != 2 {
			t.Errorf("%+v, %v", r, err)
		}
		if err := s.FetchDue(w.Admin); err != nil {
			t.Fatal(err)
		}
		all, err := s.List(w.Admin, "payments")
		if err != nil || len(all) != 1 || all[0].FetchedAt.IsZero() {
			t.Errorf("%+v, %v", all, err)
		}
		elena := authtest.Person(t, d, "elena", "contributor")
		if err := s.Remove(elena, "payments", "all", 0); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("%v", err)
		}
		if err := s.Remove(w.Admin, "payments", "all", 2); err != nil {
			t.Fatal(err)
		}
	})
}
