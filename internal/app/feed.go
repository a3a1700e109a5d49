package app

import (
	"slipway/internal/calendar/calendarapi"
	"slipway/internal/calendar/calendarweb/feeds"
	"slipway/internal/calendar/feed"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/dial"
	"slipway/internal/work"
)

// feedParts makes the calendars that leave and those that come in.
func (a *App) feedParts() error {
	c := a.o.Config
	d, err := dial.New(c.AllowCalls...)
	if err != nil {
		return err
	}
	a.Feeds = feed.New(a.DB, a.Calendar, feed.Options{Rights: a.Auth.Rights, Tasks: tasksDue{}, Dial: d, Queue: a.Jobs, URL: c.PublicURL})
	a.Feeds.Jobs(a.Jobs)
	return nil
}

func (a *App) feedRoutes() { calendarapi.RegisterFeeds(a.api, a.Feeds) }

func (a *App) feedPages() {
	feeds.New(a.site, a.DB, a.Feeds, a.Catalog, a.o.Config.PublicURL).Mount()
}

// tasksDue are the tasks that a person's feed shows.
type tasksDue struct{}

// TasksDue implements feed.Tasks.
func (tasksDue) TasksDue(tx *db.Tx, owner id.Person, from db.Time, most int) ([]feed.Task, error) {
	var out []feed.Task
	who, err := auth.PersonByID(tx, owner)
	if err != nil {
		return nil, err
	}
	f := work.Filter{Owner: who.Key, Limit: 201}
	for {
		ts, err := work.List(tx, f)
		if err != nil {
			return nil, err
		}
		for _, t := range ts[:min(len(ts), 200)] {
			if t.Due.IsZero() || t.Due < from {
				continue
			}
			out = append(out, feed.Task{ID: t.ID, Name: t.Name, ReleaseKey: t.ReleaseKey, Due: t.Due, Done: t.Status == work.Done, Cancelled: t.Status == work.Dropped,
				Rev: t.Rev, Changed: max(t.ChangedAt, t.StatusAt), At: t.CreatedAt})
		}
		if len(ts) <= 200 || len(out) >= most {
			return out[:min(len(out), most)], nil
		}
		f.AfterSort, f.AfterID = ts[199].Order(), ts[199].ID
	}
}
