package resource

import (
	"context"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Tool is a tool, a licence or equipment that can be used so much and no more.
type Tool struct {
	ID        string  `json:"id"`
	Key       string  `json:"key"`
	Name      string  `json:"name"`
	Text      string  `json:"text,omitempty"`
	Kind      string  `json:"kind"`           // tool, licence or equipment
	Team      id.Team `json:"team,omitempty"` // whose lead answers requests for it
	Units     int64   `json:"units"`
	Weekly    int64   `json:"weekly"` // minutes a week of each unit
	Closed    bool    `json:"closed,omitempty"`
	Rev       int64   `json:"rev"`
	ChangedAt db.Time `json:"changedAt"`
	ChangedBy string  `json:"changedBy"`
}

// NewTool states a tool whole.
type NewTool struct {
	Name   string `json:"name" doc:"Name as pages show it" example:"Load rig"`
	Text   string `json:"text,omitempty" doc:"What it is for"`
	Kind   string `json:"kind" enum:"tool,licence,equipment" doc:"tool, licence or equipment"`
	Team   string `json:"team,omitempty" doc:"Key of the team whose lead answers requests for it"`
	Units  int64  `json:"units" minimum:"1" maximum:"100000" doc:"How many there are: seats of a licence, machines of a kind"`
	Weekly int64  `json:"weekly" minimum:"1" maximum:"10080" doc:"Minutes a week for which each can be used"`
	Closed bool   `json:"closed,omitempty" doc:"It is not there any more"`
	Rev    int64  `json:"rev,omitempty" doc:"Version as it was read; 0 takes whatever there is"`
}

// SetTool states a tool by its key, whole. It fails with errs.Invalid for faulty fields and with errs.Conflict, carrying the
// present tool, if the version is gone.
func (c *Resources) SetTool(ctx context.Context, key string, in NewTool) (Tool, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Tool, error) {
		if err := auth.Check(tx, "resource.edit", auth.Everywhere); err != nil {
			return Tool{}, err
		}
		now, err := ToolByKey(tx, key)
		fresh := errs.Is(err, errs.CodeNotFound)
		if err != nil && !fresh {
			return Tool{}, err
		}
		if in.Rev != 0 && in.Rev != now.Rev {
			return Tool{}, auth.Stale(tx, now, id.Person(now.ChangedBy), now.ChangedAt)
		}
		out, err := in.checked(tx, key)
		if err != nil {
			return Tool{}, err
		}
		out.ID, out.Rev, out.ChangedAt, out.ChangedBy = now.ID, now.Rev+1, tx.Now, Actor(tx)
		if fresh {
			out.ID = id.New[string]()
		}
		if err := putTool(tx, out, fresh); err != nil {
			return Tool{}, err
		}
		entry(tx, ToolSet, "tool", out.ID, map[string]any{"key": key, "name": out.Name, "kind": out.Kind, "units": out.Units, "weekly": out.Weekly, "closed": out.Closed})
		return out, nil
	})
}

func (in NewTool) checked(tx *db.Tx, key string) (Tool, error) {
	var f Faults
	f.Add(id.CheckKey("key", key))
	f.Text("name", in.Name, catalog.NameMax, true)
	f.Text("text", in.Text, catalog.TextMax, false)
	if in.Kind != "tool" && in.Kind != "licence" && in.Kind != "equipment" {
		f.Say("kind", "tool.kind_unknown", "It is a tool, a licence or equipment, not a %.30q.", in.Kind)
	}
	if in.Units < 1 || in.Units > 100_000 {
		f.Say("units", "tool.units", "There are 1 to 100,000 of it, not %d.", in.Units)
	}
	if in.Weekly < 1 || in.Weekly > WeeklyMax {
		f.Say("weekly", "weekly.out_of_range", "Give the minutes of a week for which each can be used, 1 to %d.", WeeklyMax)
	}
	out := Tool{Key: key, Name: in.Name, Text: in.Text, Kind: in.Kind, Units: in.Units, Weekly: in.Weekly, Closed: in.Closed}
	if in.Team != "" {
		t, err := auth.TeamByRef(tx, in.Team)
		if errs.Is(err, errs.CodeNotFound) {
			f.Say("team", "team.unknown", "There is no team %.60q.", in.Team)
		} else {
			f.Add(err)
		}
		out.Team = t.ID
	}
	return out, f.Refusal()
}

// Tools returns every tool by key, closed ones last.
func (c *Resources) Tools(ctx context.Context) ([]Tool, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Tool, error) {
		if err := Anywhere(tx, "resource.read"); err != nil {
			return nil, err
		}
		return ListTools(tx)
	})
}

// WeeklyMax is the most minutes of a week.
const WeeklyMax = 7 * 24 * 60
