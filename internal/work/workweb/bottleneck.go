package workweb

import (
	"net/url"
	"strconv"
	"time"

	"slipway/internal/platform/ui"
	"slipway/internal/work"
)

// bottlenecksShown is how many of each kind the card names.
const bottlenecksShown = 3

// kindWords are what work waits for, as rows say it.
var kindWords = map[string]string{"owner": "", "party": "outside party", "team": "team", "phase": "phase"}

// bottleneckIcons tell the kinds apart.
var bottleneckIcons = map[string]string{"owner": "user", "party": "building-2", "team": "users", "phase": "milestone"}

// title names whom or what work waits for.
func title(b work.Bottleneck) string {
	if w := kindWords[b.Kind]; w != "" {
		return b.Name + ", " + w
	}
	return b.Name
}

// waitSaid says how long, and on what.
func (l look) waitSaid(b work.Bottleneck) string {
	s := ui.Plural(b.Waits, "wait", "waits") + ", the longest " + age(l.Now.Sub(b.Longest.Since.Std())) + ": " + b.Longest.Name
	if b.Holds > 0 {
		s += ". " + ui.Plural(int(b.Holds), "task stands", "tasks stand") + " behind it"
	}
	return s + "."
}

// age writes how long something lasts in its greatest unit.
func age(d time.Duration) string {
	if d >= 24*time.Hour {
		return strconv.Itoa(int(d/(24*time.Hour))) + " d"
	}
	if d < time.Hour {
		return "less than an hour"
	}
	return ui.Duration(d.Truncate(time.Hour))
}

func waitURL(w work.Wait) string {
	return "/releases/" + url.PathEscape(w.ReleaseKey) + "/tasks/" + url.PathEscape(w.Task)
}
