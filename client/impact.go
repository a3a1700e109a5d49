package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Impact is what a release does to the users of a service.
type Impact struct {
	Service     string     `json:"service"`
	ServiceName string     `json:"serviceName"`
	Kind        string     `json:"kind"` // downtime or degradation
	Minutes     int64      `json:"minutes"`
	Users       string     `json:"users,omitempty"`
	NoticeHours int64      `json:"noticeHours,omitempty"`
	NoticeAt    *time.Time `json:"noticeAt,omitempty"`
	NoticeDue   *time.Time `json:"noticeDue,omitempty"`
	Notice      string     `json:"notice"`            // none, owed, overdue, told, late or moved
	MovedAt     *time.Time `json:"movedAt,omitempty"` // when the window was moved after users were told
	Rev         int64      `json:"rev"`
	ChangedAt   time.Time  `json:"changedAt"`
	ChangedBy   string     `json:"changedBy"`
}

// ImpactListed is an impact with its release.
type ImpactListed struct {
	Impact
	ReleaseKey  string     `json:"releaseKey"`
	ReleaseName string     `json:"releaseName"`
	Owner       string     `json:"owner,omitempty"`
	WindowStart *time.Time `json:"windowStart,omitempty"`
	WindowEnd   *time.Time `json:"windowEnd,omitempty"`
}

// HarmOffer is a free time of a release with the harm that it does to users there.
type HarmOffer struct {
	Start       time.Time  `json:"start"`
	End         time.Time  `json:"end"`
	HarmMinutes int64      `json:"harmMinutes"`
	Busy        []string   `json:"busy,omitempty"`
	NearMinutes int64      `json:"nearMinutes"`
	Near        []string   `json:"near,omitempty"`
	TellBy      *time.Time `json:"tellBy,omitempty"`
	Why         []string   `json:"why"`
}

// HarmWindows are the free times of a release, and how its dependencies narrow them; Narrowed is a sentence, "" if they do not.
type HarmWindows struct {
	Items    []HarmOffer `json:"items"`
	After    *time.Time  `json:"after,omitempty"`
	Before   *time.Time  `json:"before,omitempty"`
	Narrowed string      `json:"narrowed,omitempty"`
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

// TellImpact says that the users of a service were told; at may be zero for now. rev is the version of the impact as it was read.
func (c *Client) TellImpact(ctx context.Context, release, service string, rev int64, at time.Time) (out Impact, err error) {
	body := struct {
		At  *time.Time `json:"at,omitempty"`
		Rev int64      `json:"rev"`
	}{Rev: rev}
	if !at.IsZero() {
		body.At = &at
	}
	return out, c.Do(ctx, Request{Method: http.MethodPost, Path: Path("releases", release, "impacts", service, "told"), Body: body}, &out)
}

// HarmWindows returns free times of a release, the least harmful first, as the parameters of the operation narrow them.
func (c *Client) HarmWindows(ctx context.Context, release string, q url.Values) (out HarmWindows, err error) {
	return out, c.Get(ctx, Path("releases", release, "impacts", "windows"), q, &out)
}
