package client

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// Product is what is sold or offered to users.
type Product struct {
	ID    string `json:"id,omitempty"`
	Key   string `json:"key"`
	Name  string `json:"name"`
	Text  string `json:"text,omitempty"`
	Owner string `json:"owner,omitempty"`
	Rev   int64  `json:"rev,omitempty"`
}

// Service is one independently deployable unit of a product.
type Service struct {
	ID         string `json:"id,omitempty"`
	Key        string `json:"key"`
	Name       string `json:"name"`
	Text       string `json:"text,omitempty"`
	Product    string `json:"product"`
	ProductKey string `json:"productKey,omitempty"`
	Owner      string `json:"owner,omitempty"`
	Team       string `json:"team,omitempty"`
	Tier       int    `json:"tier,omitempty"`
	Rev        int64  `json:"rev,omitempty"`
}

// Environment is a place where versions run.
type Environment struct {
	ID          string `json:"id"`
	Key         string `json:"key"`
	Name        string `json:"name"`
	Text        string `json:"text,omitempty"`
	Tier        string `json:"tier"`
	Rank        int    `json:"rank"`
	Owner       string `json:"owner,omitempty"`
	DefaultOpen bool   `json:"defaultOpen"`
	Rule        string `json:"rule"`
	Rev         int64  `json:"rev"`
}

// Deployment is the recorded fact that a version of a service went to an environment.
type Deployment struct {
	ID             string    `json:"id,omitempty"`
	ServiceKey     string    `json:"serviceKey"`
	EnvironmentKey string    `json:"environmentKey"`
	Version        string    `json:"version"`
	Digest         string    `json:"digest,omitempty"`
	Before         string    `json:"before,omitempty"`
	Outcome        string    `json:"outcome"`
	Release        string    `json:"release,omitempty"`
	At             time.Time `json:"at"`
	Source         string    `json:"source,omitempty"`
}

// NewDeployment is a deployment to record.
type NewDeployment struct {
	Service     string     `json:"service"`
	Environment string     `json:"environment"`
	Version     string     `json:"version"`
	Digest      string     `json:"digest,omitempty"`
	Outcome     string     `json:"outcome,omitempty"`
	At          *time.Time `json:"at,omitempty"`
	Source      string     `json:"source,omitempty"`
}

// Matrix is what runs where.
type Matrix struct {
	Environments []Environment `json:"environments"`
	Rows         []MatrixRow   `json:"rows"`
	Drifts       int           `json:"drifts"`
	Next         string        `json:"next,omitempty"`
}

// MatrixRow is one service of a matrix.
type MatrixRow struct {
	Service Service `json:"service"`
	Cells   []Cell  `json:"cells"`
}

// Cell is what runs of a service in an environment; Mark is ahead, behind, drift or empty.
type Cell struct {
	Environment string    `json:"environment"`
	Version     string    `json:"version"`
	Digest      string    `json:"digest,omitempty"`
	Since       time.Time `json:"since"`
	Mark        string    `json:"mark,omitempty"`
}

// Bar forbids a version of a service in a tier and those above.
type Bar struct {
	ID       string    `json:"id"`
	Version  string    `json:"version"`
	Digest   string    `json:"digest,omitempty"`
	FromTier string    `json:"fromTier"`
	Reason   string    `json:"reason"`
	BarredAt time.Time `json:"barredAt"`
}

// AddProduct adds a product.
func (c *Client) AddProduct(ctx context.Context, p Product) (out Product, err error) {
	return out, c.Post(ctx, "/products", p, &out)
}

// Product returns a product by key or identifier.
func (c *Client) Product(ctx context.Context, ref string) (out Product, err error) {
	return out, c.Get(ctx, Path("products", ref), nil, &out)
}

// SetProduct replaces what is stated about a product, against the version p.Rev.
func (c *Client) SetProduct(ctx context.Context, ref string, p Product) (out Product, err error) {
	return out, c.Put(ctx, Path("products", ref), map[string]any{"key": p.Key, "name": p.Name, "text": p.Text, "owner": p.Owner, "rev": p.Rev}, &out)
}

// AddService adds a service.
func (c *Client) AddService(ctx context.Context, s Service) (out Service, err error) {
	return out, c.Post(ctx, "/services", map[string]any{"key": s.Key, "name": s.Name, "text": s.Text, "product": s.Product, "owner": s.Owner, "team": s.Team, "tier": s.Tier}, &out)
}

// Service returns a service by key or identifier.
func (c *Client) Service(ctx context.Context, ref string) (out Service, err error) {
	return out, c.Get(ctx, Path("services", ref), nil, &out)
}

// SetService replaces what is stated about a service, against the version s.Rev.
func (c *Client) SetService(ctx context.Context, ref string, s Service) (out Service, err error) {
	return out, c.Put(ctx, Path("services", ref), map[string]any{"key": s.Key, "name": s.Name, "text": s.Text, "product": s.Product, "owner": s.Owner, "team": s.Team, "tier": s.Tier, "rev": s.Rev}, &out)
}

// Environment returns an environment by key or identifier.
func (c *Client) Environment(ctx context.Context, ref string) (out Environment, err error) {
	return out, c.Get(ctx, Path("environments", ref), nil, &out)
}

// RecordDeployment records a deployment that Slipway did not run itself.
func (c *Client) RecordDeployment(ctx context.Context, d NewDeployment) (out Deployment, err error) {
	return out, c.Post(ctx, "/deployments", d, &out)
}

// Matrix returns a page of what runs where. at is the zero time for now.
func (c *Client) Matrix(ctx context.Context, product, query, after string, at time.Time, drift bool) (out Matrix, err error) {
	q := url.Values{"drift": {strconv.FormatBool(drift)}}
	for k, v := range map[string]string{"product": product, "q": query, "after": after} {
		if v != "" {
			q.Set(k, v)
		}
	}
	if !at.IsZero() {
		q.Set("at", at.Format(time.RFC3339Nano))
	}
	return out, c.Get(ctx, "/matrix", q, &out)
}

// BarVersion bars a version of a service; fromTier empty means everywhere.
func (c *Client) BarVersion(ctx context.Context, service, version, digest, fromTier, reason string) (out Bar, err error) {
	body := map[string]any{"version": version, "reason": reason}
	if digest != "" {
		body["digest"] = digest
	}
	if fromTier != "" {
		body["fromTier"] = fromTier
	}
	return out, c.Post(ctx, Path("services", service, "bars"), body, &out)
}

// LiftVersion lifts a bar with a reason.
func (c *Client) LiftVersion(ctx context.Context, bar, reason string) (out Bar, err error) {
	return out, c.Post(ctx, Path("bars", bar, "lift"), map[string]any{"reason": reason}, &out)
}
