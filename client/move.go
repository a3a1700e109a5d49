package client

import (
	"context"
	"net/url"
	"time"
)

// MoveHit is one thing that a date of a release touches.
type MoveHit struct {
	ID       string      `json:"id"`
	Area     string      `json:"area"`
	Thing    string      `json:"thing"`
	Text     string      `json:"text"`
	Word     string      `json:"word"`
	Severity string      `json:"severity"` // none, soft or hard
	Choice   *MoveChoice `json:"choice,omitempty"`
}

// MoveChoice is what somebody may decide about a hit. Without a default one has to be chosen.
type MoveChoice struct {
	Text    string       `json:"text"`
	Note    string       `json:"note,omitempty"`
	Options []MoveOption `json:"options"`
	Default string       `json:"default,omitempty"`
}

// MoveOption is one way to decide.
type MoveOption struct {
	Value string `json:"value"`
	Text  string `json:"text"`
}

// MoveLane is a row of the picture around a date.
type MoveLane struct {
	Label string     `json:"label"`
	Note  string     `json:"note,omitempty"`
	Spans []MoveSpan `json:"spans"`
}

// MoveSpan is a stretch of time on a lane.
type MoveSpan struct {
	Kind string    `json:"kind"`
	Text string    `json:"text"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// MoveForesight is everything that a date of a release hits. Chances are from 0 to 1.
type MoveForesight struct {
	Release      string         `json:"release"`
	Key          string         `json:"key"`
	Name         string         `json:"name"`
	Rev          int64          `json:"rev"`
	Before       *ReleaseWindow `json:"before,omitempty"`
	Window       ReleaseWindow  `json:"window"`
	Hits         []MoveHit      `json:"hits"`
	Settle       int            `json:"settle"`
	Hard         int            `json:"hard"`
	Voids        int            `json:"voids"`
	Follows      int            `json:"follows"`
	Chance       *float64       `json:"chance,omitempty"`
	ChanceBefore *float64       `json:"chanceBefore,omitempty"`
	P50          *time.Time     `json:"p50,omitempty"`
	P80          *time.Time     `json:"p80,omitempty"`
	Span         ReleaseWindow  `json:"span"`
	Lanes        []MoveLane     `json:"lanes"`
	Seen         string         `json:"seen"` // a save sends it
	Why          string         `json:"why,omitempty"`
}

// MoveOffer is a date that fits.
type MoveOffer struct {
	Window  ReleaseWindow `json:"window"`
	Why     string        `json:"why"`
	Chance  *float64      `json:"chance,omitempty"`
	Settle  int           `json:"settle"`
	Looked  int           `json:"looked"`
	Voids   int           `json:"voids"`
	Follows int           `json:"follows"`
	Ask     int           `json:"ask"`
}

// MoveOffers are the dates that fit, the earliest first.
type MoveOffers struct {
	Release string         `json:"release"`
	Key     string         `json:"key"`
	Window  *ReleaseWindow `json:"window,omitempty"`
	Chance  *float64       `json:"chance,omitempty"`
	P50     *time.Time     `json:"p50,omitempty"`
	P80     *time.Time     `json:"p80,omitempty"`
	Offers  []MoveOffer    `json:"offers"`
}

// NewMove is a date as it is saved: Seen is that of the foresight that was looked at, Choices are values by identifiers of hits.
type NewMove struct {
	Start   time.Time         `json:"start"`
	End     *time.Time        `json:"end,omitempty"`
	Reason  string            `json:"reason"`
	Choices map[string]string `json:"choices,omitempty"`
	Seen    string            `json:"seen"`
	Rev     int64             `json:"rev,omitempty"`
}

// MovedThing is something that a save moved or asked for.
type MovedThing struct {
	Kind   string     `json:"kind"`
	ID     string     `json:"id,omitempty"`
	Key    string     `json:"key,omitempty"`
	Before *time.Time `json:"before,omitempty"`
	After  *time.Time `json:"after,omitempty"`
}

// MovedRelease is a release after its date was moved.
type MovedRelease struct {
	Release
	Before *ReleaseWindow `json:"before,omitempty"`
	Moved  []MovedThing   `json:"moved"`
}

// ForeseeMove says what another date of a release hits; a zero end leaves the window as long as it is.
func (c *Client) ForeseeMove(ctx context.Context, release string, start, end time.Time) (MoveForesight, error) {
	q := url.Values{"start": {start.UTC().Format(time.RFC3339Nano)}}
	if !end.IsZero() {
		q.Set("end", end.UTC().Format(time.RFC3339Nano))
	}
	var out MoveForesight
	return out, c.Get(ctx, Path("releases", release, "move"), q, &out)
}

// MoveOffers returns dates that fit a release.
func (c *Client) MoveOffers(ctx context.Context, release string) (MoveOffers, error) {
	var out MoveOffers
	return out, c.Get(ctx, Path("releases", release, "move", "offers"), nil, &out)
}

// MoveRelease moves the date of a release with all that follows it, or nothing.
func (c *Client) MoveRelease(ctx context.Context, release string, in NewMove) (MovedRelease, error) {
	var out MovedRelease
	return out, c.Post(ctx, Path("releases", release, "move"), in, &out)
}
