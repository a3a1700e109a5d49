package client

import (
	"context"
	"time"
)

// ReleaseRequest asks for a release of a product, or for something to go onto one.
type ReleaseRequest struct {
	ID            string     `json:"id"`
	Key           string     `json:"key"`
	Number        int64      `json:"number"`
	Product       string     `json:"product"`
	ProductKey    string     `json:"productKey"`
	ProductName   string     `json:"productName"`
	Title         string     `json:"title"`
	Goal          string     `json:"goal"`
	Requirements  []string   `json:"requirements"`
	Wanted        *time.Time `json:"wanted,omitempty"`
	URL           string     `json:"url,omitempty"`
	Requester     string     `json:"requester,omitempty"`
	RequesterName string     `json:"requesterName,omitempty"`
	State         string     `json:"state"` // new, accepted, deferred, declined or withdrawn
	Due           bool       `json:"due"`
	Release       string     `json:"release,omitempty"`
	ReleaseKey    string     `json:"releaseKey,omitempty"`
	ReleaseName   string     `json:"releaseName,omitempty"`
	Train         string     `json:"train,omitempty"`
	TrainKey      string     `json:"trainKey,omitempty"`
	TrainName     string     `json:"trainName,omitempty"`
	Until         *time.Time `json:"until,omitempty"`
	Reason        string     `json:"reason,omitempty"`
	Answerer      string     `json:"answerer,omitempty"`
	AnswererName  string     `json:"answererName,omitempty"`
	AnsweredAt    *time.Time `json:"answeredAt,omitempty"`
	Rev           int64      `json:"rev"`
	CreatedAt     time.Time  `json:"createdAt"`
	CreatedBy     string     `json:"createdBy"`
	ChangedAt     time.Time  `json:"changedAt"`
	ChangedBy     string     `json:"changedBy"`
}

// NewReleaseRequest states a request.
type NewReleaseRequest struct {
	Product      string     `json:"product"`
	Title        string     `json:"title"`
	Goal         string     `json:"goal"`
	Requirements []string   `json:"requirements,omitempty"`
	Wanted       *time.Time `json:"wanted,omitempty"`
	URL          string     `json:"url,omitempty"`
}

// RequestAnswer is what becomes of a request. Rev is the version that was read.
type RequestAnswer struct {
	Release string     `json:"release,omitempty"`
	Train   string     `json:"train,omitempty"`
	Until   *time.Time `json:"until,omitempty"`
	Reason  string     `json:"reason,omitempty"`
	Rev     int64      `json:"rev,omitempty"`
}

// ReleaseRequest returns a request by key or identifier. List[ReleaseRequest] walks "/requests".
func (c *Client) ReleaseRequest(ctx context.Context, ref string) (ReleaseRequest, error) {
	var out ReleaseRequest
	return out, c.Get(ctx, Path("requests", ref), nil, &out)
}

// FileRequest asks for a release.
func (c *Client) FileRequest(ctx context.Context, in NewReleaseRequest) (ReleaseRequest, error) {
	var out ReleaseRequest
	return out, c.Post(ctx, "/requests", in, &out)
}

// AnswerRequest carries one of accept, defer, decline and withdraw out.
func (c *Client) AnswerRequest(ctx context.Context, ref, verb string, in RequestAnswer) (ReleaseRequest, error) {
	var out ReleaseRequest
	return out, c.Post(ctx, Path("requests", ref, verb), in, &out)
}
