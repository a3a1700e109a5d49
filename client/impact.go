package client

import (
	"context"
	"net/http"
	"time"
)

// Impact is what a release does to the users of a service.
type Impact struct {
	Service     string     `json:"service"`
	Kind        string     `json:"kind"` // downtime or degradation
	Minutes     int64      `json:"minutes"`
	Users       string     `json:"users,omitempty"`
	NoticeHours int64      `json:"noticeHours,omitempty"`
	NoticeAt    *time.Time `json:"noticeAt,omitempty"`
	NoticeDue   *time.Time `json:"noticeDue,omitempty"`
	Rev         int64      `json:"rev"`
}

// ImpactSpec is what is stated about the impact of a release on a service; Rev is 0 for a new one.
type ImpactSpec struct {
	Kind        string     `json:"kind"`
	Minutes     int64      `json:"minutes"`
	Users       string     `json:"users,omitempty"`
	NoticeHours int64      `json:"noticeHours,omitempty"`
	NoticeAt    *time.Time `json:"noticeAt,omitempty"`
	Rev         int64      `json:"rev,omitempty"`
}

// Impacts returns what a release does to users, by service.
func (c *Client) Impacts(ctx context.Context, release string) (out Page[Impact], err error) {
	return out, c.Get(ctx, Path("releases", release, "impacts"), nil, &out)
}

// SetImpact states what a release does to the users of a service.
func (c *Client) SetImpact(ctx context.Context, release, service string, s ImpactSpec) (out Impact, err error) {
	return out, c.Do(ctx, Request{Method: http.MethodPut, Path: Path("releases", release, "impacts", service), Body: s}, &out)
}

// DropImpact says that a release does nothing to the users of a service.
func (c *Client) DropImpact(ctx context.Context, release, service string) error {
	return c.Do(ctx, Request{Method: http.MethodDelete, Path: Path("releases", release, "impacts", service)}, nil)
}
