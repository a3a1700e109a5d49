package workweb

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/platform/ui"
	"slipway/internal/work"
)

// linkForm is the part of the form of a task about what it hangs on: the links that are kept, and lines for new ones.
type linkForm struct {
	Links []string `form:"link"` // as write has them

	Task1 string `form:"linkTask1"`
	Type1 string `form:"linkType1"`
	Lag1  string `form:"linkLag1"`
	Unit1 string `form:"linkUnit1"`
	Task2 string `form:"linkTask2"`
	Type2 string `form:"linkType2"`
	Lag2  string `form:"linkLag2"`
	Unit2 string `form:"linkUnit2"`
}

// linkLine is a line for a new link, as it was typed.
type linkLine struct{ n, task, kind, lag, unit string }

func (f linkForm) lines() []linkLine {
	return []linkLine{{"1", f.Task1, f.Type1, f.Lag1, f.Unit1}, {"2", f.Task2, f.Type2, f.Lag2, f.Unit2}}
}

// lagUnit is a unit of a lag: the minutes of one, and whether they run around the clock.
type lagUnit struct {
	key, one, many string
	minutes        int64
	elapsed        bool
}

var lagUnits = []lagUnit{{"d", "working day", "working days", 8 * 60, false}, {"h", "working hour", "working hours", 60, false},
	{"ed", "day around the clock", "days around the clock", 24 * 60, true}, {"eh", "hour around the clock", "hours around the clock", 60, true}}

// linkKinds are the types as the form says them.
var linkKinds = []ui.Option{{Value: "FS", Text: "starts after its end"}, {Value: "SS", Text: "starts after its start"}, {Value: "FF", Text: "ends after its end"}, {Value: "SF", Text: "ends after its start"}}

func unitOptions() []ui.Option {
	var out []ui.Option
	for _, u := range lagUnits {
		out = append(out, ui.Option{Value: u.key, Text: u.many})
	}
	return out
}

// write writes a link as the form sends it back.
func write(a work.After) string {
	clock := "w"
	if a.Elapsed {
		clock = "e"
	}
	return fmt.Sprintf("%s %s %d %s", a.Task, a.Type, a.Lag, clock)
}

// written reads what write wrote; false for anything else.
func written(s string) (work.After, bool) {
	p := strings.Fields(s)
	if len(p) != 4 {
		return work.After{}, false
	}
	lag, err := strconv.ParseInt(p[2], 10, 64)
	return work.After{Task: p[0], Type: p[1], Lag: lag, Elapsed: p[3] == "e"}, err == nil
}

// linkSaid says a link in words: "starts after its end, 2 working days later".
func linkSaid(a work.After) string {
	s := ""
	for _, k := range linkKinds {
		if k.Value == a.Type {
			s = k.Text
		}
	}
	if a.Lag == 0 {
		return s
	}
	word, lag := " later", a.Lag
	if lag < 0 {
		word, lag = " earlier", -lag
	}
	for _, u := range lagUnits {
		if u.elapsed == a.Elapsed && (lag%u.minutes == 0 || u.minutes == 60) {
			n := float64(lag) / float64(u.minutes)
			return s + ", " + decimal(n) + " " + ui.Plural(int(n), u.one, u.many)[len(ui.Number(int(n)))+1:] + word
		}
	}
	return s
}

// decimal writes a number as it is typed.
func decimal(n float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(n, 'f', 2, 64), "0"), ".")
}

// links are those that are kept and the new ones. A task is named by its key, or by its name where only one has it.
func (f linkForm) links(others []work.Task) (needs []string, after []work.After, err error) {
	needs, after = []string{}, []work.After{}
	add := func(a work.After) {
		if a.Type == "FS" && a.Lag == 0 {
			needs = append(needs, a.Task)
		} else {
			after = append(after, a)
		}
	}
	for _, s := range f.Links {
		if a, ok := written(s); ok {
			add(a)
		}
	}
	var bad []errs.Field
	for _, l := range f.lines() {
		if l.task == "" {
			continue
		}
		a := work.After{Task: keyOf(others, l.task), Type: cmp.Or(l.kind, "FS")}
		if l.lag != "" {
			n, err := strconv.ParseFloat(strings.NewReplacer(",", ".", ui.Minus, "-").Replace(l.lag), 64)
			at := slices.IndexFunc(lagUnits, func(u lagUnit) bool { return u.key == cmp.Or(l.unit, "d") })
			if err != nil || at < 0 || !(n >= -1e5 && n <= 1e5) {
				bad = append(bad, errs.Field{Name: "linkLag" + l.n, Reason: "form.lag", Msg: "Give a number, for example 2 or -0.5."})
				continue
			}
			a.Lag, a.Elapsed = int64(n*float64(lagUnits[at].minutes)), lagUnits[at].elapsed
		}
		add(a)
	}
	if len(bad) > 0 {
		return nil, nil, errs.Invalid("form.lag", "Not saved. Some fields need your attention.").With(bad...)
	}
	return needs, after, nil
}

// keyOf is the key of the task that was meant.
func keyOf(others []work.Task, typed string) string {
	typed = strings.TrimSpace(typed)
	found := ""
	for _, t := range others {
		switch {
		case t.Key == typed:
			return typed
		case strings.EqualFold(t.Name, typed) && found == "":
			found = t.Key
		case strings.EqualFold(t.Name, typed):
			return typed
		}
	}
	return cmp.Or(found, typed)
}
