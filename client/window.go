package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Reach is what a window or freeze applies to; no list at all is the whole organisation.
type Reach struct {
	Products     []string `json:"products,omitempty"`
	Services     []string `json:"services,omitempty"`
	ServiceTiers []int    `json:"serviceTiers,omitempty"`
	Environments []string `json:"environments,omitempty"`
	Tiers        []string `json:"tiers,omitempty"`
}

// PeriodSpec is what is stated about a window or a freeze.
type PeriodSpec struct {
	Key      string   `json:"key,omitempty"`
	Name     string   `json:"name"`
	Reason   string   `json:"reason,omitempty"`
	Owner    string   `json:"owner,omitempty"`
	Start    string   `json:"start"`
	End      string   `json:"end"`
	Zone     string   `json:"zone,omitempty"`
	RRule    string   `json:"rrule,omitempty"`
	ExDates  []string `json:"exdates,omitempty"`
	RDates   []string `json:"rdates,omitempty"`
	Hardness string   `json:"hardness,omitempty"` // of a freeze: hard or soft
	Running  string   `json:"running,omitempty"`  // of a freeze: finish, pause or abort
	Reach
}

// Period is a window or a freeze.
type Period struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	Key       string     `json:"key"`
	Name      string     `json:"name"`
	Reason    string     `json:"reason,omitempty"`
	Owner     string     `json:"owner"`
	OwnerName string     `json:"ownerName,omitempty"`
	Start     string     `json:"start"`
	End       string     `json:"end"`
	Zone      string     `json:"zone,omitempty"`
	RRule     string     `json:"rrule,omitempty"`
	ExDates   []string   `json:"exdates,omitempty"`
	RDates    []string   `json:"rdates,omitempty"`
	Hard      bool       `json:"hard"`
	Running   string     `json:"running,omitempty"`
	Scope     Reach      `json:"scope"`
	Withdrawn *time.Time `json:"withdrawn,omitempty"`
	Rev       int64      `json:"rev"`
	Active    bool       `json:"active"`
	Next      *Span      `json:"next,omitempty"`
	Permits   int        `json:"permits,omitempty"`
}

// Spec returns the period as it would be stated again.
func (p Period) Spec() PeriodSpec {
	s := PeriodSpec{Key: p.Key, Name: p.Name, Reason: p.Reason, Owner: p.Owner, Start: p.Start, End: p.End, Zone: p.Zone, RRule: p.RRule, ExDates: p.ExDates, RDates: p.RDates, Running: p.Running, Reach: p.Scope}
	if p.Kind == "freeze" {
		if s.Hardness = "soft"; p.Hard {
			s.Hardness = "hard"
		}
	}
	return s
}

// Span is a stretch of time, End not part of it.
type Span struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// Published is the answer to a change of the calendar: the period, or in a dry run what it would do.
type Published struct {
	Period *Period `json:"period,omitempty"`
	Notes  []struct {
		Reason  string `json:"reason"`
		Message string `json:"message"`
	} `json:"notes,omitempty"`
	Effect *Effect `json:"effect,omitempty"`
}

// Effect is what a change of the calendar would do.
type Effect struct {
	Occurrences []Span      `json:"occurrences"`
	Releases    []EffectHit `json:"releases"`
	Windows     []EffectHit `json:"windows"`
	Bookings    []EffectHit `json:"bookings"`
	Running     string      `json:"running,omitempty"`
}

// EffectHit is a release, a window, a freeze or a booking that a change of the calendar hits.
type EffectHit struct {
	Key         string   `json:"key"`
	Name        string   `json:"name"`
	For         string   `json:"for,omitempty"` // of a booking
	Environment string   `json:"environment,omitempty"`
	Services    []string `json:"services,omitempty"`
	Before      string   `json:"before,omitempty"`
	After       string   `json:"after,omitempty"`
	Text        string   `json:"text"`
}

// Periods are the nouns of the API that a window, a freeze or a busy time is found under.
const (
	Windows   = "windows"
	Freezes   = "freezes"
	BusyTimes = "busy-times"
)

// Period returns a window or a freeze by key or identifier; noun is Windows, Freezes or BusyTimes.
func (c *Client) Period(ctx context.Context, noun, ref string) (out Period, err error) {
	return out, c.Get(ctx, Path(noun, ref), nil, &out)
}

// AddPeriod publishes a window or a freeze, or in a dry run computes what it would do.
func (c *Client) AddPeriod(ctx context.Context, noun string, s PeriodSpec, dry bool) (out Published, err error) {
	return out, c.Do(ctx, Request{Method: http.MethodPost, Path: Path(noun), Query: dryRun(dry), Body: s}, &out)
}

// SetPeriod replaces what is stated about a window or a freeze, against the version rev.
func (c *Client) SetPeriod(ctx context.Context, noun, ref string, rev int64, s PeriodSpec, dry bool) (out Published, err error) {
	body := struct {
		PeriodSpec
		Rev int64 `json:"rev"`
	}{s, rev}
	return out, c.Do(ctx, Request{Method: http.MethodPut, Path: Path(noun, ref), Query: dryRun(dry), Body: body}, &out)
}

// WithdrawPeriod ends a window or a freeze for a reason.
func (c *Client) WithdrawPeriod(ctx context.Context, noun, ref, reason string, dry bool) (out Published, err error) {
	return out, c.Do(ctx, Request{Method: http.MethodPost, Path: Path(noun, ref, "withdraw"), Query: dryRun(dry), Body: map[string]string{"reason": reason}}, &out)
}

func dryRun(dry bool) url.Values {
	if !dry {
		return nil
	}
	return url.Values{"dryRun": {"true"}}
}
