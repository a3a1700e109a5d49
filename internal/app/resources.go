package app

import (
	"slices"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/feed"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work/capacity"
	"slipway/internal/work/resource"
	"slipway/internal/work/workapi"
	"slipway/internal/work/workweb/resources"
)

// capacityWings are the people and what they can do.
type capacityWings struct {
	Resources *resource.Resources
	Capacity  *capacity.Capacity
}

// capacityParts makes the wings of people and capacity.
func (a *App) capacityParts() {
	a.Resources = resource.New(a.DB, resource.Options{Days: feedDays{}, Presence: a.Conflicts.RecheckPeople})
	a.Capacity = capacity.New(a.DB, a.Resources, capacity.Options{Bookings: booked{}, Spans: scheduled{a}})
}

func (a *App) capacityRoutes() { workapi.RegisterResources(a.api, a.Resources, a.Capacity) }

func (a *App) capacityPages() { resources.New(a.site, a.DB, a.Resources, a.Capacity).Mount() }

// feedDays fills holidays from imported calendars.
type feedDays struct{}

// FeedDays implements resource.Days. A calendar that was taken away has no days.
func (feedDays) FeedDays(tx *db.Tx, source, from, to string) (map[string]string, error) {
	days, err := feed.Days(tx, source, from, to)
	if errs.Is(err, errs.CodeNotFound) {
		return nil, nil
	}
	out := make(map[string]string, len(days))
	for _, d := range days {
		out[d.Date] = d.Name
	}
	return out, err
}

// booked tells capacity what is booked of environments.
type booked struct{}

// EnvironmentBookings implements capacity.Bookings with those that the caller may see.
func (booked) EnvironmentBookings(tx *db.Tx, from, to db.Time) ([]capacity.Booking, error) {
	rows, err := booking.Read(tx, booking.Filter{Kind: "environment", From: from, To: to})
	var out []capacity.Booking
	for _, b := range rows {
		if b.State != "confirmed" && b.State != "requested" {
			continue
		}
		name := b.Purpose
		if b.ReleaseName != "" {
			name = b.ReleaseName
		}
		if name == "" {
			name = "Booking " + b.Key
		}
		out = append(out, capacity.Booking{Environment: id.Environment(b.Thing), Name: name, Release: b.Release, From: b.From, To: b.To})
	}
	return out, err
}

// scheduled tells capacity where the schedules of releases have their tasks. The agenda is made after capacity, and is asked late.
type scheduled struct{ *App }

// TaskSpans implements capacity.Spans.
func (s scheduled) TaskSpans(tx *db.Tx) (map[string]capacity.Span, error) {
	spans, err := s.Agenda.TaskSpans(tx)
	out := make(map[string]capacity.Span, len(spans))
	for task, x := range spans {
		out[task] = capacity.Span{Start: x.Start, Finish: x.Finish, Until: x.Until, Left: x.Left, Critical: x.Critical}
	}
	return out, err
}

// absences tells the calendar who is away, and never why.
type absences struct{ *resource.Resources }

// Away implements calendar.Absences with granted days away, and with holidays by their names.
func (a absences) Away(tx *db.Tx, people []id.Person, from, to db.Time) ([]calendar.Absence, error) {
	rows, err := a.AwayBetween(tx, people, from, to)
	if err != nil {
		return nil, err
	}
	days, err := a.OffBetween(tx, people, from, to)
	if err != nil || len(rows)+len(days) == 0 {
		return nil, err
	}
	names, err := auth.PeopleByID(tx, people...)
	out := make([]calendar.Absence, 0, len(rows)+len(days))
	for _, x := range rows {
		out = append(out, calendar.Absence{Person: x.Person, Name: names[x.Person].Name, From: db.At(x.From), To: db.At(x.To)})
	}
	for _, x := range days {
		if !slices.ContainsFunc(rows, func(r resource.Away) bool { return r.Person == x.Person && r.First <= x.Day && x.Day <= r.Last }) {
			out = append(out, calendar.Absence{Person: x.Person, Name: names[x.Person].Name, Text: x.Name, From: db.At(x.From), To: db.At(x.To)})
		}
	}
	return out, err
}
