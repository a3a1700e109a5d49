package client

import (
	"context"
	"time"
)

// CalendarVersion is a published calendar.
type CalendarVersion struct {
	Number       int64      `json:"number"`
	Name         string     `json:"name"`
	Note         string     `json:"note,omitempty"`
	From         time.Time  `json:"from"`
	To           time.Time  `json:"to"`
	Digest       string     `json:"digest"`
	PublishedAt  time.Time  `json:"publishedAt"`
	ByName       string     `json:"publishedByName,omitempty"`
	ReadBy       *time.Time `json:"readBy,omitempty"`
	ChasedAt     *time.Time `json:"chasedAt,omitempty"`
	Chases       int64      `json:"chases"`
	Readers      int64      `json:"readers"`
	Acknowledged int64      `json:"acknowledged"`
	Mine         *time.Time `json:"mine,omitempty"`
	Asked        bool       `json:"asked"`
	// Content and Who come with one version only.
	Content map[string]any `json:"content,omitempty"`
	Who     []struct {
		Key            string     `json:"key"`
		Name           string     `json:"name"`
		AcknowledgedAt *time.Time `json:"acknowledgedAt,omitempty"`
		Late           bool       `json:"late"`
	} `json:"who,omitempty"`
}

// Publication is what is stated about a version of the calendar.
type Publication struct {
	Name    string       `json:"name"`
	Note    string       `json:"note,omitempty"`
	From    time.Time    `json:"from"`
	To      time.Time    `json:"to"`
	Readers []string     `json:"readers,omitempty"`
	ReadBy  *time.Time   `json:"readBy,omitempty"`
	Accept  []Acceptance `json:"accept,omitempty"`
}

// Acceptance is a conflict that is accepted with a publication, for a reason.
type Acceptance struct {
	Conflict string `json:"conflict"`
	Reason   string `json:"reason"`
}

// PublishCalendar publishes the calendar of a span.
func (c *Client) PublishCalendar(ctx context.Context, p Publication) (out CalendarVersion, err error) {
	return out, c.Post(ctx, "/calendar-versions", p, &out)
}

// CalendarVersion returns a version of the calendar with its content and readers.
func (c *Client) CalendarVersion(ctx context.Context, number string) (out CalendarVersion, err error) {
	return out, c.Get(ctx, Path("calendar-versions", number), nil, &out)
}

// AcknowledgeCalendar says that the caller has read a version of the calendar.
func (c *Client) AcknowledgeCalendar(ctx context.Context, number string) (out CalendarVersion, err error) {
	return out, c.Post(ctx, Path("calendar-versions", number, "acknowledge"), nil, &out)
}
