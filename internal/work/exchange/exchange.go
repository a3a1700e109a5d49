package exchange

import (
	"context"
	"encoding/json"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/planfile"
)

// Exchange is the service.
type Exchange struct{ db *db.DB }

// New returns the service over a migrated database.
func New(d *db.DB) *Exchange { return &Exchange{d} }

// Format is how a file keeps a plan.
type Format = planfile.Format

// The formats. JSON is written only: what it has is what the operations of the tasks answer with.
const (
	CSV   = planfile.CSV
	XLSX  = planfile.XLSX
	MSPDI = planfile.MSPDI
	JSON  = Format("json")
)

// Guess returns the format that the first bytes of a file speak for.
func Guess(data []byte) Format { return planfile.Guess(data) }

// BytesMax bounds a file, in bytes.
const BytesMax = planfile.BytesMax

// File is a plan in the form of another tool.
type File struct {
	Name  string // to save it under
	Type  string // media type
	Bytes []byte
}

// kinds are the endings and media types of the formats.
var kinds = map[Format][2]string{
	CSV:   {"csv", "text/csv; charset=utf-8"},
	XLSX:  {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	MSPDI: {"xml", "application/xml"},
	JSON:  {"json", "application/json"},
}

// Export writes the tasks of a release in a format, with wall times of the caller's zone. It fails with errs.NotFound if the caller may
// not see it and with errs.Invalid for a format that is unknown.
func (x *Exchange) Export(ctx context.Context, release string, f Format) (File, error) {
	kind, known := kinds[f]
	if !known {
		return File{}, errs.InvalidField("format", "file.format_unknown", "A plan is written as csv, xlsx, mspdi or json, not %.20q.", string(f))
	}
	var out File
	var p planfile.Plan
	var tasks []work.Task
	err := x.db.Read(ctx, func(tx *db.Tx) error {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return err
		}
		if err := auth.CheckSeen(tx, "work.read", plan.Scope(r), "release"); err != nil {
			return err
		}
		out = File{Name: r.Key + "." + kind[0], Type: kind[1]}
		if tasks, err = work.TasksOf(tx, r.ID); err != nil {
			return err
		}
		p, err = planOf(tx, r, tasks)
		return err
	})
	if err != nil {
		return out, err
	}
	if f == JSON {
		out.Bytes, err = json.MarshalIndent(map[string]any{"tasks": tasks}, "", "  ")
		return out, err
	}
	out.Bytes, err = planfile.Write(f, p, zoneOf(ctx))
	return out, err
}

// zoneOf is the zone of wall times in a file: the caller's own.
func zoneOf(ctx context.Context) *time.Location {
	if who, ok := auth.Viewer(ctx); ok {
		return who.Zone()
	}
	return time.UTC
}

// planOf is the tasks of a release as a file has them: people and phases by their keys.
func planOf(tx *db.Tx, r plan.Release, tasks []work.Task) (planfile.Plan, error) {
	p := planfile.Plan{Name: r.Name}
	var who []id.Person
	for _, t := range tasks {
		who = append(who, t.Owner)
	}
	people, err := auth.PeopleByID(tx, who...)
	if err != nil {
		return p, err
	}
	at := make(map[string]int, len(tasks))
	for i, t := range tasks {
		at[t.Key] = i
	}
	for _, t := range tasks {
		x := planfile.Task{Key: t.Key, Name: t.Name, Owner: people[t.Owner].Key, Phase: t.Phase, Status: string(t.Status), Low: -1, Likely: -1, High: -1, Percent: -1, Remaining: -1,
			NotBefore: std(t.NotBefore), FixedStart: std(t.FixedStart), FixedEnd: std(t.FixedEnd), Due: std(t.Due), Started: std(t.StartedAt), Ended: std(t.EndedAt), Items: t.Items, Text: t.Text}
		if !t.Estimate.IsZero() {
			x.Low, x.Likely, x.High = t.Estimate.Low, t.Estimate.Likely, t.Estimate.High
		}
		if t.Remaining != nil {
			x.Remaining = *t.Remaining
		}
		for _, l := range t.Links() {
			x.Links = append(x.Links, planfile.Link{Task: l.Task, To: at[l.Task], Kind: l.Type, Lag: l.Lag, Elapsed: l.Elapsed})
		}
		p.Tasks = append(p.Tasks, x)
		if s := std(t.NotBefore); p.Start.IsZero() || !s.IsZero() && s.Before(p.Start) {
			p.Start = s
		}
	}
	return p, nil
}

func std(t db.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.Std()
}
