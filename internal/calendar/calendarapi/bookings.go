package calendarapi

import (
	"context"
	"net/http"
	"time"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/clash"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

// RegisterBookings adds the operations of bookings.
func RegisterBookings(a *api.API, s *booking.Bookings) {
	bookings(a, s)
	answers(a, s)
	bookables(a, s)
	freeSlots(a, s)
}

type bookingsIn struct {
	api.Paging
	Kind    booked.Kind    `query:"kind" enum:"environment,person,item,window" doc:"Only things of this kind."`
	Thing   string         `query:"thing" maxLength:"200" doc:"Only this thing, by key or identifier; kind says what it is."`
	Release string         `query:"release" maxLength:"100" doc:"Only those for this release."`
	Service string         `query:"service" maxLength:"100" doc:"Only those for releases that carry this service, by key or identifier."`
	State   []booked.State `query:"state" enum:"requested,confirmed,declined,withdrawn,offered" doc:"Only those in one of these states."`
	From    db.Time        `query:"from" doc:"Only those that are not over before this instant."`
	To      db.Time        `query:"to" doc:"Only those that begin before this instant."`
	Mine    bool           `query:"mine" doc:"Only those that the caller asked for."`
}

type afterBooking struct {
	From db.Time   `json:"f"`
	ID   booked.ID `json:"i"`
}

type madeOut struct {
	Status int
	Body   booking.Made
}

func bookings(a *api.API, s *booking.Bookings) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/bookings", Permission: "calendar.read", Tag: "Bookings", Summary: "List bookings", Description: "By their start."},
		func(ctx context.Context, in *bookingsIn) (*many[booked.Booking], error) {
			after, _, err := api.DecodeCursor[afterBooking]("bookings", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := s.List(ctx, booking.Filter{Kind: in.Kind, Thing: in.Thing, Release: in.Release, Service: in.Service, States: in.State, From: in.From, To: in.To, Mine: in.Mine,
				AfterFrom: after.From, AfterID: after.ID, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			p, err := api.PageOf("bookings", rows, in.Limit, func(b booked.Booking) afterBooking { return afterBooking{b.From, b.ID} })
			return &many[booked.Booking]{p}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/bookings", Permission: "booking.request", Tag: "Bookings", Summary: "Ask for a booking", Status: http.StatusCreated,
		Description: "It is confirmed at once where the thing needs no approval or the caller answers for it. Where confirmed bookings leave no room the answer is 409 with the reason `calendar.booked`; `theirs` has the booking and times that are free."},
		func(ctx context.Context, in *struct{ Body booking.Spec }) (*madeOut, error) {
			m, err := s.Request(ctx, in.Body)
			return &madeOut{http.StatusCreated, m}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/bookings/{ref}", Permission: "calendar.read", Tag: "Bookings", Summary: "Show a booking"},
		func(ctx context.Context, in *byRef) (*one[booking.Made], error) {
			m, err := s.Get(ctx, in.Ref)
			return &one[booking.Made]{m}, err
		})
}

// answerIn is a change of a booking; rev may be left out, then any version is changed.
type answerIn struct {
	byRef
	api.IfMatch
	Body answerBody `required:"false"`
}

type answerBody struct {
	Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Why; the record keeps it"`
	Rev    int64  `json:"rev,omitempty" doc:"Version of the row as it was read; any, if left out"`
}

func (in *answerIn) version() (int64, error) {
	if in.ETag == "" {
		return in.Body.Rev, nil
	}
	return in.Version(in.Body.Rev)
}

func answers(a *api.API, s *booking.Bookings) {
	answer := func(verb, summary, text string, do func(ctx context.Context, ref string, rev int64, reason string) (booking.Made, error)) {
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/bookings/{ref}/" + verb, Permission: "booking.request", Tag: "Bookings", Summary: summary, Description: text},
			func(ctx context.Context, in *answerIn) (*madeOut, error) {
				rev, err := in.version()
				if err != nil {
					return nil, err
				}
				m, err := do(ctx, in.Ref, rev, in.Body.Reason)
				return &madeOut{http.StatusOK, m}, err
			})
	}
	answer("confirm", "Confirm a booking", "By who answers for the thing.", func(ctx context.Context, ref string, rev int64, _ string) (booking.Made, error) {
		return s.Confirm(ctx, ref, rev)
	})
	answer("decline", "Decline a booking", "By who answers for the thing, for a reason.", s.Decline)
	answer("withdraw", "Withdraw a booking", "By who asked for it or answers for the thing, for a reason.", s.Withdraw)
	answer("keep", "Keep a booking that was offered back", "It is asked for again, or confirmed where nobody needs to.",
		func(ctx context.Context, ref string, rev int64, _ string) (booking.Made, error) {
			return s.Keep(ctx, ref, rev)
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/bookings/{ref}/move", Permission: "booking.request", Tag: "Bookings", Summary: "Move a booking",
		Description: "What was confirmed is asked for again, unless the thing needs no approval, the caller answers for it, or the new time lies within the old one."},
		func(ctx context.Context, in *struct {
			byRef
			api.IfMatch
			Body struct {
				From  db.Time `json:"from" doc:"From when"`
				To    db.Time `json:"to" doc:"Up to when"`
				Units int64   `json:"units,omitempty" doc:"How many of it; as before, if left out"`
				Rev   int64   `json:"rev,omitempty" doc:"Version of the row as it was read; any, if left out"`
			}
		}) (*madeOut, error) {
			rev := in.Body.Rev
			if in.ETag != "" {
				var err error
				if rev, err = in.Version(rev); err != nil {
					return nil, err
				}
			}
			m, err := s.Move(ctx, in.Ref, rev, in.Body.From, in.Body.To, in.Body.Units)
			return &madeOut{http.StatusOK, m}, err
		})
}

type thingIn struct {
	Kind booked.Kind `path:"kind" enum:"environment,person,item,window" doc:"What sort of thing"`
	Ref  string      `path:"ref" maxLength:"200" doc:"Key or identifier; of an item its name"`
}

func bookables(a *api.API, s *booking.Bookings) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/bookables/{kind}/{ref}", Permission: "calendar.read", Tag: "Bookings", Summary: "Show how a thing may be booked"},
		func(ctx context.Context, in *thingIn) (*one[booked.Rule], error) {
			r, err := s.Rule(ctx, in.Kind, in.Ref)
			return &one[booked.Rule]{r}, err
		})
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/bookables/{kind}/{ref}", Permission: "booking.request", Tag: "Bookings", Summary: "Say how a thing may be booked",
		Description: "By who answers for it. A capacity of 1 is exclusive; without approval a booking stands at once."},
		func(ctx context.Context, in *struct {
			thingIn
			Body booking.RuleSpec
		}) (*one[booked.Rule], error) {
			r, err := s.SetRule(ctx, in.Kind, in.Ref, in.Body)
			return &one[booked.Rule]{r}, err
		})
}

func freeSlots(a *api.API, s *booking.Bookings) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/free-slots", Permission: "calendar.read", Tag: "Bookings", Summary: "List times that are free",
		Description: "For a release, with its services, environments and owner, or for a thing. Each was checked: every place is open, nothing is planned, booked or away. The least harmful first, then the nearest."},
		func(ctx context.Context, in *struct {
			Release string      `query:"release" maxLength:"100" doc:"Key or identifier of the release"`
			Kind    booked.Kind `query:"kind" enum:"environment,person,item,window" doc:"What sort of thing"`
			Thing   string      `query:"thing" maxLength:"200" doc:"Key or identifier of the thing"`
			Units   int64       `query:"units" minimum:"0" maximum:"1000" doc:"How many of it"`
			Minutes int64       `query:"minutes" minimum:"0" maximum:"132480" doc:"How long; as long as the release's window, if left out"`
			From    db.Time     `query:"from" doc:"From when; now, if left out"`
			To      db.Time     `query:"to" doc:"Up to when; 60 days behind the time that is wanted, if left out"`
			Near    db.Time     `query:"near" doc:"Times near it come first"`
			N       int         `query:"n" default:"3" minimum:"1" maximum:"20" doc:"How many"`
		}) (*many[clash.Slot], error) {
			rows, err := s.Free(ctx, booking.FreeSpec{Release: in.Release, Kind: in.Kind, Thing: in.Thing, Units: in.Units, Length: time.Duration(in.Minutes) * time.Minute,
				From: in.From, To: in.To, Near: in.Near, N: in.N})
			return whole(rows), err
		})
}
