package planapi

import (
	"context"
	"encoding/base64"
	"net/http"

	"slipway/internal/errs"
	"slipway/internal/plan/register"
	"slipway/internal/platform/api"
	"slipway/internal/platform/httpx"
)

const actionTag = "Actions"

type byAction struct {
	Action string `path:"action" maxLength:"100" doc:"Key or identifier of the action" example:"A-287"`
}

// afterAction is the cursor of the list.
type afterAction struct {
	At     int64 `json:"t"`
	Number int64 `json:"n"`
}

type actionVerb struct {
	byAction
	api.IfMatch
	Body struct {
		Note string `json:"note,omitempty" doc:"Why, as the record will say; needed to send back, drop or reopen"`
		Rev  int64  `json:"rev,omitempty" doc:"Version of the row as it was read"`
	}
}

// RegisterActions adds the operations of the action register.
func RegisterActions(a *api.API, r *register.Register) {
	listActions(a, r)
	workOnActions(a, r)
	type verb = func(context.Context, string, int64, string) (register.Action, error)
	for _, v := range []struct {
		word, permission, summary, text string
		do                              verb
	}{
		{"start", "action.read", "Say that the work on an action has begun", "Its owner does, or who may change all.", func(ctx context.Context, ref string, rev int64, _ string) (register.Action, error) {
			return r.Start(ctx, ref, rev)
		}},
		{"close", "action.read", "Close an action as proven", "Its verifier does, or anybody with action.close but whoever owns it or showed the proof.", r.Close},
		{"send-back", "action.read", "Say that what was shown is not enough", "The action is under way again.", r.SendBack},
		{"drop", "action.read", "End an action that will not be done", "Needs action.edit and a note.", r.Drop},
		{"reopen", "action.read", "Take an action up again", "What was shown for it is put aside; the record keeps it.", r.Reopen},
	} {
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/actions/{action}/" + v.word, Permission: v.permission, Tag: actionTag, Summary: v.summary, Description: v.text, Status: http.StatusOK},
			func(ctx context.Context, in *actionVerb) (*one[register.Action], error) {
				rev, err := in.Version(in.Body.Rev)
				if err != nil {
					return nil, err
				}
				x, err := v.do(ctx, in.Action, rev, in.Body.Note)
				return &one[register.Action]{x}, err
			})
	}
}

func listActions(a *api.API, r *register.Register) {
	type listIn struct {
		api.Paging
		Query   string           `query:"q" maxLength:"200" doc:"Words of the key, title or source, in any case."`
		Owner   string           `query:"owner" maxLength:"100" doc:"Only this person's, by key or identifier."`
		Mine    bool             `query:"mine" doc:"Only the caller's own."`
		State   []register.State `query:"state" doc:"Only these states, with commas between them: open, started, said-done, closed, dropped."`
		Open    bool             `query:"open" doc:"Only those that have not ended."`
		Overdue bool             `query:"overdue" doc:"Only open ones whose due date is over."`
		Gating  bool             `query:"gating" doc:"Only those that a release waits for."`
		Source  string           `query:"source" maxLength:"20" doc:"Only those from this kind of source."`
		Ref     string           `query:"ref" maxLength:"300" doc:"Only those from this source, as it was named."`
		Release string           `query:"release" maxLength:"100" doc:"Only those of this release, by key or identifier."`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/actions", Permission: "action.read", Tag: actionTag, Summary: "List actions", Description: "By due date, those without one last."},
		func(ctx context.Context, in *listIn) (*many[register.Action], error) {
			at, _, err := api.DecodeCursor[afterAction]("actions", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := r.List(ctx, register.Filter{States: in.State, Open: in.Open, Overdue: in.Overdue, Gating: in.Gating, Owner: in.Owner, Mine: in.Mine, Source: in.Source, Ref: in.Ref,
				Release: in.Release, Query: in.Query, AfterSort: at.At, AfterNumber: at.Number, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			p, err := api.PageOf("actions", rows, in.Limit, func(x register.Action) afterAction { return afterAction{x.Order(), x.Number} })
			return &many[register.Action]{p}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/actions/{action}", Permission: "action.read", Tag: actionTag, Summary: "Show an action"},
		func(ctx context.Context, in *byAction) (*one[register.Action], error) {
			x, err := r.Get(ctx, in.Action)
			return &one[register.Action]{x}, err
		})
	api.Raw(a, api.Op{Method: http.MethodGet, Path: "/actions/{action}/proof", Permission: "action.read", Tag: actionTag, Summary: "Download the file that was shown for an action", Produces: "application/octet-stream"},
		func(w http.ResponseWriter, req *http.Request) error {
			x, content, err := r.Proof(req.Context(), req.PathValue("action"))
			if err != nil {
				return err
			}
			w.Header().Set("Digest", "sha-256="+x.Proof.Digest)
			return httpx.Save(w, x.Proof.Name, "application/octet-stream", content)
		})
}

func workOnActions(a *api.API, r *register.Register) {
	type addIn struct{ Body register.Spec }
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/actions", Permission: "action.add", Tag: actionTag, Summary: "Add an action", Status: http.StatusCreated},
		func(ctx context.Context, in *addIn) (*one[register.Action], error) {
			x, err := r.Add(ctx, in.Body)
			return &one[register.Action]{x}, err
		})
	type change struct {
		register.Change
		Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
	}
	type setIn struct {
		byAction
		api.IfMatch
		Body change
	}
	api.Register(a, api.Op{Method: http.MethodPatch, Path: "/actions/{action}", Permission: "action.read", Tag: actionTag, Summary: "Change an action", Description: "Whoever owns or added it may, and who may change all."},
		func(ctx context.Context, in *setIn) (*one[register.Action], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			x, err := r.Set(ctx, in.Action, rev, in.Body.Change)
			return &one[register.Action]{x}, err
		})
	type shown struct {
		register.Shown
		File string `json:"file,omitempty" doc:"A file that shows it, in base64"`
		Name string `json:"name,omitempty" maxLength:"200" doc:"Name of the file"`
		Rev  int64  `json:"rev,omitempty" doc:"Version of the row as it was read"`
	}
	type doneIn struct {
		byAction
		api.IfMatch
		Body shown
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/actions/{action}/done", Permission: "action.read", Tag: actionTag, Summary: "Say that an action is done", Status: http.StatusOK, MaxBody: 16 << 20,
		Description: "Where no proof is asked for that closes it; otherwise it waits for somebody else than its owner."},
		func(ctx context.Context, in *doneIn) (*one[register.Action], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			file, err := base64.StdEncoding.DecodeString(in.Body.File)
			if err != nil {
				return nil, errs.InvalidField("file", "file.malformed", "The file is not in base64.").Because(err)
			}
			x, err := r.Prove(ctx, in.Action, rev, in.Body.Shown, in.Body.Name, file)
			return &one[register.Action]{x}, err
		})
}
