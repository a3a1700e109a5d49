package intake

import (
	"slipway/internal/id"
	"slipway/internal/plan/train"
	"slipway/internal/platform/db"
)

// ID identifies a request.
type ID string

// State is what became of a request.
type State string

// The states of a request.
const (
	StateNew       State = "new"
	StateAccepted  State = "accepted"
	StateDeferred  State = "deferred"
	StateDeclined  State = "declined"
	StateWithdrawn State = "withdrawn"
)

// States returns the states of a request.
func States() []string {
	return []string{string(StateNew), string(StateAccepted), string(StateDeferred), string(StateDeclined), string(StateWithdrawn)}
}

// Request asks for a release of a product, or for something to go onto one.
type Request struct {
	ID            ID         `json:"id"`
	Key           string     `json:"key"` // REQ-12, also of the scope item that it becomes
	Number        int64      `json:"number"`
	Product       id.Product `json:"product"`
	ProductKey    string     `json:"productKey"`
	ProductName   string     `json:"productName"`
	Title         string     `json:"title"`
	Goal          string     `json:"goal"`
	Requirements  []string   `json:"requirements" db:"-"`
	Wanted        db.Time    `json:"wanted,omitzero"` // by when
	URL           string     `json:"url,omitempty"`
	Requester     id.Person  `json:"requester,omitempty"`
	RequesterName string     `json:"requesterName,omitempty" db:"-"`
	State         State      `json:"state" enum:"new,accepted,deferred,declined,withdrawn"`
	Due           bool       `json:"due" db:"-"` // waits for an answer: new, or deferred until a day that has come
	Release       id.Release `json:"release,omitempty"`
	ReleaseKey    string     `json:"releaseKey,omitempty"`
	ReleaseName   string     `json:"releaseName,omitempty"`
	Train         train.ID   `json:"train,omitempty"`
	TrainKey      string     `json:"trainKey,omitempty"`
	TrainName     string     `json:"trainName,omitempty"`
	Until         db.Time    `json:"until,omitzero"` // of a deferred one
	Reason        string     `json:"reason,omitempty"`
	Answerer      id.Person  `json:"answerer,omitempty"`
	AnswererName  string     `json:"answererName,omitempty" db:"-"`
	AnsweredAt    db.Time    `json:"answeredAt,omitzero"`
	Rev           int64      `json:"rev"`
	CreatedAt     db.Time    `json:"createdAt"`
	CreatedBy     string     `json:"createdBy"`
	ChangedAt     db.Time    `json:"changedAt"`
	ChangedBy     string     `json:"changedBy"`
}

// Answerable reports whether a request can be answered: it is new or deferred.
func (r Request) Answerable() bool { return r.State == StateNew || r.State == StateDeferred }

// Spec states a request.
type Spec struct {
	Product      string   `json:"product" doc:"Key or identifier of the product"`
	Title        string   `json:"title" doc:"What is asked for, in a line" example:"Instant payments for business accounts"`
	Goal         string   `json:"goal" doc:"What it is to achieve, and for whom"`
	Requirements []string `json:"requirements,omitempty" doc:"What it has to do, one by one"`
	Wanted       db.Time  `json:"wanted,omitzero" doc:"By when it is wanted in production"`
	URL          string   `json:"url,omitempty" doc:"Where more is written, such as an issue of a tracker"`
}

// Answer is what becomes of a request.
type Answer struct {
	Release string  `json:"release,omitempty" doc:"For acceptance, key or identifier of the release that it goes onto"`
	Train   string  `json:"train,omitempty" doc:"Or key or identifier of the train whose next release it goes onto"`
	Until   db.Time `json:"until,omitzero" doc:"For a deferral, when it is looked at again"`
	Reason  string  `json:"reason,omitempty" doc:"Why, as the requester reads it; required to defer and to decline"`
}
