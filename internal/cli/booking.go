package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"slipway/client"
)

type bookingCommand struct {
	Add      bookingAdd      `cmd:"" help:"Ask for a booking; it stands at once where nobody needs to confirm it."`
	List     bookingList     `cmd:"" help:"List bookings."`
	Show     bookingShow     `cmd:"" help:"Show a booking and what stands in its way."`
	Confirm  bookingConfirm  `cmd:"" help:"Confirm a booking of a thing that you answer for."`
	Decline  bookingDecline  `cmd:"" help:"Decline a booking of a thing that you answer for, for a reason."`
	Withdraw bookingWithdraw `cmd:"" help:"Withdraw a booking, for a reason."`
	Move     bookingMove     `cmd:"" help:"Give a booking another time."`
	Keep     bookingKeep     `cmd:"" help:"Keep a booking that was offered back when its release was held or cancelled."`
	Free     bookingFree     `cmd:"" help:"List times that are free for a release or a thing."`
	Rule     bookingRule     `cmd:"" help:"Show how a thing may be booked, or say so."`
}

// thing is what is booked, as flags say it.
type thing struct {
	Environment string `placeholder:"E" help:"The environment."`
	Person      string `placeholder:"P" help:"Or the person."`
	Item        string `placeholder:"NAME" help:"Or the item, by name."`
	Window      string `placeholder:"W" help:"Or the window."`
}

// named returns the kind and the reference; both are empty if no thing was given.
func (t thing) named() (kind, ref string, err error) {
	for _, x := range [][2]string{{"environment", t.Environment}, {"person", t.Person}, {"item", t.Item}, {"window", t.Window}} {
		switch {
		case x[1] == "":
		case kind != "":
			return "", "", Usage("--%s and --%s: name one thing", kind, x[0])
		default:
			kind, ref = x[0], x[1]
		}
	}
	return kind, ref, nil
}

type bookingAdd struct {
	thing   `embed:""`
	Key     string `help:"Its key; made from the thing and the time without it."`
	Units   int64  `help:"How many of it; 1 without it."`
	Release string `placeholder:"R" help:"The release that it is for."`
	Purpose string `help:"What it is for; required without a release."`
	When    string `required:"" placeholder:"START/END" help:"From when up to when, such as 2026-11-23T09:00/17:00."`
	Zone    string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run asks for a booking.
func (c *bookingAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if _, _, err := c.named(); err != nil {
		return err
	}
	from, to, err := s.span("--when", c.When, c.Zone)
	if err != nil {
		return err
	}
	b, err := api.Book(s.Context(), client.BookingSpec{Key: c.Key, Environment: c.Environment, Person: c.Person, Item: c.Item, Window: c.Window, Units: c.Units, Release: c.Release,
		Purpose: c.Purpose, From: from, To: to})
	return s.booking(b, err)
}

// booking says how a booking stands after a change. What came too late names the times that are free.
func (s *Session) booking(b client.Booking, err error) error {
	if err != nil {
		return withSlots(err)
	}
	if err := s.Say(b, "%s is %s from %s to %s: %s.", b.ThingName, b.State, instantText(b.From), instantText(b.To), b.Key); err != nil || s.JSON() {
		return err
	}
	for _, c := range b.Conflicts {
		if _, err := fmt.Fprintln(s.Err(), plain(c.Severity+" conflict: "+c.Text)); err != nil {
			return err
		}
	}
	return nil
}

func instantText(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }

// withSlots adds the free times that a refusal carries to its sentence.
func withSlots(err error) error {
	var p *client.Problem
	if !errors.As(err, &p) || client.Reason(err) != "calendar.booked" {
		return err
	}
	var t client.Taken
	if json.Unmarshal(p.Theirs, &t) != nil || len(t.Slots) == 0 {
		return err
	}
	free := make([]string, len(t.Slots))
	for i, x := range t.Slots {
		free[i] = x.Start.UTC().Format(time.RFC3339) + "/" + x.End.UTC().Format(time.RFC3339)
	}
	more := *p
	more.Detail += " Free: " + strings.Join(free, ", ") + "."
	return &more
}

type bookingList struct {
	thing   `embed:""`
	Release string   `placeholder:"R" help:"Only those for this release."`
	Service string   `placeholder:"S" help:"Only those for releases that carry this service."`
	State   []string `placeholder:"STATE" help:"Only those in this state: requested, confirmed, declined, withdrawn, offered; may be given again."`
	From    string   `placeholder:"T" help:"Only those that are not over before this instant."`
	To      string   `placeholder:"T" help:"Only those that begin before this instant."`
	Mine    bool     `help:"Only those that you asked for."`
	Limit   int      `default:"0" help:"At most so many; all if 0."`
}

// Run lists bookings.
func (c *bookingList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q, err := c.values(s)
	if err != nil {
		return err
	}
	rows, err := client.List[client.Booking](s.Context(), api, "/bookings", q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"KEY", "WHAT", "FROM", "TO", "STATE", "FOR", "BY"}, Empty: "No bookings. Ask for one with slipway booking add."}
		for _, b := range rows {
			what := b.ReleaseKey
			if what == "" {
				what = b.Purpose
			}
			t.Add(b.Key, b.ThingName, instantText(b.From), instantText(b.To), b.State, what, b.ByName)
		}
		return t
	})
}

func (c *bookingList) values(s *Session) (url.Values, error) {
	kind, ref, err := c.named()
	if err != nil {
		return nil, err
	}
	q := url.Values{}
	for name, v := range map[string]string{"kind": kind, "thing": ref, "release": c.Release, "service": c.Service} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if len(c.State) > 0 {
		q.Set("state", strings.Join(c.State, ","))
	}
	if c.Mine {
		q.Set("mine", "true")
	}
	return q, s.instants(q, map[string]string{"from": c.From, "to": c.To})
}

// instants puts instants that were given into the parameters of an operation.
func (s *Session) instants(q url.Values, given map[string]string) error {
	for name, text := range given {
		if text == "" {
			continue
		}
		t, err := s.instant("--"+name, text, "")
		if err != nil {
			return err
		}
		q.Set(name, t.UTC().Format(time.RFC3339))
	}
	return nil
}

type bookingShow struct {
	Booking string `arg:"" help:"Key or identifier."`
}

// Run shows a booking.
func (c *bookingShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	b, err := api.Booking(s.Context(), c.Booking)
	if err != nil {
		return err
	}
	return s.Print(b, func() *Table {
		t := facts("Key", b.Key, "What", b.ThingName, "Units", b.Units, "From", instantText(b.From), "To", instantText(b.To), "State", b.State, "Reason", b.StateReason,
			"Release", b.ReleaseKey, "Purpose", b.Purpose, "Asked for by", b.ByName, "Rev", b.Rev)
		for _, x := range b.Conflicts {
			t.Add("Conflict", x.Severity+": "+x.Text)
		}
		return t
	})
}

// answered is a booking that is answered against a version.
type answered struct {
	Booking string `arg:"" help:"Key or identifier."`
	Rev     int64  `help:"The version of the row that you read; any without it."`
}

func (a answered) do(s *Session, verb, reason string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	b, err := api.AnswerBooking(s.Context(), a.Booking, verb, reason, a.Rev)
	return s.booking(b, err)
}

type bookingConfirm struct{ answered }

// Run confirms a booking.
func (c *bookingConfirm) Run(s *Session) error { return c.do(s, "confirm", "") }

type bookingDecline struct {
	answered
	Reason string `required:"" help:"Why; the record keeps it."`
}

// Run declines a booking.
func (c *bookingDecline) Run(s *Session) error { return c.do(s, "decline", c.Reason) }

type bookingWithdraw struct {
	answered
	Reason string `required:"" help:"Why; the record keeps it."`
}

// Run withdraws a booking.
func (c *bookingWithdraw) Run(s *Session) error { return c.do(s, "withdraw", c.Reason) }

type bookingKeep struct{ answered }

// Run keeps a booking.
func (c *bookingKeep) Run(s *Session) error { return c.do(s, "keep", "") }

type bookingMove struct {
	answered
	When  string `required:"" placeholder:"START/END" help:"From when up to when."`
	Zone  string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
	Units int64  `help:"How many of it; as before without it."`
}

// Run moves a booking.
func (c *bookingMove) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	from, to, err := s.span("--when", c.When, c.Zone)
	if err != nil {
		return err
	}
	b, err := api.MoveBooking(s.Context(), c.Booking, from, to, c.Units, c.Rev)
	return s.booking(b, err)
}

type bookingFree struct {
	thing   `embed:""`
	Release string        `placeholder:"R" help:"For this release, with its services, environments and owner."`
	Length  time.Duration `placeholder:"4h" help:"How long; as long as the release's window without it."`
	Units   int64         `help:"How many of the thing."`
	From    string        `placeholder:"T" help:"From when; now without it."`
	To      string        `placeholder:"T" help:"Up to when; 60 days behind the time that is wanted without it."`
	Near    string        `placeholder:"T" help:"Times near it come first."`
	N       int           `short:"n" default:"3" help:"How many, at most 20."`
}

// Run lists free times.
func (c *bookingFree) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	kind, ref, err := c.named()
	if err != nil {
		return err
	}
	q := url.Values{"n": {fmt.Sprint(c.N)}}
	for name, v := range map[string]string{"kind": kind, "thing": ref, "release": c.Release} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if c.Length != 0 {
		q.Set("minutes", fmt.Sprint(int64(c.Length/time.Minute)))
	}
	if c.Units != 0 {
		q.Set("units", fmt.Sprint(c.Units))
	}
	if err := s.instants(q, map[string]string{"from": c.From, "to": c.To, "near": c.Near}); err != nil {
		return err
	}
	p, err := api.FreeSlots(s.Context(), q)
	if err != nil {
		return err
	}
	return s.Print(p.Items, func() *Table {
		t := &Table{Heads: []string{"FROM", "TO", "HARM", "BUSY"}, Empty: "Nothing is free in this time."}
		for _, x := range p.Items {
			harm := ""
			if x.HarmMinutes > 0 {
				harm = fmt.Sprintf("%d min", x.HarmMinutes)
			}
			t.Add(instantText(x.Start), instantText(x.End), harm, strings.Join(x.Busy, ", "))
		}
		return t
	})
}

type bookingRule struct {
	thing    `embed:""`
	Capacity *int64  `help:"How many units there are: 1 is exclusive, more may be shared."`
	Approval *bool   `negatable:"" help:"Somebody confirms a booking; with --no-approval it stands at once."`
	Owner    *string `placeholder:"P" help:"The person who confirms besides the owner of the environment."`
	Rev      int64   `help:"The version of the row that you read; the present one without it."`
}

// Run shows how a thing may be booked, or changes what was given.
func (c *bookingRule) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	kind, ref, err := c.named()
	if err != nil {
		return err
	}
	if kind == "" {
		return Usage("name a thing, such as --environment staging")
	}
	r, err := api.Bookable(s.Context(), kind, ref)
	if err != nil {
		return err
	}
	if c.Capacity != nil || c.Approval != nil || c.Owner != nil {
		put(&r.Capacity, c.Capacity)
		put(&r.Approval, c.Approval)
		put(&r.Owner, c.Owner)
		if c.Rev != 0 {
			r.Rev = c.Rev
		}
		if r, err = api.SetBookable(s.Context(), kind, ref, r); err != nil {
			return err
		}
	}
	return s.Print(r, func() *Table {
		return facts("Thing", ref, "Capacity", r.Capacity, "Somebody confirms", r.Approval, "Owner", s.who(api)(r.Owner), "Rev", r.Rev)
	})
}
