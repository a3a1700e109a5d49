package client

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// Train is a cadence that opens releases by itself, with its dates.
type Train struct {
	ID           string           `json:"id"`
	Key          string           `json:"key"`
	Name         string           `json:"name"`
	Text         string           `json:"text,omitempty"`
	Product      string           `json:"product"`
	ProductKey   string           `json:"productKey"`
	ProductName  string           `json:"productName"`
	Template     string           `json:"template"`
	Start        string           `json:"start"`
	Zone         string           `json:"zone"`
	RRule        string           `json:"rrule"`
	Length       string           `json:"length"`
	Lead         string           `json:"lead"`
	Pattern      string           `json:"pattern"`
	Number       int64            `json:"number"`
	Frozen       string           `json:"frozen"` // skip, shift or open
	Skips        []string         `json:"skips"`
	Environments []string         `json:"environments"`
	Services     []TrainService   `json:"services"`
	Owner        string           `json:"owner"`
	State        string           `json:"state"` // running, paused or closed
	StateReason  string           `json:"stateReason,omitempty"`
	StateAt      time.Time        `json:"stateAt"`
	NextAt       *time.Time       `json:"nextAt,omitempty"`
	OpensAt      *time.Time       `json:"opensAt,omitempty"`
	Fault        string           `json:"fault,omitempty"`
	Rev          int64            `json:"rev"`
	CreatedAt    time.Time        `json:"createdAt"`
	CreatedBy    string           `json:"createdBy"`
	ChangedAt    time.Time        `json:"changedAt"`
	ChangedBy    string           `json:"changedBy"`
	Past         []TrainDeparture `json:"past"`
	Ahead        []TrainDeparture `json:"ahead"`
}

// TrainService is a service that the releases of a train carry, and how its version is made.
type TrainService struct {
	Service string `json:"service"`
	Version string `json:"version,omitempty"`
}

// TrainDeparture is one date of a train.
type TrainDeparture struct {
	At          time.Time      `json:"at"`
	Outcome     string         `json:"outcome"` // ahead, opened or skipped
	Reason      string         `json:"reason,omitempty"`
	Version     string         `json:"version,omitempty"`
	Window      *ReleaseWindow `json:"window,omitempty"`
	OpensAt     *time.Time     `json:"opensAt,omitempty"`
	Release     string         `json:"release,omitempty"`
	ReleaseKey  string         `json:"releaseKey,omitempty"`
	ReleaseName string         `json:"releaseName,omitempty"`
	State       string         `json:"state,omitempty"`
	SettledAt   *time.Time     `json:"settledAt,omitempty"`
}

// NewTrain states a train. Rev is the version that was read, 0 for a new one.
type NewTrain struct {
	Key          string         `json:"key"`
	Product      string         `json:"product"`
	Name         string         `json:"name,omitempty"`
	Text         string         `json:"text,omitempty"`
	Template     string         `json:"template,omitempty"`
	Start        string         `json:"start"`
	Zone         string         `json:"zone"`
	RRule        string         `json:"rrule"`
	Length       string         `json:"length"`
	Lead         string         `json:"lead"`
	Pattern      string         `json:"pattern"`
	Number       int64          `json:"number,omitempty"`
	Frozen       string         `json:"frozen,omitempty"`
	Skips        []string       `json:"skips,omitempty"`
	Environments []string       `json:"environments,omitempty"`
	Services     []TrainService `json:"services,omitempty"`
	Owner        string         `json:"owner,omitempty"`
	Rev          int64          `json:"rev,omitempty"`
}

// Stated returns the train as it would be stated again.
func (t Train) Stated() NewTrain {
	return NewTrain{Key: t.Key, Product: t.ProductKey, Name: t.Name, Text: t.Text, Template: t.Template, Start: t.Start, Zone: t.Zone, RRule: t.RRule, Length: t.Length, Lead: t.Lead,
		Pattern: t.Pattern, Number: t.Number, Frozen: t.Frozen, Skips: t.Skips, Environments: t.Environments, Services: t.Services, Owner: t.Owner, Rev: t.Rev}
}

// Trains returns the trains, those of one product if it is named; closed ones only if asked for.
func (c *Client) Trains(ctx context.Context, product string, closed bool) ([]Train, error) {
	q := url.Values{}
	if product != "" {
		q.Set("product", product)
	}
	if closed {
		q.Set("closed", strconv.FormatBool(closed))
	}
	var out struct{ Items []Train }
	err := c.Get(ctx, "/trains", q, &out)
	return out.Items, err
}

// Train returns a train by key or identifier.
func (c *Client) Train(ctx context.Context, ref string) (Train, error) {
	var out Train
	return out, c.Get(ctx, Path("trains", ref), nil, &out)
}

// PreviewTrain returns the next ten dates of a train as it is stated, without keeping it.
func (c *Client) PreviewTrain(ctx context.Context, in NewTrain) ([]TrainDeparture, error) {
	var out struct{ Items []TrainDeparture }
	in.Rev = 0
	err := c.Post(ctx, "/trains/preview", in, &out)
	return out.Items, err
}

// AddTrain adds a train.
func (c *Client) AddTrain(ctx context.Context, in NewTrain) (Train, error) {
	var out Train
	in.Rev = 0
	return out, c.Post(ctx, "/trains", in, &out)
}

// SetTrain replaces what is stated about a train.
func (c *Client) SetTrain(ctx context.Context, ref string, in NewTrain) (Train, error) {
	var out Train
	return out, c.Put(ctx, Path("trains", ref), in, &out)
}

type saidOf struct {
	Reason string `json:"reason,omitempty"`
	Rev    int64  `json:"rev,omitempty"`
}

// TurnTrain carries one of the verbs pause, resume and close out.
func (c *Client) TurnTrain(ctx context.Context, ref, verb string, rev int64, reason string) (Train, error) {
	var out Train
	return out, c.Post(ctx, Path("trains", ref, verb), saidOf{reason, rev}, &out)
}

// OpenTrain opens the next release of a train before its lead time.
func (c *Client) OpenTrain(ctx context.Context, ref string, rev int64) (Release, error) {
	var out Release
	return out, c.Post(ctx, Path("trains", ref, "open"), saidOf{Rev: rev}, &out)
}
