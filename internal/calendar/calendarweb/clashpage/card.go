package clashpage

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/clash"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
)

// Card is a conflict as it is drawn, once for all the environments in which it is so.
type Card struct {
	frame.Look
	clash.Conflict
	environments []string
	also         []clash.Conflict // the same in other environments
	parties      []party
	ways         []way
}

// party is a release or a booking of a conflict with its time, which is zero for one that the viewer may not see.
type party struct {
	clash.Party
	name    string
	href    string
	span    calendar.Span
	release plan.Release
	booking booked.Booking
}

// what names what would be moved.
func (p party) what() string {
	if p.booking.ID != "" {
		return "the booking of " + p.booking.ThingName
	}
	return p.name
}

// way is one way out of a conflict.
type way struct {
	text, note, act, href string
	first                 bool
}

// Gather joins conflicts that differ by the environment alone, in their order.
func Gather(list []clash.Conflict) []Card {
	var out []Card
	at := map[string]int{}
	for _, c := range list {
		key := c.Code + " " + string(c.State) + " " + string(c.Period) + " " + strings.Join(c.Services, " ") + " " + strconv.FormatInt(int64(c.From), 10) + " " + strconv.FormatInt(int64(c.To), 10)
		for _, p := range c.Parties {
			key += " " + p.ID
		}
		i, known := at[key]
		switch {
		case c.Environment == "" || !known:
			at[key] = len(out)
			out = append(out, Card{Conflict: c})
			i = len(out) - 1
		default:
			out[i].also = append(out[i].also, c)
		}
		if c.Environment != "" {
			out[i].environments = append(out[i].environments, c.Environment)
		}
	}
	return out
}

// slotsOffered is how many free times are offered for what may be moved.
const slotsOffered = 2

// Fill reads what a card shows of its parties and its ways out. Looking for free times is the dear part of it, so that a page with many
// cards looks for those of the first one only; the others lead to their page, which does.
func Fill(f *frame.Frame, tx *db.Tx, l frame.Look, c *Card, look bool) error {
	c.Look = l
	for _, p := range c.Parties {
		q, err := partyOf(tx, p)
		if err != nil {
			return err
		}
		c.parties = append(c.parties, q)
	}
	slices.SortStableFunc(c.parties, func(a, b party) int { return int(min(max(a.span.Start-b.span.Start, -1), 1)) })
	if c.State == clash.Gone {
		return nil
	}
	if err := c.moves(f, tx, look); err != nil {
		return err
	}
	if err := c.lets(tx); err != nil {
		return err
	}
	c.impacts(f)
	if c.State == clash.Open {
		c.ways = append(c.ways, way{text: "Accept it as it is", note: "needs a release manager and a reason", act: "Accept…", href: c.URL() + "#accept"})
	}
	return nil
}

func partyOf(tx *db.Tx, p clash.Party) (party, error) {
	out := party{Party: p, name: p.Name}
	if p.ID == "" {
		return out, nil
	}
	var err error
	if p.Kind == clash.PartyBooking {
		if out.booking, err = booking.Find(tx, p.ID); err == nil {
			out.href, out.span = "/calendar/bookings/"+out.booking.Key, calendar.Span{Start: out.booking.From, End: out.booking.To}
		}
	} else if out.release, err = plan.ReleaseByRef(tx, p.ID); err == nil {
		out.href, out.span = "/releases/"+out.release.Key, calendar.Span{Start: out.release.Window.Start, End: out.release.Window.End}
	}
	if errs.Is(err, errs.CodeNotFound) {
		return out, nil
	}
	return out, err
}

// moves offers free times for the party that begins last and may move, and the other parties to be moved instead.
func (c *Card) moves(f *frame.Frame, tx *db.Tx, look bool) error {
	offered := false
	for _, p := range slices.Backward(c.parties) {
		if p.href == "" || p.release.State == plan.Deploying || p.release.ID != "" && p.release.Ended() {
			continue
		}
		if offered {
			c.ways = append(c.ways, way{text: "Move " + p.what() + " instead", note: c.Stretch(p.span), act: "Move", href: c.move(f, p, clash.Slot{})})
			continue
		}
		offered = true
		if !look {
			c.ways = append(c.ways, way{text: "Move " + p.what(), note: "to a time that is free", act: "Look", href: c.URL()})
			continue
		}
		slots, err := search(f, tx, wanted(p))
		if err != nil {
			return err
		}
		for i, s := range slots {
			c.ways = append(c.ways, way{text: "Move " + p.what() + " to " + c.Mid(s.Start), note: free(s), act: "Propose", href: c.move(f, p, s), first: i == 0})
		}
		if len(slots) == 0 {
			c.ways = append(c.ways, way{text: "Move " + p.what(), note: "no time of its length is free within 60 days", act: "Move", href: c.move(f, p, clash.Slot{})})
		}
	}
	return nil
}

// near is how far around its time a free time is looked for first: further away costs more, and is seldom wanted.
const near = 10 * 24 * time.Hour

func search(f *frame.Frame, tx *db.Tx, w clash.Want) ([]clash.Slot, error) {
	soon := w
	soon.To = max(w.Near, tx.Now).Add(near)
	slots, err := f.Conflicts.FreeSlots(tx, soon)
	if err == nil && len(slots) == 0 {
		slots, err = f.Conflicts.FreeSlots(tx, w)
	}
	if errors.Is(err, db.ErrNone) {
		return nil, nil
	}
	return slots, err
}

func wanted(p party) clash.Want {
	if p.booking.ID != "" {
		b := p.booking
		return clash.Want{Things: []booked.Thing{b.What()}, Units: b.Units, Booking: b.ID, Length: b.To.Sub(b.From), Near: b.From, N: slotsOffered}
	}
	return clash.Want{Release: p.release.ID, Near: p.release.Window.Start, N: slotsOffered}
}

func free(s clash.Slot) string {
	text := "free for " + ui.Duration(s.End.Sub(s.Start)) + ", and in no other conflict"
	if s.HarmMinutes > 0 {
		text += "; " + strconv.FormatInt(s.HarmMinutes, 10) + " min of its harm fall in " + ui.List(s.Busy...)
	}
	return text
}

func (c *Card) move(f *frame.Frame, p party, s clash.Slot) string {
	if p.booking.ID != "" {
		to := "/calendar/bookings/" + p.booking.Key + "/move"
		if s.Start > 0 {
			to += "?from=" + c.Local(s.Start) + "&to=" + c.Local(s.End)
		}
		return to
	}
	return f.Move(c.Look, p.release.Key, s.Start)
}

// impacts leads to what is planned, where users were not told or would be hit in a busy time.
func (c *Card) impacts(f *frame.Frame) {
	if c.Code != clash.BusyTime && c.Code != clash.NoticeShort || f.Exists == nil || !f.Exists("/releases/{ref}/impact") {
		return
	}
	for _, p := range c.parties {
		if p.href == "" || p.release.ID == "" {
			continue
		}
		at := "/releases/" + p.release.Key + "/impact"
		if c.Code == clash.NoticeShort {
			c.ways = append(c.ways, way{text: "Say that users were told", note: "of what " + p.name + " does to them", act: "Open", href: at})
		}
		c.ways = append(c.ways, way{text: "See the windows that do least harm", note: "ranked by busy times, notice and what is around them", act: "Look", href: at + "#windows"})
	}
}

// lets offers to change the period that closes, or to ask its owner.
func (c *Card) lets(tx *db.Tx) error {
	if c.Period == "" {
		return nil
	}
	for _, k := range []calendar.Kind{calendar.Freeze, calendar.Window} {
		x, err := calendar.PeriodByRef(tx, k, string(c.Period))
		if errs.Is(err, errs.CodeNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		owner := x.OwnerName
		if owner == "" {
			who, err := auth.PeopleByID(tx, x.Owner)
			if err != nil {
				return err
			}
			owner = who[x.Owner].Name
		}
		w := way{text: "Change " + x.Name, note: "its owner is " + owner, act: "Open", href: frame.Href(x)}
		if k == calendar.Freeze && !x.Hard {
			w.text, w.note = "Let it pass "+x.Name, "needs "+owner+" and a reason"
		}
		c.ways = append(c.ways, w)
		return nil
	}
	return nil
}

// URL is the page of the conflict.
func (c *Card) URL() string { return Path + "/" + c.ID }

// Title names the conflict, its time and what it is on.
func (c *Card) Title() string {
	on := c.Thing
	switch {
	case len(c.Services) == 1:
		on = c.Services[0]
	case len(c.Services) > 1:
		on = ui.Plural(len(c.Services), "service", "services")
	case on == "" && len(c.environments) > 0:
		on = ui.List(c.environments...)
	}
	if c.Code == clash.OutOfOrder || on == "" && len(c.Parties) > 0 {
		on = c.Parties[0].Name
	}
	switch c.Code {
	case clash.PersonTwice, clash.PersonAway, clash.BookedTwice:
		return on + ": " + strings.ToLower(short(c.Code)) + " " + c.Mid(c.From)
	}
	return short(c.Code) + " " + c.Mid(c.From) + " on " + on
}

// placed names what is concerned, as it follows the rule.
func (c *Card) placed() string {
	var out []string
	if len(c.Services) > 0 {
		out = append(out, ui.List(c.Services...))
	}
	if len(c.environments) > 0 {
		out = append(out, ui.List(c.environments...))
	}
	if len(out) == 0 {
		return ""
	}
	return ": " + strings.Join(out, " in ")
}

// said is what is wrong, with times as the viewer's clock has them.
func (c *Card) said() string { return uiverdict.Told(c.Text, c.Now, c.Zone) }
