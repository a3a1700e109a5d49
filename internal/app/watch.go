package app

import (
	"slipway/internal/home"
	"slipway/internal/platform/ui"
)

// watch is the bar on top of every page.
func watch(s home.Shell) ui.Watch {
	var w ui.Watch
	for _, r := range s.Live {
		w.Runs = append(w.Runs, ui.WatchRun{Name: r.ReleaseName, Step: r.Place(), Offset: ui.Offset(r.Late), Href: "/runs/" + r.Run})
	}
	if n := s.Next; n != nil {
		w.Next = &ui.WatchNext{Name: n.Release, Href: "/releases/" + n.Key, At: n.At.Std()}
	}
	if f := s.Freeze; f != nil {
		w.Freeze = &ui.WatchFreeze{Name: f.Name, Href: "/calendar/freezes/" + f.Key, Starts: f.Starts.Std(), Ends: f.Ends.Std()}
	}
	return w
}
