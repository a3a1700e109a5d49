package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"slipway/client"
)

// hung is what a task hangs on beside the tasks that come before it.
type hung struct {
	After       *[]string `placeholder:"KEY:TYPE:LAG" help:"Links of other types, or with a lag: build:SS:4h, test:FF, cut:FS:24h:elapsed; with commas between them, empty for none."`
	Use         *[]string `placeholder:"KIND:KEY=N" help:"What it uses while it lasts: role:dba, skill:oauth=2, environment:staging; with commas between them, empty for none."`
	Items       *[]string `placeholder:"KEY" help:"Keys of the scope items that it serves, with commas between them; empty for none."`
	NotBefore   *string   `placeholder:"T" help:"It does not start earlier: RFC 3339, or local time; empty for no such date."`
	FixedStart  *string   `placeholder:"T" help:"It starts then, unless a link makes it later; empty for no such date."`
	FixedFinish *string   `placeholder:"T" help:"It finishes then, unless a link makes it later; empty for no such date."`
}

// read puts what was typed into an edit.
func (h hung) read(s *Session, zone string) (client.TaskEdit, error) {
	var e client.TaskEdit
	if h.After != nil {
		after := []client.After{}
		for _, text := range *h.After {
			a, err := link(text)
			if err != nil {
				return e, err
			}
			after = append(after, a)
		}
		e.After = &after
	}
	if h.Use != nil {
		all := []client.Use{}
		for _, text := range *h.Use {
			u, err := use(text)
			if err != nil {
				return e, err
			}
			all = append(all, u)
		}
		e.Uses = &all
	}
	e.Items = whole(h.Items)
	for _, d := range []struct {
		flag string
		text *string
		to   **time.Time
	}{{"--not-before", h.NotBefore, &e.NotBefore}, {"--fixed-start", h.FixedStart, &e.FixedStart}, {"--fixed-finish", h.FixedFinish, &e.FixedEnd}} {
		if d.text == nil {
			continue
		}
		t, err := s.dated(d.flag, *d.text, zone)
		if err != nil {
			return e, err
		}
		*d.to = t
	}
	return e, nil
}

// whole is a list that replaces another one: given without anything in it, it is empty and not absent.
func whole(p *[]string) *[]string {
	if p != nil && *p == nil {
		return &[]string{}
	}
	return p
}

// listed is the list that was given, or none.
func listed[T any](p *[]T) []T {
	if p == nil {
		return nil
	}
	return *p
}

// dated reads an instant; nothing is the zero one, which takes a date back.
func (s *Session) dated(flag, text, zone string) (*time.Time, error) {
	if text == "" {
		return &time.Time{}, nil
	}
	t, err := s.instant(flag, text, zone)
	return &t, err
}

// link reads KEY, KEY:TYPE, KEY:TYPE:LAG or KEY:TYPE:LAG:elapsed.
func link(text string) (client.After, error) {
	parts := strings.Split(text, ":")
	a := client.After{Task: parts[0]}
	wrong := Usage("--after %s: give it as KEY:TYPE:LAG, such as build:SS:4h, test:FF or cut:FS:24h:elapsed", text)
	if len(parts) > 4 || a.Task == "" || len(parts) == 4 && parts[3] != "elapsed" {
		return a, wrong
	}
	if len(parts) > 1 {
		if a.Type = strings.ToUpper(parts[1]); a.Type != "FS" && a.Type != "SS" && a.Type != "FF" && a.Type != "SF" {
			return a, wrong
		}
	}
	if len(parts) > 2 {
		d, err := time.ParseDuration(parts[2])
		if err != nil || d%time.Minute != 0 {
			return a, wrong
		}
		a.Lag = int64(d / time.Minute)
	}
	a.Elapsed = len(parts) == 4
	return a, nil
}

// use reads KIND:KEY or KIND:KEY=N.
func use(text string) (client.Use, error) {
	kind, key, ok := strings.Cut(text, ":")
	u := client.Use{Kind: kind, Key: key, Units: 1}
	if name, units, counted := strings.Cut(key, "="); counted {
		n, err := strconv.ParseInt(units, 10, 32)
		ok = ok && err == nil && n > 0
		u.Key, u.Units = name, n
	}
	if !ok || u.Key == "" || kind != "role" && kind != "skill" && kind != "environment" {
		return u, Usage("--use %s: give it as role:KEY, skill:KEY or environment:KEY, with =N for more than one", text)
	}
	return u, nil
}

// more fills what an edit says of links, dates and progress.
func (c *taskSet) more(s *Session, e *client.TaskEdit) error {
	h, err := c.hung.read(s, c.Zone)
	if err != nil {
		return err
	}
	e.After, e.Uses, e.Items, e.NotBefore, e.FixedStart, e.FixedEnd = h.After, h.Uses, h.Items, h.NotBefore, h.FixedStart, h.FixedEnd
	e.WaitsFor, e.WaitsParty = c.WaitsFor, c.WaitsParty
	if c.Remaining != "" {
		left := int64(-1)
		if c.Remaining != "none" {
			d, err := time.ParseDuration(c.Remaining)
			if err != nil || d < 0 || d%time.Minute != 0 {
				return Usage("--remaining %s: give it as 4h or 90m, or none", c.Remaining)
			}
			left = int64(d / time.Minute)
		}
		e.Remaining = &left
	}
	for _, d := range []struct {
		flag, text string
		to         **time.Time
	}{{"--started", c.Started, &e.StartedAt}, {"--ended", c.Ended, &e.EndedAt}} {
		if d.text == "" {
			continue
		}
		if *d.to, err = s.dated(d.flag, d.text, c.Zone); err != nil {
			return err
		}
	}
	return nil
}

// after writes links as --after takes them.
func after(all []client.After) string {
	var out []string
	for _, a := range all {
		text := a.Task + ":" + a.Type
		if a.Lag != 0 {
			text += ":" + short(a.Lag)
		}
		if a.Elapsed {
			text += ":elapsed"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// uses writes what a task uses as --use takes it.
func uses(all []client.Use) string {
	var out []string
	for _, u := range all {
		text := u.Kind + ":" + u.Key
		if u.Units > 1 {
			text += fmt.Sprintf("=%d", u.Units)
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func left(m *int64) string {
	if m == nil {
		return ""
	}
	return short(*m)
}

type taskBottlenecks struct {
	Release string `arg:"" optional:"" help:"Key of the release; all that you may see without it."`
	Limit   int    `default:"10" help:"How many of each kind at most."`
}

// Run names bottlenecks.
func (c *taskBottlenecks) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	bs, err := api.Bottlenecks(s.Context(), c.Release, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(bs, func() *Table {
		t := &Table{Heads: []string{"KIND", "WHO", "WAITS", "TASKS BEHIND", "HOURS", "LONGEST SINCE (UTC)", "TASK", "WHY"}, Empty: "Nothing waits."}
		for _, b := range bs {
			l := b.Longest
			t.Add(b.Kind, b.Name, b.Waits, b.Holds, b.Hours, minutes(&l.Since), l.ReleaseKey+"/"+l.Key, l.Why)
		}
		return t
	})
}
