package openness

import (
	"strings"
	"time"
)

// Clause is the text as it goes on behind a colon. Every text begins with a common noun or "No", never with a name.
func (r Reason) Clause() string {
	if r.Text == "" {
		return ""
	}
	return strings.ToLower(r.Text[:1]) + r.Text[1:]
}

// reasons lists everything in force, first what decides.
func (l standing) reasons(in Input) []Reason {
	var out []Reason
	soft := func() {
		for _, f := range l.freezes {
			if f.Hard {
				continue
			}
			p := find(in.Periods, f.ID)
			if p.passes(in.At) {
				until := f.Until
				if !p.Passed.Until.IsZero() {
					until = earlier(until, p.Passed.Until)
				}
				out = append(out, Reason{"calendar.freeze_passed", "Soft freeze " + f.Name + " is in force; " + orSomebody(p.Passed.By) + " lets this deployment pass.", f.ID, f.Owner, until})
				continue
			}
			out = append(out, Reason{"calendar.freeze_soft", "Soft freeze " + f.Name + " is in force until " + stamp(f.Until) + ". " + orSomebody(f.Owner) + " may let this deployment pass.", f.ID, f.Owner, f.Until})
		}
	}
	for _, f := range l.freezes {
		if f.Hard {
			out = append(out, Reason{"calendar.freeze_hard", "Freeze " + f.Name + " is in force until " + stamp(f.Until) + ".", f.ID, f.Owner, f.Until})
		}
	}
	if l.stand.windows && !l.windowOpen {
		text := "No window is active, and none follows."
		if !l.nextWindow.IsZero() {
			text = "No window is active. The next starts " + stamp(l.nextWindow) + "."
		}
		out = append(out, Reason{Code: "calendar.window_none_active", Text: text, Until: l.nextWindow})
	}
	if !l.stand.windows && in.Default != Open {
		out = append(out, Reason{Code: "calendar.default_closed", Text: "No window matches, and the environment is closed without one."})
	}
	soft()
	for _, w := range l.windows {
		out = append(out, Reason{"calendar.window_active", "Window " + w.Name + " is active until " + stamp(w.Until) + ".", w.ID, w.Owner, w.Until})
	}
	if !l.stand.windows && l.state == Open {
		out = append(out, Reason{Code: "calendar.default_open", Text: "No window matches, and the environment is open without one."})
	}
	return out
}

func find(periods []Period, id string) *Period {
	for i := range periods {
		if periods[i].ID == id && periods[i].Kind == Freeze {
			return &periods[i]
		}
	}
	return &Period{}
}

func orSomebody(name string) string {
	if name == "" {
		return "Its owner"
	}
	return name
}

// stamp writes an instant for a sentence that leaves the server without a viewer's zone.
func stamp(t time.Time) string { return t.UTC().Format("Mon 2 Jan 2006, 15:04") + " UTC" }
