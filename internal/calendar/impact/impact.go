package impact

import (
	"context"
	"slices"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// The kinds of impact.
const (
	Downtime    = "downtime"    // the service does not answer
	Degradation = "degradation" // it answers slowly, or in part
)

// Limits of an impact.
const (
	minutesMax = 7 * 24 * 60
	noticeMax  = 366 * 24
	usersMax   = 1_000
)

// Spec is what a person states about the impact of a release on a service.
type Spec struct {
	Kind        string  `json:"kind" enum:"downtime,degradation" doc:"downtime: the service does not answer; degradation: it answers slowly or in part"`
	Minutes     int64   `json:"minutes" doc:"For how long"`
	Users       string  `json:"users,omitempty" doc:"Whom it hits, in words"`
	NoticeHours int64   `json:"noticeHours,omitempty" doc:"How many hours before it they are owed a notice"`
	NoticeAt    db.Time `json:"noticeAt,omitzero" doc:"When they were told; none, if they were not"`
	Rev         int64   `json:"rev,omitempty" doc:"Version of the row as it was read; 0 for a new one"`
}

// Impact is what a release does to the users of a service.
type Impact struct {
	Release     id.Release `json:"release"`
	Service     id.Service `json:"-"`
	ServiceKey  string     `json:"service"`
	ServiceName string     `json:"serviceName"`
	Kind        string     `json:"kind"`
	Minutes     int64      `json:"minutes"`
	Users       string     `json:"users,omitempty"`
	NoticeHours int64      `json:"noticeHours,omitempty"`
	NoticeAt    db.Time    `json:"noticeAt,omitzero"`
	NoticeDue   db.Time    `json:"noticeDue,omitzero" db:"-"` // when they must be told at the latest
	Notice      Notice     `json:"notice" db:"-" enum:"none,owed,overdue,told,late,moved" doc:"none: none is owed; moved: they were told, and the window was moved after that"`
	MovedAt     db.Time    `json:"movedAt,omitzero" db:"-" doc:"When the window was moved after they were told, so that they know another time"`
	Known       db.Time    `json:"-" db:"-"` // the start that users were told, not read with lists; none if they were told none
	Rev         int64      `json:"rev"`
	ChangedAt   db.Time    `json:"changedAt"`
	ChangedBy   string     `json:"changedBy"` // identifier of the person, or of who acted
}

// on is what an impact is on: a service of a release.
type on struct {
	Release id.Release
	Service id.Service
}

func (i Impact) on() on { return on{i.Release, i.Service} }

// Watch is told of a changed impact inside the same transaction. An error undoes the change.
type Watch func(tx *db.Tx, r plan.Release) error

// Impacts is the service of the wing.
type Impacts struct {
	db    *db.DB
	watch Watch
}

// New returns the service over a migrated database; watch may be nil.
func New(d *db.DB, watch Watch) *Impacts { return &Impacts{d, watch} }

// Of returns the impacts of a release by service. It fails with errs.NotFound if the caller may not see the release.
func (s *Impacts) Of(ctx context.Context, release string) ([]Impact, error) {
	var out []Impact
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, _, err := auth.Scopes(tx, "calendar.read"); err != nil {
			return err
		}
		r, err := plan.ReleaseByRef(tx, release)
		if err == nil {
			out, err = OfTx(tx, r)
		}
		return err
	})
	return out, err
}

// OfTx is Of inside the caller's transaction for a release that was read. It checks no permission.
func OfTx(tx *db.Tx, r plan.Release) ([]Impact, error) {
	by, news, err := of(tx, []id.Release{r.ID})
	if err != nil {
		return nil, err
	}
	out := by[r.ID]
	if len(out) == 0 {
		return []Impact{}, nil
	}
	for i := range out {
		out[i].judge(r.Window, news[out[i].on()], tx.Now)
	}
	return out, nil
}

// Set states the impact of a release on a service that it carries. It fails with errs.Invalid for faulty fields, errs.Conflict if
// the row has another version, and errs.Blocked for a release that has ended.
func (s *Impacts) Set(ctx context.Context, release, service string, in Spec) (Impact, error) {
	var out Impact
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		r, x, was, err := s.open(tx, release, service)
		if err != nil {
			return err
		}
		if err := in.check(tx, r, x); err != nil {
			return err
		}
		if err := fresh(was, x, in.Rev); err != nil {
			return err
		}
		out = Impact{Release: r.ID, Service: x.ID, ServiceKey: x.Key, ServiceName: x.Name, Kind: in.Kind, Minutes: in.Minutes, Users: in.Users, NoticeHours: in.NoticeHours, NoticeAt: in.NoticeAt,
			Rev: in.Rev + 1, ChangedAt: tx.Now, ChangedBy: ledger.ActorOf(tx.Context()).ID}
		if err := put(tx, out); err != nil {
			return err
		}
		if err := out.stand(tx, r); err != nil {
			return err
		}
		entry(tx, r, Stated, map[string]any{"service": x.Key, "kind": in.Kind, "minutes": in.Minutes, "users": in.Users, "noticeHours": in.NoticeHours, "noticeAt": in.NoticeAt})
		return s.changed(tx, r)
	})
	return out, err
}

// Drop says that a release has no impact on a service after all. It fails as Set does, and with errs.NotFound if none was stated.
func (s *Impacts) Drop(ctx context.Context, release, service string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		r, x, was, err := s.open(tx, release, service)
		if err != nil {
			return err
		}
		if was.Rev == 0 {
			return auth.Unseen("impact")
		}
		if err := drop(tx, r.ID, x.ID); err != nil {
			return err
		}
		entry(tx, r, Dropped, map[string]any{"service": x.Key})
		return s.changed(tx, r)
	})
}

// fresh fails with errs.Conflict if a row has another version than the one that was read.
func fresh(was Impact, x catalog.Service, rev int64) error {
	if was.Rev == rev {
		return nil
	}
	return errs.Conflict("row.stale", was, "Not saved. The impact on %s was changed by somebody else. Compare with what it is now, then save again.", x.Name)
}

func (s *Impacts) changed(tx *db.Tx, r plan.Release) error {
	if s.watch == nil {
		return nil
	}
	return s.watch(tx, r)
}

func (s *Impacts) open(tx *db.Tx, release, service string) (r plan.Release, x catalog.Service, was Impact, err error) {
	if r, err = plan.ReleaseByRef(tx, release); err != nil {
		return r, x, was, err
	}
	if err = auth.Check(tx, "impact.edit", plan.Scope(r)); err != nil {
		return r, x, was, err
	}
	if r.Ended() {
		return r, x, was, errs.Blocked("release.ended", "%s is %s.", r.Name, r.State.Words())
	}
	if x, err = catalog.ServiceByRef(tx, service); err != nil {
		return r, x, was, err
	}
	all, err := OfTx(tx, r)
	for _, i := range all {
		if i.Service == x.ID {
			was = i
		}
	}
	return r, x, was, err
}

func (in Spec) check(tx *db.Tx, r plan.Release, x catalog.Service) error {
	var bad errs.Faults
	if in.Kind != Downtime && in.Kind != Degradation {
		bad.Say("kind", "impact.kind", "An impact is downtime or degradation.")
	}
	if in.Minutes < 1 || in.Minutes > minutesMax {
		bad.Say("minutes", "impact.minutes", "An impact lasts 1 to %d minutes.", minutesMax)
	}
	if in.NoticeHours < 0 || in.NoticeHours > noticeMax {
		bad.Say("noticeHours", "impact.notice", "A notice is owed 0 to %d hours before.", noticeMax)
	}
	bad.Add(catalog.CheckText("users", in.Users, usersMax, false))
	if in.NoticeAt > tx.Now {
		bad.Say("noticeAt", "impact.told_ahead", "Users were told at a time that has passed; this one is still to come.")
	}
	items, err := plan.Manifest(tx, r.ID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(items, func(m plan.ManifestItem) bool { return m.Service == x.ID }) {
		bad.Say("service", "service.not_carried", "The release does not carry the service %s.", strings.TrimSpace(x.Name))
	}
	return bad.Err("The input is not valid.", 0)
}
