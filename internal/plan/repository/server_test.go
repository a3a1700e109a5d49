package repository_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/clock"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/plan/repository"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/git/gittest"
	"slipway/internal/platform/ledger/ledgertest"
)

// Another address is another history: nothing of the old one is read any more.
func TestAnotherAddress(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	ledgertest.Open(t, d)
	w, s := open(t, d)
	first, second := gittest.New(t), gittest.New(t)
	first.Commit(t, "of the old address")
	first.Tag(t, "v8.32.0")
	second.Commit(t, "of the new address")
	second.Commit(t, "and one more")
	second.Tag(t, "v8.32.0")
	r, err := w.Plans.Create(w.Admin, plantest.Spec("payments-26.11.0"))
	if err != nil {
		t.Fatal(err)
	}
	in := repository.Spec{Key: "core", Service: "payments-core", URL: first.URL()}
	if _, err := s.Add(w.Admin, "payments", in); err != nil {
		t.Fatal(err)
	}
	fetched(t, w, s)
	in.URL = second.URL()
	if _, err := s.Set(w.Admin, "payments", "core", 0, in); err != nil {
		t.Fatal(err)
	}
	if rep, err := s.Commits(w.Admin, r.Key, repository.Between{}); err != nil || len(rep.Commits) != 0 || rep.Ranges[0].Fault != "The repository was not fetched yet." {
		t.Errorf("the old history is read at the new address: %+v, %v", rep, err)
	}
	fetched(t, w, s)
	if rep, err := s.Commits(w.Admin, r.Key, repository.Between{}); err != nil || len(rep.Commits) != 2 {
		t.Errorf("%+v, %v", rep, err)
	}
}

func fetched(t *testing.T, w plantest.World, s *repository.Repositories) {
	t.Helper()
	if x, err := s.Fetch(w.Admin, "payments", "core"); err != nil || x.Fault != "" {
		t.Fatalf("%+v, %v", x, err)
	}
}

// Each server keeps mirrors of its own: one that did not fetch reads what another has fetched, and not what it was before.
func TestAServerFollowsWhatAnotherHasFetched(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	ledgertest.Open(t, d)
	w, s := open(t, d)
	other := server(t, d, t.TempDir())
	origin := gittest.New(t)
	origin.Commit(t, "first")
	origin.Tag(t, "v8.32.0")
	r, err := w.Plans.Create(w.Admin, plantest.Spec("payments-26.11.0"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(w.Admin, "payments", repository.Spec{Key: "core", Service: "payments-core", URL: origin.URL()}); err != nil {
		t.Fatal(err)
	}
	for n := 1; n < 3; n++ {
		fetched(t, w, s)
		if rep, err := other.Commits(w.Admin, r.Key, repository.Between{}); err != nil || len(rep.Commits) != n {
			t.Errorf("%d commits are fetched, and the other server reads %+v, %v", n, rep, err)
		}
		d.Clock().(*clock.Fake).Advance(time.Minute)
		origin.Commit(t, "second")
		origin.Run(t, "tag", "-f", "v8.32.0")
	}
}

// Many services of one repository bring its history many times: a report counts all and lists what a page can hold.
func TestAReportIsBounded(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	ledgertest.Open(t, d)
	w, s := open(t, d)
	origin := gittest.New(t)
	origin.Run(t, "commit", "--quiet", "--allow-empty", "-m", "first")
	var stream strings.Builder
	const commits, services = 4_000, 4
	for i := range commits {
		fmt.Fprintf(&stream, "commit refs/heads/many\ncommitter E <e@example.com> %d +0000\ndata 4\nPAY\n\n", 1_763_500_000+i)
	}
	origin.Feed(t, stream.String(), "fast-import", "--quiet")
	spec := plantest.Spec("payments-26.11.0")
	spec.Services = nil
	for i := range services {
		key := fmt.Sprintf("part-%d", i)
		if _, err := w.Catalog.AddService(w.Admin, catalog.ServiceSpec{Key: key, Name: key, Product: "payments"}); err != nil {
			t.Fatal(err)
		}
		spec.Services = append(spec.Services, plan.ItemSpec{Service: key, Version: "1.0.0"})
		origin.Run(t, "tag", key+"/v1.0.0", "many")
	}
	r, err := w.Plans.Create(w.Admin, spec)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(w.Admin, "payments", repository.Spec{Key: "core", URL: origin.URL(), Tag: "{service}/v{version}"}); err != nil {
		t.Fatal(err)
	}
	fetched(t, w, s)
	rep, err := s.Commits(w.Admin, r.Key, repository.Between{})
	if err != nil || len(rep.Ranges) != services || rep.Counts[repository.None] != commits*services {
		t.Fatalf("%+v %v %v", rep.Ranges, rep.Counts, err)
	}
	if len(rep.Commits) != 10_000 || rep.Ranges[0].More || !rep.Ranges[services-1].More {
		t.Errorf("%d commits are listed: %+v", len(rep.Commits), rep.Ranges)
	}
}

// A server drops the mirrors that no repository has any more: those of addresses that another server saw change, and those of
// repositories that another one removed. Those in use stay.
func TestMirrorsOfNobody(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	ledgertest.Open(t, d)
	w, _ := open(t, d)
	dirs := []string{t.TempDir(), t.TempDir()}
	servers := []*repository.Repositories{server(t, d, dirs[0]), server(t, d, dirs[1])}
	mirrors := func() string {
		found, err := filepath.Glob(filepath.Join(dirs[1], "*.git*"))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(len(found))
	}
	first, second := gittest.New(t), gittest.New(t)
	first.Commit(t, "one")
	second.Commit(t, "two")
	in := repository.Spec{Key: "core", Service: "payments-core", URL: first.URL()}
	r, err := servers[0].Add(w.Admin, "payments", in)
	if err != nil {
		t.Fatal(err)
	}
	fetched(t, w, servers[1])
	for _, left := range []string{r.ID + ".git", r.ID + ".git.new"} { // as they were named before addresses counted
		if err := os.MkdirAll(filepath.Join(dirs[1], left), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dirs[1], "objects"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := servers[1].FetchDue(w.Admin); err != nil || mirrors() != "1" {
		t.Errorf("%s mirrors while one is in use, %v", mirrors(), err)
	}
	in.URL = second.URL()
	if _, err := servers[0].Set(w.Admin, "payments", "core", 0, in); err != nil {
		t.Fatal(err)
	}
	if err := servers[1].FetchDue(w.Admin); err != nil || mirrors() != "1" {
		t.Errorf("%s mirrors after another address, %v", mirrors(), err)
	}
	if err := servers[0].Remove(w.Admin, "payments", "core", 0); err != nil {
		t.Fatal(err)
	}
	if err := servers[1].FetchDue(w.Admin); err != nil || mirrors() != "0" {
		t.Errorf("%s mirrors of nothing, %v", mirrors(), err)
	}
	if _, err := os.Stat(filepath.Join(dirs[1], "objects")); err != nil {
		t.Error("what is no mirror was removed")
	}
}
