package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"slipway/internal/platform/db/dbtest"
)

// subscriber is a machine with calendar programs: vdirsyncer fetches the feed, khal shows what it fetched.
type subscriber struct {
	t   *testing.T
	dir string
}

// subscribers skips the test unless the calendar programs are installed.
func subscribers(t *testing.T) {
	t.Helper()
	for _, program := range []string{"khal", "vdirsyncer"} {
		if _, err := exec.LookPath(program); err != nil {
			if dbtest.Required("khal") {
				t.Fatalf("%s is not installed; SLIPWAY_TEST_REQUIRE names khal", program)
			}
			t.Skipf("%s is not installed", program)
		}
	}
}

func subscribe(t *testing.T, address string) subscriber {
	t.Helper()
	p := subscriber{t, t.TempDir()}
	p.write("vdirsyncer", fmt.Sprintf("[general]\nstatus_path = %q\n\n[pair feed]\na = \"here\"\nb = \"slipway\"\ncollections = null\nconflict_resolution = \"b wins\"\n\n"+
		"[storage here]\ntype = \"filesystem\"\npath = %q\nfileext = \".ics\"\n\n[storage slipway]\ntype = \"http\"\nurl = %q\n", p.path("status"), p.path("calendar"), address))
	p.write("khal", fmt.Sprintf("[calendars]\n[[slipway]]\npath = %s\n\n[sqlite]\npath = %s\n\n[locale]\nlocal_timezone = Europe/Copenhagen\ndefault_timezone = Europe/Copenhagen\n"+
		"timeformat = %%H:%%M\ndateformat = %%Y-%%m-%%d\nlongdateformat = %%Y-%%m-%%d\ndatetimeformat = %%Y-%%m-%%d %%H:%%M\nlongdatetimeformat = %%Y-%%m-%%d %%H:%%M\nunicode_symbols = False\n",
		p.path("calendar"), p.path("khal.db")))
	if err := os.Mkdir(p.path("calendar"), 0o700); err != nil {
		t.Fatal(err)
	}
	p.run("vdirsyncer", "-c", p.path("vdirsyncer.conf"), "discover")
	return p
}

func (p subscriber) path(name string) string { return filepath.Join(p.dir, name) }

func (p subscriber) write(program, text string) {
	p.t.Helper()
	if err := os.WriteFile(p.path(program+".conf"), []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// run runs a program that has to succeed and to say nothing that looks like a warning.
func (p subscriber) run(program string, args ...string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	c.Env = append(os.Environ(), "HOME="+p.dir, "XDG_CONFIG_HOME="+p.dir, "XDG_DATA_HOME="+p.dir, "XDG_CACHE_HOME="+p.dir, "TZ=Europe/Copenhagen", "LC_ALL=C.UTF-8", "PYTHONWARNINGS=ignore")
	var out, fault bytes.Buffer
	c.Stdout, c.Stderr = &out, &fault
	err := c.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		p.t.Fatalf("%s: %v", program, err)
	}
	all := strings.ToLower(out.String() + fault.String())
	if err != nil || strings.Contains(all, "warning") || strings.Contains(all, "error") || strings.Contains(all, "traceback") || strings.Contains(all, "unable") {
		p.t.Fatalf("%s %s: %v\n%s%s", program, strings.Join(args, " "), err, out.String(), fault.String())
	}
	return out.String()
}

// sync fetches the feed.
func (p subscriber) sync() { p.run("vdirsyncer", "-c", p.path("vdirsyncer.conf"), "sync") }

// list shows what khal has between two days.
func (p subscriber) list(from, to time.Time) string {
	return p.run("khal", "-c", p.path("khal.conf"), "list", "--format", "{start-date-long} {start-time}-{end-time} {title} ({status})", from.Format(time.DateOnly), to.Format(time.DateOnly))
}

// TestSubscribedCalendarShowsAFreeze publishes a freeze and looks at it with calendar programs that people use; then it is moved,
// recurs but for two days, and is withdrawn, and the programs follow.
func TestSubscribedCalendarShowsAFreeze(t *testing.T) {
	subscribers(t)
	engines(t, func(t *testing.T, args []string) {
		s := start(t, args)
		s.apply("kind: product\nkey: payments\nname: Payments\n---\nkind: service\nkey: ledger\nname: Ledger\nproduct: payments\n---\nkind: environment\nkey: prod\nname: Production\ntier: production\n")
		maya := s.person("maya", "Maya Lindqvist", "release-manager", "viewer")
		day := time.Now().AddDate(0, 0, 7)
		at := func(days int, clock string) string {
			return day.AddDate(0, 0, days).Format(time.DateOnly) + "T" + clock
		}
		zone := []string{"--zone", "Europe/Copenhagen", "--reason", "Sales"}
		s.must(maya, append([]string{"freeze", "add", "peak-trading", "--name", "Peak trading, all of it; æøå", "--start", at(0, "20:00"), "--end", at(0, "23:00")}, zone...)...)
		s.must(maya, append([]string{"freeze", "add", "every-week", "--name", "Every week", "--rrule", "FREQ=WEEKLY", "--start", at(1, "06:00"), "--end", at(1, "08:00"),
			"--exdate", at(15, "06:00"), "--exdate", day.AddDate(0, 0, 22).Format(time.DateOnly)}, zone...)...)
		address := strings.TrimSpace(s.must(maya, "feed", "add", "Phone", "--all"))
		p := subscribe(t, address)
		p.sync()
		got := p.list(day, day.AddDate(0, 0, 400))
		if want := day.Format(time.DateOnly) + " 20:00-23:00 Freeze: Peak trading, all of it; æøå"; !strings.Contains(got, want) {
			t.Fatalf("%q is not in\n%s", want, got)
		}
		for _, weeks := range []int{0, 1, 4, 20, 30, 52} { // the time on the wall stays through clock changes
			if want := day.AddDate(0, 0, 1+7*weeks).Format(time.DateOnly) + " 06:00-08:00 Freeze: Every week"; !strings.Contains(got, want) {
				t.Errorf("%q is not in\n%s", want, got)
			}
		}
		for _, weeks := range []int{2, 3} { // left out, by its start and by its date
			if out := day.AddDate(0, 0, 1+7*weeks).Format(time.DateOnly); strings.Contains(got, out) {
				t.Errorf("%s is left out, and is in\n%s", out, got)
			}
		}
		s.must(maya, "freeze", "set", "peak-trading", "--start", at(2, "21:30"), "--end", at(2, "23:30"))
		s.must(maya, "freeze", "close", "every-week", "--reason", "Not needed")
		p.sync()
		got = p.list(day, day.AddDate(0, 0, 40))
		if want := day.AddDate(0, 0, 2).Format(time.DateOnly) + " 21:30-23:30 Freeze: Peak trading"; !strings.Contains(got, want) || strings.Contains(got, " 20:00-23:00 ") {
			t.Errorf("%q is not in, or the old time is still there:\n%s", want, got)
		}
		if !strings.Contains(got, "Every week (CANCELLED") {
			t.Errorf("what was withdrawn is not shown as cancelled:\n%s", got)
		}
		p.sync() // nothing changed
		if _, err := exec.LookPath("calcurse"); err == nil {
			p.calcurse()
		}
		var feeds []struct{ ID string }
		s.into(maya, &feeds, "feed", "list")
		s.must(maya, "feed", "revoke", feeds[0].ID)
		if r := s.run(maya, "feed", "rotate", feeds[0].ID); r.status == 0 {
			t.Error("a revoked feed got another address")
		}
	})
}

// calcurse imports what was fetched into another program.
func (p subscriber) calcurse() {
	p.t.Helper()
	files, err := filepath.Glob(p.path("calendar") + "/*.ics")
	if err != nil || len(files) != 2 {
		p.t.Fatalf("%v %v", files, err)
	}
	for _, f := range files {
		out := p.run("calcurse", "-C", p.path("calcurse"), "-D", p.path("calcurse"), "-i", f)
		if !strings.Contains(out, "0 skipped") && strings.Contains(out, "skipped") {
			p.t.Errorf("calcurse skipped something: %s", out)
		}
	}
}
