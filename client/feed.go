package client

import (
	"context"
	"net/url"
	"time"
)

// Feed is a calendar that a person subscribes to.
type Feed struct {
	ID        string    `json:"id"`
	Owner     string    `json:"owner"`
	OwnerName string    `json:"ownerName,omitempty"`
	Name      string    `json:"name"`
	Kind      string    `json:"kind"` // mine, product, environment or all
	Of        string    `json:"of,omitempty"`
	OfName    string    `json:"ofName,omitempty"`
	Begins    string    `json:"begins"`
	MadeAt    time.Time `json:"madeAt"`
	RotatedAt time.Time `json:"rotatedAt,omitzero"`
	UsedAt    time.Time `json:"usedAt,omitzero"`
	RevokedAt time.Time `json:"revokedAt,omitzero"`
	// Path is its address below that of the server, and URL the whole of it where the server knows; in the answers that show it.
	Path string `json:"path,omitempty"`
	URL  string `json:"url,omitempty"`
}

// FeedSpec is what is asked of a new feed.
type FeedSpec struct {
	Name string `json:"name,omitempty"`
	Kind string `json:"kind"`
	Of   string `json:"of,omitempty"`
}

// Feeds returns the caller's feeds, or everybody's.
func (c *Client) Feeds(ctx context.Context, all bool) (out Page[Feed], err error) {
	q := url.Values{}
	if all {
		q.Set("all", "true")
	}
	return out, c.Get(ctx, "/feeds", q, &out)
}

// AddFeed makes a feed; the answer holds its address.
func (c *Client) AddFeed(ctx context.Context, in FeedSpec) (out Feed, err error) {
	return out, c.Post(ctx, "/feeds", in, &out)
}

// RotateFeed gives a feed another address.
func (c *Client) RotateFeed(ctx context.Context, feed string) (out Feed, err error) {
	return out, c.Post(ctx, Path("feeds", feed, "rotate"), nil, &out)
}

// RevokeFeed ends a feed.
func (c *Client) RevokeFeed(ctx context.Context, feed string) (out Feed, err error) {
	return out, c.Post(ctx, Path("feeds", feed, "revoke"), nil, &out)
}

// CalendarNote says what of an imported calendar was left out.
type CalendarNote struct {
	Line    int    `json:"line,omitempty"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// CalendarSource is an imported calendar.
type CalendarSource struct {
	ID         string         `json:"id"`
	Key        string         `json:"key"`
	Name       string         `json:"name"`
	Kind       string         `json:"kind"`
	URL        string         `json:"url,omitempty"`
	Zone       string         `json:"zone"`
	EveryHours int64          `json:"everyHours,omitempty"`
	Events     int64          `json:"events"`
	TriedAt    time.Time      `json:"triedAt,omitzero"`
	SyncedAt   time.Time      `json:"syncedAt,omitzero"`
	Fault      string         `json:"fault,omitempty"`
	FaultLine  int64          `json:"faultLine,omitempty"`
	Notes      []CalendarNote `json:"notes,omitempty"`
	Rev        int64          `json:"rev"`
	ClosedAt   time.Time      `json:"closedAt,omitzero"`
}

// CalendarSourceSpec is what is asked of an import: an address, or the text itself.
type CalendarSourceSpec struct {
	Key        string `json:"key,omitempty"`
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	URL        string `json:"url,omitempty"`
	Zone       string `json:"zone,omitempty"`
	EveryHours int64  `json:"everyHours,omitempty"`
	Text       string `json:"text,omitempty"`
}

// ImportedEvent is an event of an imported calendar.
type ImportedEvent struct {
	Source     string    `json:"source"`
	SourceName string    `json:"sourceName"`
	Kind       string    `json:"kind"`
	UID        string    `json:"uid"`
	Start      time.Time `json:"start"`
	End        time.Time `json:"end"`
	FirstDay   string    `json:"firstDay,omitempty"`
	LastDay    string    `json:"lastDay,omitempty"`
	Summary    string    `json:"summary"`
	Location   string    `json:"location,omitempty"`
	URL        string    `json:"url,omitempty"`
}

// CalendarSources returns the imported calendars, by key.
func (c *Client) CalendarSources(ctx context.Context) (out Page[CalendarSource], err error) {
	return out, c.Get(ctx, "/calendar-sources", nil, &out)
}

// CalendarSource returns one imported calendar.
func (c *Client) CalendarSource(ctx context.Context, ref string) (out CalendarSource, err error) {
	return out, c.Get(ctx, Path("calendar-sources", ref), nil, &out)
}

// ImportCalendar imports a calendar.
func (c *Client) ImportCalendar(ctx context.Context, in CalendarSourceSpec) (out CalendarSource, err error) {
	return out, c.Post(ctx, "/calendar-sources", in, &out)
}

// LoadCalendar replaces the events of an uploaded calendar.
func (c *Client) LoadCalendar(ctx context.Context, ref, text string) (out CalendarSource, err error) {
	return out, c.Post(ctx, Path("calendar-sources", ref, "load"), map[string]any{"text": text}, &out)
}

// SyncCalendar fetches an imported calendar now.
func (c *Client) SyncCalendar(ctx context.Context, ref string) (out CalendarSource, err error) {
	return out, c.Post(ctx, Path("calendar-sources", ref, "sync"), nil, &out)
}

// CloseCalendar ends the import of a calendar.
func (c *Client) CloseCalendar(ctx context.Context, ref string) (out CalendarSource, err error) {
	return out, c.Post(ctx, Path("calendar-sources", ref, "close"), nil, &out)
}

// ImportedEvents returns the imported events that touch a span.
func (c *Client) ImportedEvents(ctx context.Context, from, to time.Time) (out Page[ImportedEvent], err error) {
	q := url.Values{"from": {from.UTC().Format(time.RFC3339)}, "to": {to.UTC().Format(time.RFC3339)}}
	return out, c.Get(ctx, "/imported-events", q, &out)
}
