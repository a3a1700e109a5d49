package dependency_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/work/dependency"
)

const day = 24 * time.Hour

// world is plantest's with dependencies that follow its releases.
type world struct {
	plantest.World
	deps *dependency.Dependencies
}

func newWorld(t testing.TB, d *db.DB) world {
	t.Helper()
	authtest.Service(t, d, apply.Permissions, catalog.Permissions, plan.Permissions, dependency.Permissions)
	w := world{plantest.New(t, d), dependency.New(d)}
	w.Plans.Follow(w.deps)
	return w
}

func (w world) release(t testing.TB, key string, start db.Time) plan.Release {
	t.Helper()
	in := plantest.Spec(key)
	in.Window = nil
	if !start.IsZero() {
		in.Window = &plan.Window{Start: start, End: start.Add(2 * time.Hour)}
	}
	in.Version, in.Scope = strings.TrimLeft(key, "abcdefghijklmnopqrstuvwxyz-")+".0", nil
	r, err := w.Plans.Create(w.Admin, in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (w world) add(t testing.TB, in dependency.Spec) dependency.Dependency {
	t.Helper()
	if in.What == "" {
		in.What = "what is needed"
	}
	d, err := w.deps.Add(w.Admin, in)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (w world) move(t *testing.T, r plan.Release, by time.Duration) {
	t.Helper()
	now, err := w.Plans.Get(w.Admin, r.Key)
	if err != nil {
		t.Fatal(err)
	}
	to := plan.Window{Start: now.Window.Start.Add(by), End: now.Window.End.Add(by)}
	if _, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Window: &to}); err != nil {
		t.Fatal(err)
	}
}

func ptr[T any](v T) *T { return &v }

var noon = db.At(dbtest.Start).Add(10 * day)

func TestDatesFollowTheWindow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := newWorld(t, d)
		ledger, payments := w.release(t, "ledger-5.15", noon), w.release(t, "payments-4.8", noon.Add(3*day))
		for name, c := range map[string]struct {
			kind           dependency.Type
			need, expected db.Time
		}{
			"finish-start":  {dependency.FinishStart, noon.Add(3*day - 24*time.Hour), noon.Add(2 * time.Hour)},
			"start-start":   {dependency.StartStart, noon.Add(3*day - 24*time.Hour), noon},
			"finish-finish": {dependency.FinishFinish, noon.Add(3*day - 22*time.Hour), noon.Add(2 * time.Hour)},
		} {
			x := w.add(t, dependency.Spec{Giver: "release:ledger-5.15", Taker: "release:payments-4.8", Type: c.kind, Lag: "1d"})
			if x.NeedBy != c.need || x.Expected != c.expected || x.Late != 0 || x.Status != dependency.Proposed {
				t.Errorf("%s: needed %s, expected %s, late %d, %s", name, x.NeedBy, x.Expected, x.Late, x.Status)
			}
		}
		team := w.add(t, dependency.Spec{Giver: "outside:VoP  responder", Taker: "service:payments-core", Release: "payments-4.8", Promised: noon})
		if team.NeedBy != payments.Window.Start || team.Giver.Name != "VoP responder" || team.Giver.ID != "vop responder" || team.ReleaseKey != "payments-4.8" {
			t.Errorf("%+v", team)
		}
		again := w.add(t, dependency.Spec{Giver: "outside:vop Responder", Taker: "service:ledger"})
		if again.Giver.Name != "VoP responder" || !again.NeedBy.IsZero() {
			t.Errorf("the same party in other letters is %+v", again.Giver)
		}
		w.move(t, ledger, 4*day)
		late, err := w.deps.List(w.Admin, dependency.Filter{Release: "ledger-5.15", Late: true})
		if err != nil || len(late) != 3 || late[0].Late < 46*60 || late[0].Rev != 1 {
			t.Errorf("%+v %v", late, err)
		}
		actions := ledgertest.Actions(t, l)
		if n := strings.Count(strings.Join(actions, " "), dependency.DatesMoved); n != 3 {
			t.Errorf("%d dates moved: %v", n, actions)
		}
		w.move(t, ledger, -4*day)
		last := ledgertest.Actions(t, l)[len(actions):]
		if !slices.Contains(last, dependency.TakerRelieved) || slices.Contains(last, dependency.TakerDelayed) {
			t.Errorf("moved back: %v", last)
		}
		ledgertest.Verify(t, l)
	})
}

func TestSlipHitsEverybodyBehind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := newWorld(t, d)
		a := w.release(t, "a-1", noon)
		w.release(t, "b-1", noon.Add(2*day))
		c := w.release(t, "c-1", noon.Add(6*day))
		w.release(t, "d-1", noon.Add(40*day))
		w.add(t, dependency.Spec{Key: "ab", Giver: "release:a-1", Taker: "release:b-1"})
		w.add(t, dependency.Spec{Key: "bt", Giver: "release:b-1", Taker: "service:ledger", Release: "c-1", Lag: "1d"})
		w.add(t, dependency.Spec{Key: "ad", Giver: "release:a-1", Taker: "release:d-1"})
		w.add(t, dependency.Spec{Key: "call", Giver: "service:payments-core", Taker: "service:ledger", Type: dependency.Calls})
		hits, err := w.deps.Hits(w.Admin, dependency.Slip{Release: "a-1", To: noon.Add(5 * day)})
		if err != nil {
			t.Fatal(err)
		}
		// a ends at 2 h; b starts 2 days after a: 46 h between. It is hit by 5 d − 46 h = 74 h. Between b's end and c's start
		// less a day of lag there are 4 d − 2 h − 1 d = 70 h: c is hit by 4 h. d has time.
		var got []string
		for _, h := range hits {
			var path []string
			for _, s := range h.Path {
				path = append(path, s.Key)
			}
			got = append(got, fmt.Sprintf("%s %dh %dh %s", h.Party.Key, h.By/60, h.Spare/60, strings.Join(path, ">")))
		}
		want := []string{"b-1 74h 0h ab", "c-1 4h 0h ab>bt", "ledger 4h 0h ab>bt", "d-1 0h 838h ad"}
		slices.Sort(got[1:3])
		if !slices.Equal(got, want) {
			t.Errorf("hits %q, want %q", got, want)
		}
		if hits, err := w.deps.Hits(w.Admin, dependency.Slip{Release: "a-1", By: time.Hour}); err != nil || len(hits) != 2 || hits[0].By != 0 {
			t.Errorf("an hour: %+v %v", hits, err)
		}
		if err := d.Read(w.Admin, func(tx *db.Tx) error {
			hits, err := w.deps.Moved(tx, a, plan.Window{Start: a.Window.Start, End: a.Window.End.Add(3 * day)})
			if err != nil || len(hits) == 0 || hits[0].Party.Key != "b-1" || hits[0].By != 26*60 {
				t.Errorf("a window that ends three days later: %+v %v", hits, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		before := len(ledgertest.Actions(t, l))
		w.move(t, a, 5*day)
		entries := ledgertest.Records(t, l)[before:]
		var told []string
		for _, e := range entries {
			if e.Action == dependency.TakerDelayed {
				told = append(told, string(e.Release))
			}
		}
		if len(told) != 2 || !slices.Contains(told, string(c.ID)) {
			t.Errorf("told %v", told)
		}
		err = d.Read(w.Admin, func(tx *db.Tx) error {
			out, err := w.deps.OutOfOrder(tx, a.ID)
			if len(out) != 1 || out[0].Key != "ab" || out[0].By != 74*time.Hour || !strings.Contains(out[0].Text, `needs “what is needed” from`) {
				t.Errorf("%+v", out)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		err = d.Read(w.Admin, func(tx *db.Tx) error {
			begin, end, err := w.deps.Bounds(tx, c.ID)
			if want := noon.Add(2*day + 2*time.Hour + day); begin != want || !end.IsZero() {
				t.Errorf("c may begin from %s, want %s, and end by %s", begin, want, end)
			}
			if err != nil {
				return err
			}
			begin, end, err = w.deps.Bounds(tx, a.ID)
			if !begin.IsZero() || end != noon.Add(2*day) {
				t.Errorf("a may begin from %s and end by %s", begin, end)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		// What is promised by nobody passes the whole delay on, and says so.
		w.add(t, dependency.Spec{Key: "guess", Giver: "release:d-1", Taker: "team:" + authtestTeam(t, d, w)})
		if hits, err := w.deps.Hits(w.Admin, dependency.Slip{Release: "d-1", By: day}); err != nil || len(hits) != 1 || !hits[0].Guessed || hits[0].By != 24*60 {
			t.Errorf("%+v %v", hits, err)
		}
	})
}

func authtestTeam(t *testing.T, d *db.DB, w world) string {
	t.Helper()
	authtest.Team(t, d, "crew", nil)
	return "crew"
}

func TestCirclesAreRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for i, k := range []string{"a-1", "b-1", "c-1"} {
			w.release(t, k, noon.Add(time.Duration(i)*day))
		}
		w.add(t, dependency.Spec{Key: "ab", Giver: "release:a-1", Taker: "release:b-1"})
		w.add(t, dependency.Spec{Key: "bc", Giver: "release:b-1", Taker: "service:ledger", Release: "c-1"})
		_, err := w.deps.Add(w.Admin, dependency.Spec{Key: "ca", What: "x", Giver: "release:c-1", Taker: "release:a-1"})
		e := errs.As(err)
		if e == nil || len(e.Fields) != 1 || e.Fields[0].Reason != "dependency.cycle" {
			t.Fatalf("%v", err)
		}
		names := e.Fields[0].Msg
		if strings.Count(names, " waits for ") != 4 || !strings.Contains(names, "Ledger waits for ") {
			t.Errorf("the circle reads %s", names)
		}
		if _, err := w.deps.Withdraw(w.Admin, "ab", 1, "not needed"); err != nil {
			t.Fatal(err)
		}
		w.add(t, dependency.Spec{Key: "ca", Giver: "release:c-1", Taker: "release:a-1"})
		if _, err := w.deps.Answer(w.Admin, "ab", 0, dependency.Answer{Status: ptr(dependency.Agreed)}); len(errs.As(err).Fields) != 1 || errs.As(err).Fields[0].Reason != "dependency.cycle" {
			t.Errorf("agreed again: %v", err)
		}
		w.add(t, dependency.Spec{Giver: "service:ledger", Taker: "service:payments-core", Type: dependency.Calls})
		w.add(t, dependency.Spec{Giver: "service:payments-core", Taker: "service:ledger", Type: dependency.Calls})
	})
}

func TestAddRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.release(t, "a-1", noon)
		w.release(t, "b-1", 0)
		ok := dependency.Spec{Key: "x", What: "x", Giver: "service:ledger", Taker: "release:a-1"}
		for name, c := range map[string]struct {
			change        func(*dependency.Spec)
			reason, field string
		}{
			"nothing":       {func(s *dependency.Spec) { s.What = " " }, "text.missing", "what"},
			"long":          {func(s *dependency.Spec) { s.Text = strings.Repeat("x", 1<<20) }, "text.too_long", "text"},
			"key":           {func(s *dependency.Spec) { s.Key = "A b" }, "key.malformed", "key"},
			"party":         {func(s *dependency.Spec) { s.Giver = "ledger" }, "dependency.party_malformed", "giver"},
			"kind":          {func(s *dependency.Spec) { s.Giver = "person:x" }, "dependency.party_malformed", "giver"},
			"unknown":       {func(s *dependency.Spec) { s.Taker = "release:moon" }, "dependency.party_unknown", "taker"},
			"unknown team":  {func(s *dependency.Spec) { s.Giver = "team:moon" }, "dependency.party_unknown", "giver"},
			"itself":        {func(s *dependency.Spec) { s.Giver = "release:a-1" }, "dependency.same_party", "taker"},
			"type":          {func(s *dependency.Spec) { s.Type = "start-finish" }, "dependency.type_unknown", "type"},
			"calls":         {func(s *dependency.Spec) { s.Type = dependency.Calls }, "dependency.release_calls", "type"},
			"lag":           {func(s *dependency.Spec) { s.Lag = "soon" }, "offset.malformed", "lag"},
			"status":        {func(s *dependency.Spec) { s.Status = "maybe" }, "dependency.status_unknown", "status"},
			"no why":        {func(s *dependency.Spec) { s.Status = dependency.AtRisk }, "text.missing", "note"},
			"owner":         {func(s *dependency.Spec) { s.Owner = "nobody" }, "owner.unknown", "owner"},
			"other release": {func(s *dependency.Spec) { s.Release = "b-1" }, "dependency.release_differs", "release"},
			"no release":    {func(s *dependency.Spec) { s.Release = "moon" }, "release.unknown", "release"},
			"year":          {func(s *dependency.Spec) { s.Promised = 9_000_000_000_000_000 }, "instant.out_of_range", "promised"},
		} {
			in := ok
			c.change(&in)
			_, err := w.deps.Add(w.Admin, in)
			e := errs.As(err)
			if e == nil || e.Code != errs.CodeInvalid || len(e.Fields) != 1 || e.Fields[0].Reason != c.reason || e.Fields[0].Name != c.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.add(t, ok)
		if _, err := w.deps.Add(w.Admin, ok); errs.ReasonOf(err) != "key.taken" {
			t.Errorf("taken: %v", err)
		}
		if d := w.add(t, dependency.Spec{Giver: "service:ledger", Taker: "release:b-1"}); !d.NeedBy.IsZero() || d.Key != "ledger-to-b-1" {
			t.Errorf("without a window: %+v", d)
		}
		if d := w.add(t, dependency.Spec{Giver: "service:ledger", Taker: "release:b-1"}); d.Key != "ledger-to-b-1-2" {
			t.Errorf("the second has the key %s", d.Key)
		}
		if _, err := w.deps.Hits(w.Admin, dependency.Slip{Release: "b-1", To: noon}); errs.As(err).Fields[0].Reason != "dependency.no_window" {
			t.Errorf("no window: %v", err)
		}
	})
}

func TestRightsOfBothSides(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.release(t, "a-1", noon)
		on := func(role string, p catalog.Product) string { return role + "@product/" + string(p.ID) }
		payments := authtest.Person(t, d, "paula", on(auth.RoleReleaseManager, w.Payments))
		cards := authtest.Person(t, d, "carla", on(auth.RoleReleaseManager, w.Cards), on(auth.RoleViewer, w.Payments))
		only := authtest.Person(t, d, "oscar", on(auth.RoleReleaseManager, w.Cards))
		viewer := authtest.Person(t, d, "vera", on(auth.RoleViewer, w.Payments))
		in := dependency.Spec{Key: "x", What: "x", Giver: "service:cards-core", Taker: "release:a-1"}
		if _, err := w.deps.Add(payments, in); errs.As(err).Fields[0].Reason != "dependency.party_unknown" {
			t.Errorf("a party that is not seen: %v", err)
		}
		if _, err := w.deps.Add(viewer, dependency.Spec{Key: "x", What: "x", Giver: "service:ledger", Taker: "release:a-1"}); errs.CodeOf(err) != errs.CodeForbidden {
			t.Errorf("a viewer adds: %v", err)
		}
		if _, err := w.deps.Add(cards, in); err != nil {
			t.Fatal(err)
		}
		if _, err := w.deps.Answer(payments, "x", 0, dependency.Answer{Status: ptr(dependency.Agreed)}); errs.CodeOf(err) != errs.CodeForbidden {
			t.Errorf("the taker agrees for the giver: %v", err)
		}
		got, err := w.deps.Answer(only, "x", 1, dependency.Answer{Status: ptr(dependency.Agreed), Promised: ptr(noon)})
		if err != nil || got.Status != dependency.Agreed || got.Rev != 2 || got.Expected != noon {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := w.deps.Answer(only, "x", 1, dependency.Answer{}); errs.CodeOf(err) != errs.CodeConflict {
			t.Errorf("stale: %v", err)
		}
		if _, err := w.deps.Answer(only, "x", 0, dependency.Answer{Status: ptr(dependency.AtRisk)}); errs.CodeOf(err) != errs.CodeInvalid {
			t.Errorf("at risk without a word: %v", err)
		}
		if _, err := w.deps.Set(viewer, "x", 0, dependency.Change{What: ptr("y")}); errs.CodeOf(err) != errs.CodeForbidden {
			t.Errorf("a viewer changes: %v", err)
		}
		if _, err := w.deps.Set(payments, "x", 0, dependency.Change{What: ptr("y"), Lag: ptr(plan.Offset("2d"))}); err != nil {
			t.Error(err)
		}
		if got, err := w.deps.Set(payments, "x", 0, dependency.Change{What: ptr("y")}); err != nil || got.Rev != 3 || got.NeedBy != noon.Add(-2*day) || got.Late == 0 {
			t.Errorf("nothing new: %+v %v", got, err)
		}
		w.add(t, dependency.Spec{Key: "own", Giver: "service:cards-core", Taker: "outside:Scheme"})
		if _, err := w.deps.Get(viewer, "own"); errs.CodeOf(err) != errs.CodeNotFound {
			t.Errorf("neither side is seen: %v", err)
		}
		for who, want := range map[string]int{"admin": 2, "payments": 1, "cards": 2} {
			ctx := map[string]any{"admin": w.Admin, "payments": payments, "cards": cards}[who]
			ds, err := w.deps.List(ctx.(interface {
				Deadline() (time.Time, bool)
				Done() <-chan struct{}
				Err() error
				Value(any) any
			}), dependency.Filter{Open: true})
			if err != nil || len(ds) != want {
				t.Errorf("%s sees %d %v", who, len(ds), err)
			}
		}
	})
}

func TestListPagesAndFilters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for i := range 3 {
			w.release(t, fmt.Sprintf("r-%d", i), noon.Add(time.Duration(i-12)*day))
		}
		for i := range 7 {
			taker := fmt.Sprintf("release:r-%d", i%3)
			if i == 6 {
				taker = "outside:Somebody"
			}
			w.add(t, dependency.Spec{Key: fmt.Sprintf("d%d", i), What: fmt.Sprintf("Thing 100%% %d", i), Giver: "service:ledger", Taker: taker, Owner: "admin"})
		}
		keys := func(ds []dependency.Dependency) string {
			var out []string
			for _, d := range ds {
				out = append(out, d.Key)
			}
			return strings.Join(out, " ")
		}
		f := dependency.Filter{Limit: 3}
		var pages []string
		for {
			ds, err := w.deps.List(w.Admin, f)
			if err != nil {
				t.Fatal(err)
			}
			if len(ds) == 0 {
				break
			}
			pages = append(pages, keys(ds))
			f.AfterSort, f.AfterID = ds[len(ds)-1].Order(), string(ds[len(ds)-1].ID)
		}
		if got := strings.Join(pages, "|"); got != "d0 d3 d1|d4 d2 d5|d6" {
			t.Errorf("pages %s", got)
		}
		for want, f := range map[string]dependency.Filter{
			"d2 d5":          {Release: "r-2"},
			"d6":             {Party: "outside:somebody"},
			"d4":             {Query: "thing 100% 4"},
			"d0 d3 d1 d4":    {Late: true},
			"":               {Statuses: []dependency.Status{dependency.Agreed}},
			"d0 d3 d1 d4 d2": {Owner: "admin", Types: []dependency.Type{dependency.FinishStart}, Limit: 5},
		} {
			if ds, err := w.deps.List(w.Admin, f); err != nil || keys(ds) != want {
				t.Errorf("%+v: %s %v, want %s", f, keys(ds), err, want)
			}
		}
		for _, f := range []dependency.Filter{{Statuses: []dependency.Status{"odd"}}, {Types: []dependency.Type{"odd"}}, {Release: "moon"}, {Party: "moon"}, {Owner: "nobody"}} {
			if _, err := w.deps.List(w.Admin, f); errs.CodeOf(err) != errs.CodeInvalid {
				t.Errorf("%+v: %v", f, err)
			}
		}
	})
}

func TestReleaseEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.release(t, "a-1", noon)
		w.release(t, "b-1", noon.Add(day))
		w.add(t, dependency.Spec{Key: "gives", Giver: "release:a-1", Taker: "release:b-1"})
		w.add(t, dependency.Spec{Key: "takes", Giver: "outside:Vendor", Taker: "release:a-1"})
		if _, err := w.Plans.Cancel(w.Admin, "a-1", "enough"); err != nil {
			t.Fatal(err)
		}
		for key, want := range map[string]dependency.Status{"gives": dependency.AtRisk, "takes": dependency.Withdrawn} {
			if d, err := w.deps.Get(w.Admin, key); err != nil || d.Status != want || !strings.Contains(d.Note, "is cancelled.") {
				t.Errorf("%s: %s %q %v", key, d.Status, d.Note, err)
			}
		}
		c := w.World.Release(t, "c-1", plan.Verified)
		w.add(t, dependency.Spec{Key: "done", Giver: "release:c-1", Taker: "release:b-1"})
		if _, err := w.Plans.Close(w.Admin, c.Key, "done"); err != nil {
			t.Fatal(err)
		}
		if d, err := w.deps.Get(w.Admin, "done"); err != nil || d.Status != dependency.Delivered || d.DeliveredAt.IsZero() {
			t.Errorf("%+v %v", d, err)
		}
	})
}
