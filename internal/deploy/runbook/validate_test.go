package runbook

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

func faults(r Runbook) string {
	var b []string
	for _, f := range Validate(&r) {
		b = append(b, f.Path+" "+strings.TrimPrefix(f.Reason, "runbook."))
	}
	return strings.Join(b, "\n")
}

func TestValidate(t *testing.T) {
	edit := func(f func(*Step)) Runbook { return book(with(auto("a"), f)) }
	backed := func(f func(*Runbook)) Runbook {
		b := withBackOut()
		f(&b)
		return b
	}
	for _, c := range []struct {
		name string
		book Runbook
		want string
	}{
		{"good", withBackOut(), ""},
		{"no steps", Runbook{Key: "b"}, "steps missing"},
		{"bad keys", Runbook{Key: "B b", Steps: []Step{auto("")}}, "key malformed\nsteps[0].key missing"},
		{"key twice", book(auto("a"), auto("a")), "steps[1].key duplicate"},
		{"key of the back-out", backed(func(b *Runbook) { b.BackOut.Steps[0].Key = "a"; b.BackOut.Steps[1].Needs = nil }), "back_out.steps[0].key duplicate"},
		{"unknown need", book(auto("a", "zz")), "steps[0].needs[0] unknown_name"},
		{"need twice", book(auto("a"), auto("b", "a", "a")), "steps[1].needs[1] duplicate"},
		{"own need", book(auto("a", "a")), "steps[0].needs[0] cycle"},
		{"cycle", book(auto("a", "c"), auto("b", "a"), auto("c", "b"), auto("d", "c")), "steps[0].needs cycle"},
		{"two cycles", book(auto("a", "b"), auto("b", "a"), auto("c", "d"), auto("d", "c")), "steps[0].needs cycle\nsteps[2].needs cycle"},
		{"needs the back-out", backed(func(b *Runbook) { b.Steps[0].Needs = []string{"ua"} }), "steps[0].needs[0] back_out"},
		{"back-out needs a step", backed(func(b *Runbook) { b.BackOut.Steps[0].Needs = []string{"a"} }), "back_out.steps[0].needs[0] back_out"},
		{"unknown back-out", edit(func(s *Step) { s.BackOut = "zz" }), "steps[0].back_out unknown_name"},
		{"back-out is a step", book(with(auto("a"), func(s *Step) { s.BackOut = "b" }), auto("b")), "steps[0].back_out back_out"},
		{"fix forward without plan", edit(func(s *Step) { s.BackOut = FixForward }), "steps[0].back_out back_out"},
		{"policy without back-out", Runbook{Key: "b", Steps: []Step{auto("a")}, RollbackOnFailedVerification: true},
			"rollback_on_failed_verification back_out\nrollback_on_failed_verification back_out"},
		{"no owner", book(Step{Key: "a", Kind: Manual}), "steps[0].owner owner_missing"},
		{"no go", edit(func(s *Step) { s.PointOfNoReturn = true }), "steps[0].go owner_missing"},
		{"go for nothing", edit(func(s *Step) { s.Go = "x" }), "steps[0].go misplaced"},
		{"no kind", book(Step{Key: "a"}), "steps[0].kind missing"},
		{"unknown kind", book(Step{Key: "a", Kind: "htpp"}), "steps[0].kind unknown_name"},
		{"no block", book(Step{Key: "a", Kind: HTTP}), "steps[0].http missing"},
		{"other block", edit(func(s *Step) { s.Wait = time.Second }), "steps[0].wait misplaced"},
		{"retries of a person", book(with(hand("a"), func(s *Step) { s.Retries = 1 })), "steps[0].retries misplaced"},
		{"wait for no retry", edit(func(s *Step) { s.RetryWait = time.Second }), "steps[0].retry_wait misplaced"},
		{"no check", edit(func(s *Step) { s.OnUnknown = Check }), "steps[0].on_unknown missing"},
		{"check for nothing", edit(func(s *Step) { s.Check = &Probe{} }), "steps[0].check misplaced"},
		{"empty check", edit(func(s *Step) { s.OnUnknown, s.Check = Check, &Probe{} }), "steps[0].check missing"},
		{"on_unknown of a person", book(with(hand("a"), func(s *Step) { s.OnUnknown = Repeat })), "steps[0].on_unknown misplaced"},
		{"on_unknown", edit(func(s *Step) { s.OnUnknown = "again" }), "steps[0].on_unknown unknown_name"},
		{"negative", edit(func(s *Step) { s.Planned = -1 }), "steps[0].planned out_of_range"},
		{"lane", edit(func(s *Step) { s.Lane, s.Section = "x", "y" }), "steps[0].lane unknown_name\nsteps[0].section unknown_name"},
		{"open placeholder", edit(func(s *Step) { s.HTTP.URL = "http://${service.version" }), "steps[0].http.url placeholder"},
		{"placeholder root", edit(func(s *Step) { s.HTTP.URL = "http://${servce.version}/" }), "steps[0].http.url unknown_name"},
		{"undeclared parameter", edit(func(s *Step) { s.HTTP.URL = "http://${param.x}/" }), "steps[0].http.url unknown_name"},
		{"address", edit(func(s *Step) { s.HTTP.URL = "ftp://x" }), "steps[0].http.url malformed"},
		{"body of a GET", edit(func(s *Step) { s.HTTP.Body = "x" }), "steps[0].http.body misplaced"},
		{"header", edit(func(s *Step) { s.HTTP.Headers = map[string]string{"a b": "x", "X": "a\nb", "idempotency-key": "1"} }),
			"steps[0].http.headers.X malformed\nsteps[0].http.headers.a b malformed\nsteps[0].http.headers.idempotency-key misplaced"},
		{"status", edit(func(s *Step) { s.HTTP.Expect = []int{200, 20} }), "steps[0].http.expect[1] out_of_range"},
		{"poll", edit(func(s *Step) { s.HTTP.Poll = &Poll{} }), "steps[0].http.poll.every out_of_range\nsteps[0].http.poll.until missing"},
		{"command", book(Step{Key: "a", Kind: Command, Command: &CommandLine{Env: map[string]string{"A-B": ""}, OutputLimit: -1}}),
			"steps[0].command.argv missing\nsteps[0].command.env.A-B malformed\nsteps[0].command.output_limit out_of_range"},
		{"record", book(Step{Key: "a", Kind: Record, Record: &DeploymentNote{Outcome: "ok"}}),
			"steps[0].record.service missing\nsteps[0].record.environment missing\nsteps[0].record.version missing\nsteps[0].record.outcome unknown_name"},
		{"notify", book(Step{Key: "a", Kind: Notify, Notify: &Notice{}}), "steps[0].notify.text missing"},
		{"parameters", Runbook{Key: "b", Steps: []Step{auto("a")}, Parameters: []Parameter{{Name: "X"}, {Name: "a", Required: true, Default: "1"}, {Name: "a"}}},
			"parameters[0].name malformed\nparameters[1].default misplaced\nparameters[2].name duplicate"},
		{"lanes", Runbook{Key: "b", Steps: []Step{auto("a")}, Lanes: []Lane{{Key: "x"}, {Key: "x"}}}, "lanes[1].key duplicate"},
		{"back-out gate", backed(func(b *Runbook) { b.BackOut.Steps[0].PointOfNoReturn, b.BackOut.Steps[0].BackOut = true, "ua" }),
			"back_out.steps[0].point_of_no_return back_out\nback_out.steps[0].back_out back_out"},
		{"long text", edit(func(s *Step) { s.Instructions, s.Name = strings.Repeat("x", MaxText+1), "two\nlines" }), "steps[0].name malformed\nsteps[0].instructions out_of_range"},
		{"too many", Runbook{Key: "b", Steps: make([]Step, MaxSteps+1)}, "steps out_of_range"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := faults(c.book); got != c.want {
				t.Errorf("got\n%s\nwant\n%s\n%+v", got, c.want, Validate(&c.book))
			}
		})
	}
}

func TestCycleIsShown(t *testing.T) {
	b := book(auto("a", "c"), auto("b", "a"), auto("c", "b"))
	want := "These steps wait for each other: a needs c needs b needs a. None of them could start."
	if f := Validate(&b); len(f) != 1 || f[0].Msg != want {
		t.Errorf("%+v", f)
	}
	var big []Step
	for i := range 40 {
		big = append(big, auto(fmt.Sprint("s", i), fmt.Sprint("s", (i+1)%40)))
	}
	b = book(big...)
	if f := Validate(&b); len(f) != 1 || !strings.Contains(f[0].Msg, "… 30 more …") || len(f[0].Msg) > 400 {
		t.Errorf("%+v", f)
	}
}

func TestPlaceholders(t *testing.T) {
	names, err := Placeholders("a ${service.version} $${no} ${param.x}$")
	if err != nil || fmt.Sprint(names) != "[service.version param.x]" {
		t.Error(names, err)
	}
	got, err := Expand("a ${release.key} $${no} ${param.x}$", func(n string) (string, bool) { return "<" + n + "${again.x}>", true })
	if want := "a <release.key${again.x}> ${no} <param.x${again.x}>$"; err != nil || got != want {
		t.Error(got, err)
	}
	if _, err := Expand("${a.b}", func(string) (string, bool) { return "", false }); err == nil {
		t.Error("an unknown name was expanded")
	}
	for _, bad := range []string{"${", "${a", "${}", "${a}", "${a.}", "${a b.c}", "${a.${b.c}}", "${" + strings.Repeat("a.", 9) + "a}", "${a." + strings.Repeat("x", 300) + "}"} {
		if _, err := Placeholders(bad); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
}

func FuzzExpand(f *testing.F) {
	f.Add("a ${service.version} $${x}")
	f.Add("$$${a.b}${")
	f.Fuzz(func(t *testing.T, s string) {
		names, err := Placeholders(s)
		n := 0
		out, err2 := Expand(s, func(string) (string, bool) { n++; return "", true })
		if (err == nil) != (err2 == nil) || err == nil && n != len(names) || len(out) > len(s) {
			t.Fatal(names, err, err2, out)
		}
	})
}

func TestContentSplitsInTwo(t *testing.T) {
	a, b := withBackOut(), withBackOut()
	b.BackOut.Steps[0].Planned++
	text := func(x any) string {
		j, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		return string(j)
	}
	if text(a.Content()) != text(b.Content()) || text(a.BackOutContent()) == text(b.BackOutContent()) {
		t.Error("a change of the back-out is seen in the wrong section")
	}
	b = withBackOut()
	b.Steps[0].Planned++
	if text(a.Content()) == text(b.Content()) || text(a.BackOutContent()) != text(b.BackOutContent()) {
		t.Error("a change of the runbook is seen in the wrong section")
	}
	if strings.Contains(text(a.Content()), "ub\",\"kind") {
		t.Error("the back-out steps are part of the runbook's content")
	}
	var again Runbook
	if err := json.Unmarshal([]byte(text(a)), &again); err != nil || text(again) != text(a) {
		t.Error("the JSON form does not read back", err)
	}
}

func TestBackoff(t *testing.T) {
	s := with(auto("a"), func(s *Step) { s.RetryWait = 4 * time.Minute })
	for i, want := range []time.Duration{4 * time.Minute, 4 * time.Minute, 8 * time.Minute, 10 * time.Minute, 10 * time.Minute} {
		if got := s.Backoff(i); got != want {
			t.Errorf("after %d: %v", i, got)
		}
	}
	s.RetryWait = time.Hour
	if s.Backoff(3) != time.Hour || (&Step{}).Backoff(1) != DefaultRetryWait {
		t.Error("the step's own wait is not kept")
	}
}

func TestAttemptTimeout(t *testing.T) {
	for _, c := range []struct {
		s    Step
		want time.Duration
	}{
		{auto("a"), DefaultHTTPTimeout}, {hand("a"), 0}, {Step{Kind: Command}, DefaultCommandTimeout}, {Step{Kind: Command, Timeout: time.Hour}, time.Hour},
		{with(auto("a"), func(s *Step) { s.HTTP.Poll = &Poll{Every: time.Second, Until: time.Minute} }), time.Minute + DefaultHTTPTimeout},
	} {
		if got := c.s.AttemptTimeout(); got != c.want {
			t.Errorf("%s: %v", c.s.Kind, got)
		}
	}
}
