package client

import (
	"context"
	"net/url"
	"time"
)

// RoadmapDate is when a release is to reach production, as people propose it and agree on it.
type RoadmapDate struct {
	ID          string             `json:"id"`
	Key         string             `json:"key"`
	Product     string             `json:"product"`
	ProductKey  string             `json:"productKey"`
	ProductName string             `json:"productName"`
	Release     string             `json:"release,omitempty"`
	ReleaseKey  string             `json:"releaseKey,omitempty"`
	ReleaseName string             `json:"releaseName,omitempty"`
	Version     string             `json:"version"`
	Title       string             `json:"title,omitempty"`
	Window      ReleaseWindow      `json:"window"`
	State       string             `json:"state"` // proposed, negotiation, agreed or withdrawn
	Roles       []string           `json:"roles"`
	Vendor      string             `json:"vendor,omitempty"`
	AnswerBy    *time.Time         `json:"answerBy,omitempty"`
	Round       int                `json:"round"`
	Proposer    string             `json:"proposer,omitempty"`
	AgreedAt    *time.Time         `json:"agreedAt,omitempty"`
	Published   *ReleaseWindow     `json:"published,omitempty"`
	PublishedAt *time.Time         `json:"publishedAt,omitempty"`
	Answers     []RoadmapAnswer    `json:"answers"`
	Statements  []RoadmapStatement `json:"statements,omitempty"`
	Rev         int64              `json:"rev"`
	CreatedAt   time.Time          `json:"createdAt"`
	CreatedBy   string             `json:"createdBy"`
	ChangedAt   time.Time          `json:"changedAt"`
	ChangedBy   string             `json:"changedBy"`
}

// RoadmapAnswer is what a role has said to the date on the table.
type RoadmapAnswer struct {
	Role   string     `json:"role"`
	Answer string     `json:"answer"` // agreed, refused or nothing yet
	Person string     `json:"person,omitempty"`
	At     *time.Time `json:"at,omitempty"`
}

// RoadmapStatement is one thing that was said about a date.
type RoadmapStatement struct {
	Number int           `json:"number"`
	Round  int           `json:"round"`
	Kind   string        `json:"kind"`
	Role   string        `json:"role,omitempty"`
	Person string        `json:"person,omitempty"`
	Name   string        `json:"name,omitempty"`
	Actor  string        `json:"actor"`
	At     time.Time     `json:"at"`
	Window ReleaseWindow `json:"window"`
	Reason string        `json:"reason,omitempty"`
}

// NewRoadmapDate proposes a date, for a release or for a version of a product.
type NewRoadmapDate struct {
	Release  string        `json:"release,omitempty"`
	Product  string        `json:"product,omitempty"`
	Version  string        `json:"version,omitempty"`
	Title    string        `json:"title,omitempty"`
	Window   ReleaseWindow `json:"window"`
	Roles    []string      `json:"roles,omitempty"`
	Role     string        `json:"role,omitempty"`
	Vendor   string        `json:"vendor,omitempty"`
	AnswerBy *time.Time    `json:"answerBy,omitempty"`
	Reason   string        `json:"reason,omitempty"`
}

// RoadmapWord is what somebody says to the date on the table. Rev is the version that was read.
type RoadmapWord struct {
	Role   string         `json:"role,omitempty"`
	Window *ReleaseWindow `json:"window,omitempty"`
	Reason string         `json:"reason,omitempty"`
	Rev    int64          `json:"rev,omitempty"`
}

// Roadmap is the roadmap between two instants.
type Roadmap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Rows []struct {
		Product struct {
			ID   string `json:"id"`
			Key  string `json:"key"`
			Name string `json:"name"`
		} `json:"product"`
		Marks   []RoadmapMark `json:"marks"`
		Freezes []struct {
			Key    string        `json:"key"`
			Name   string        `json:"name"`
			Hard   bool          `json:"hard"`
			Window ReleaseWindow `json:"window"`
		} `json:"freezes"`
	} `json:"rows"`
	Open   []RoadmapDate `json:"open"`
	Trains []Train       `json:"trains"`
}

// RoadmapMark is one date on the roadmap.
type RoadmapMark struct {
	Kind      string        `json:"kind"` // release, version or train
	Name      string        `json:"name"`
	Version   string        `json:"version"`
	State     string        `json:"state"`
	Vendor    string        `json:"vendor,omitempty"`
	Window    ReleaseWindow `json:"window"`
	Release   string        `json:"release,omitempty"`
	Date      string        `json:"date,omitempty"`
	Train     string        `json:"train,omitempty"`
	OpensAt   *time.Time    `json:"opensAt,omitempty"`
	AnswerBy  *time.Time    `json:"answerBy,omitempty"`
	Published bool          `json:"published"`
	Goals     []string      `json:"goals,omitempty"`
}

// Roadmap returns the roadmap. query narrows it: from, to, product, published.
func (c *Client) Roadmap(ctx context.Context, query url.Values) (Roadmap, error) {
	var out Roadmap
	return out, c.Get(ctx, "/roadmap", query, &out)
}

// RoadmapDates returns dates by start, page after page. query narrows them: product, state, published.
func (c *Client) RoadmapDates(ctx context.Context, query url.Values) ([]RoadmapDate, error) {
	return List[RoadmapDate](ctx, c, "/roadmap/dates", query, 0)
}

// RoadmapDate returns a date by key or identifier with everything that was said about it.
func (c *Client) RoadmapDate(ctx context.Context, ref string) (RoadmapDate, error) {
	var out RoadmapDate
	return out, c.Get(ctx, Path("roadmap", "dates", ref), nil, &out)
}

// ProposeDate puts a date on the table.
func (c *Client) ProposeDate(ctx context.Context, in NewRoadmapDate) (RoadmapDate, error) {
	var out RoadmapDate
	return out, c.Post(ctx, "/roadmap/dates", in, &out)
}

// AnswerDate says one of agree, counter and refuse to the date on the table.
func (c *Client) AnswerDate(ctx context.Context, ref, verb string, in RoadmapWord) (RoadmapDate, error) {
	var out RoadmapDate
	return out, c.Post(ctx, Path("roadmap", "dates", ref, verb), in, &out)
}

// WithdrawDate withdraws a date, for a reason.
func (c *Client) WithdrawDate(ctx context.Context, ref string, rev int64, reason string) (RoadmapDate, error) {
	var out RoadmapDate
	return out, c.Post(ctx, Path("roadmap", "dates", ref, "withdraw"), saidOf{reason, rev}, &out)
}

// PublishDates publishes agreed dates, of one product if it is named, and returns those that were not published like that before.
func (c *Client) PublishDates(ctx context.Context, product string) ([]RoadmapDate, error) {
	var out struct{ Items []RoadmapDate }
	err := c.Post(ctx, "/roadmap/publish", struct {
		Product string `json:"product,omitempty"`
	}{product}, &out)
	return out.Items, err
}
