package homeapi

import (
	"context"
	"net/http"

	"slipway/internal/home"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

var weights = map[home.Weight]string{home.Stops: "stops", home.Presses: "presses", home.Waits: "waits"}

// item is one thing that waits for somebody.
type item struct {
	Kind    home.Kind `json:"kind" doc:"verdict, conflict, answer, step, trouble, approval, void, criterion, evidence, condition, task, action, notice, reading, risk or state"`
	Weight  string    `json:"weight" doc:"stops: something cannot go on or will not go; presses: late, or somebody waits now; waits"`
	Title   string    `json:"title"`
	Why     string    `json:"why,omitempty"`
	Who     string    `json:"who,omitempty" doc:"Role or person that it waits for, in words"`
	Mine    bool      `json:"mine" doc:"It waits for the caller"`
	Due     db.Time   `json:"due,omitzero"`
	DueFor  string    `json:"dueFor,omitempty" doc:"window, when the window of the release opens then; absent for the item itself"`
	Release string    `json:"release,omitempty" doc:"Key of the release"`
	Ref     string    `json:"ref,omitempty" doc:"What it is about: a role, the key of a criterion, task or service, the identifier of a run or risk"`
}

type attentionOut struct {
	Body struct {
		Items  []item `json:"items"`
		Mine   int    `json:"mine" doc:"How many wait for the caller"`
		Others int    `json:"others" doc:"How many wait for others"`
	}
}

func attention(a *api.API, d *db.DB, h *home.Home) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/attention", Permission: "home.read", Tag: "Mission control", Summary: "List what waits for the caller",
		Description: "The most pressing first, as mission control has it, from the 40 releases whose windows are nearest. The list is never paged."},
		func(ctx context.Context, in *struct {
			All bool `query:"all" doc:"What waits for others too."`
		}) (*attentionOut, error) {
			out := &attentionOut{}
			out.Body.Items = []item{}
			err := d.Read(ctx, func(tx *db.Tx) error {
				items, err := h.Attention(tx)
				if err != nil {
					return err
				}
				out.Body.Mine, err = h.Mine(tx, items)
				if err != nil {
					return err
				}
				out.Body.Others = len(items) - out.Body.Mine
				out.Body.Items = shown(items, in.All)
				return nil
			})
			return out, err
		})
}

func shown(items []home.Item, all bool) []item {
	out := []item{}
	for _, i := range items {
		if all || i.Mine {
			out = append(out, item{Kind: i.Kind, Weight: weights[i.Weight], Title: i.Title, Why: i.Why, Who: i.Who, Mine: i.Mine, Due: i.Due, DueFor: i.DueFor, Release: i.Release, Ref: i.Ref})
		}
	}
	return out
}
