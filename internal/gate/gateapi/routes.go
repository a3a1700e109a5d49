package gateapi

import (
	"context"
	"net/http"
	"time"

	"slipway/internal/gate"
	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

// Register adds the operations of the gate.
func Register(a *api.API, g *gate.Gate) {
	verdicts(a, g)
	criteria(a, g)
	changes(a, g)
	answers(a, g)
	waivers(a, g)
	evidence(a, g)
	originals(a, g)
}

// one is the answer of an operation on one thing.
type one[T any] struct{ Body T }

// many is the answer of a list.
type many[T any] struct{ Body api.Page[T] }

type byRelease struct {
	Release string `path:"release" maxLength:"100" doc:"Key or identifier of the release"`
}

type byCriterion struct {
	byRelease
	Criterion string `path:"criterion" maxLength:"100" doc:"Key of the criterion"`
}

type verdictBody struct {
	Release       string       `json:"release" doc:"Key of the release"`
	Verdict       gate.Word    `json:"verdict" enum:"go,no-go,pending"`
	ComputedAt    db.Time      `json:"computedAt"`
	ContentDigest string       `json:"contentDigest" doc:"Digest of the release's content that was judged"`
	Reasons       []reasonBody `json:"reasons" doc:"Of NO-GO and PENDING, the worst first"`
}

type reasonBody struct {
	Code      string  `json:"code" doc:"Stable dotted word"`
	Text      string  `json:"text"`
	Criterion string  `json:"criterion" doc:"Key, or empty for what no criterion says"`
	Owner     string  `json:"owner" doc:"Key of the role or person who can change it"`
	Since     db.Time `json:"since" doc:"None if it is not known"`
	Next      string  `json:"next" doc:"The single next action"`
}

func reasons(rs []gate.Reason) []reasonBody {
	out := make([]reasonBody, len(rs))
	for i, r := range rs {
		out[i] = reasonBody{r.Code, r.Text, r.Criterion, r.Owner, db.At(r.Since), r.Next}
	}
	return out
}

func verdicts(a *api.API, g *gate.Gate) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/verdict", Permission: "gate.read", Tag: "Verdicts", Summary: "Compute the verdict of a release",
		Description: "GO, NO-GO or PENDING with every reason, computed now from criteria, evidence, approvals, risks, back-out and calendar."},
		func(ctx context.Context, in *byRelease) (*one[verdictBody], error) {
			t, err := g.Verdict(ctx, in.Release)
			if err != nil {
				return nil, err
			}
			return &one[verdictBody]{verdictBody{t.Release.Key, t.Verdict.Word, t.At, t.Content, reasons(t.Verdict.Reasons)}}, nil
		})
}

// criterionBody is a criterion with its statement inline and its answer.
type criterionBody struct {
	plan.CriterionSpec
	Position int                 `json:"position"`
	DueAt    db.Time             `json:"dueAt,omitzero"`
	Rev      int64               `json:"rev"`
	State    gate.State          `json:"state" enum:"met,waived,at-risk,not-met,pending,none"`
	Since    db.Time             `json:"since,omitzero"`
	Until    db.Time             `json:"until,omitzero" doc:"When the state ends by time alone"`
	Reasons  []reasonBody        `json:"reasons"`
	Evidence []string            `json:"evidenceCounted" doc:"Identifiers that the state rests on"`
	Stale    []string            `json:"evidenceStale" doc:"Identifiers of another content, kept and not counted"`
	Answers  []gate.Confirmation `json:"answers" doc:"Each person's newest"`
	Waivers  []waiverBody        `json:"waivers" doc:"Newest first"`
}

type waiverBody struct {
	gate.Waiver
	State string `json:"state" enum:"asked,in force,expired,refused,withdrawn"`
}

func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}

func shown(r gate.Readiness, c gate.Criterion) criterionBody {
	a := r.Answer(c.Key)
	out := criterionBody{CriterionSpec: c.Spec, Position: c.Position, DueAt: c.Due(r.Release), Rev: c.Rev, State: a.State, Since: db.At(a.Since), Until: db.At(a.Until),
		Reasons: reasons(a.Reasons), Evidence: list(a.Evidence), Stale: list(a.Stale), Answers: []gate.Confirmation{}, Waivers: []waiverBody{}}
	for _, x := range r.Answers {
		if x.Criterion == c.Key {
			out.Answers = append(out.Answers, x)
		}
	}
	for _, w := range r.Waivers[c.Key] {
		out.Waivers = append(out.Waivers, waiverBody{w, w.State(r.At)})
	}
	if !c.Proven() {
		// What the engine names there is who signed or confirmed, which the answers say.
		out.Evidence, out.Stale = []string{}, []string{}
	}
	return out
}

func criteria(a *api.API, g *gate.Gate) {
	type listIn struct {
		byRelease
		State string `query:"state" enum:"met,waived,at-risk,not-met,pending" doc:"Only criteria in this state."`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/criteria", Permission: "gate.read", Tag: "Criteria", Summary: "List the criteria of a release",
		Description: "In their order, with their states. The list is never paged."},
		func(ctx context.Context, in *listIn) (*many[criterionBody], error) {
			r, err := g.Readiness(ctx, in.Release)
			if err != nil {
				return nil, err
			}
			out := []criterionBody{}
			for _, c := range r.Criteria {
				if b := shown(r, c); in.State == "" || string(b.State) == in.State {
					out = append(out, b)
				}
			}
			return &many[criterionBody]{api.Page[criterionBody]{Items: out}}, nil
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/criteria/{criterion}", Permission: "gate.read", Tag: "Criteria", Summary: "Show a criterion"},
		func(ctx context.Context, in *byCriterion) (*one[criterionBody], error) { return show(ctx, g, *in) })
}

// show answers with a criterion as it is now.
func show(ctx context.Context, g *gate.Gate, in byCriterion) (*one[criterionBody], error) {
	r, err := g.Readiness(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	c, ok := r.Criterion(in.Criterion)
	if !ok {
		return nil, gate.Unknown()
	}
	return &one[criterionBody]{shown(r, c)}, nil
}

type newCriterion struct {
	plan.CriterionSpec
	Reason string `json:"reason,omitempty" doc:"Why, as the record will say"`
}

type criterionChange struct {
	plan.CriterionSpec
	Reason string `json:"reason,omitempty" doc:"Why, as the record will say"`
	Rev    int64  `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

const changeText = "A change of the section criteria: it takes an approved release back to active and voids the approvals that cover the section."

func changes(a *api.API, g *gate.Gate) {
	type addIn struct {
		byRelease
		Body newCriterion
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/criteria", Permission: "gate.edit", Tag: "Criteria", Summary: "Add a criterion", Description: changeText, Status: http.StatusCreated},
		func(ctx context.Context, in *addIn) (*one[gate.Criterion], error) {
			c, err := g.Add(ctx, in.Release, in.Body.CriterionSpec, in.Body.Reason)
			return &one[gate.Criterion]{c}, err
		})
	type setIn struct {
		byCriterion
		api.IfMatch
		Body criterionChange
	}
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/releases/{release}/criteria/{criterion}", Permission: "gate.edit", Tag: "Criteria", Summary: "Replace a criterion", Description: changeText},
		func(ctx context.Context, in *setIn) (*one[gate.Criterion], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			c, err := g.Set(ctx, in.Release, in.Criterion, rev, in.Body.CriterionSpec, in.Body.Reason)
			return &one[gate.Criterion]{c}, err
		})
	type dropIn struct {
		byCriterion
		api.IfMatch
		Rev    int64  `query:"rev" minimum:"0" doc:"Version of the row as it was read"`
		Reason string `query:"reason" maxLength:"500" doc:"Why, as the record will say"`
	}
	api.Register(a, api.Op{Method: http.MethodDelete, Path: "/releases/{release}/criteria/{criterion}", Permission: "gate.edit", Tag: "Criteria", Summary: "Drop a criterion", Description: changeText},
		func(ctx context.Context, in *dropIn) (*struct{}, error) {
			rev, err := in.Version(in.Rev)
			if err != nil {
				return nil, err
			}
			return &struct{}{}, g.Drop(ctx, in.Release, in.Criterion, rev, in.Reason)
		})
	type changesIn struct {
		byRelease
		api.Paging
		Criterion string  `query:"criterion" maxLength:"100" doc:"Only those of this criterion, by key."`
		Since     db.Time `query:"since" doc:"Only changes after this instant."`
		Newest    bool    `query:"newest" doc:"Newest first; oldest first without it."`
	}
	type place struct {
		At int64  `json:"t"`
		ID string `json:"i"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/criteria-changes", Permission: "gate.read", Tag: "Criteria", Summary: "List what changed of the criteria"},
		func(ctx context.Context, in *changesIn) (*many[gate.Change], error) {
			k, _, err := api.DecodeCursor[place]("criteria-changes", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := g.Changes(ctx, in.Release, gate.ChangeFilter{Criterion: in.Criterion, Since: in.Since, Newest: in.Newest, AfterAt: db.Time(k.At), AfterID: k.ID, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			p, err := api.PageOf("criteria-changes", rows, in.Limit, func(c gate.Change) place { return place{int64(c.At), c.ID} })
			return &many[gate.Change]{p}, err
		})
}

func answers(a *api.API, g *gate.Gate) {
	type confirmIn struct {
		byCriterion
		Body struct {
			Answer string `json:"answer,omitempty" enum:"confirmed,denied,withdrawn" doc:"confirmed unless stated; denied says that it is not fulfilled"`
			Note   string `json:"note,omitempty" maxLength:"10000" doc:"What was looked at; needed with denied"`
		}
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/criteria/{criterion}/confirm", Permission: "gate.confirm", Tag: "Criteria", Summary: "Answer a criterion of kind confirmation",
		Description: "Only people, and of them only its role or owner. A person's newest answer counts; it is stale when the manifest changes."},
		func(ctx context.Context, in *confirmIn) (*one[gate.Confirmation], error) {
			answer := in.Body.Answer
			if answer == "" {
				answer = gate.Confirmed
			}
			c, err := g.Confirm(ctx, in.Release, in.Criterion, answer, in.Body.Note)
			return &one[gate.Confirmation]{c}, err
		})
}

func waivers(a *api.API, g *gate.Gate) {
	body := func(w gate.Waiver, at time.Time, err error) (*one[waiverBody], error) {
		return &one[waiverBody]{waiverBody{w, w.State(db.At(at))}}, err
	}
	type waiveIn struct {
		byCriterion
		Body gate.NewWaiver
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/criteria/{criterion}/waive", Permission: "gate.confirm", Tag: "Waivers", Summary: "Ask for a waiver of a criterion", Status: http.StatusCreated,
		Description: "In force at once if the caller may grant it and the release's policy is not four eyes. The criterion stays unmet in the record and blocks again when the waiver ends."},
		func(ctx context.Context, in *waiveIn) (*one[waiverBody], error) {
			w, err := g.Waive(ctx, in.Release, in.Criterion, in.Body)
			return body(w, w.AskedAt.Std(), err)
		})
	type grantIn struct {
		byCriterion
		Body *struct {
			Waiver string `json:"waiver,omitempty" maxLength:"36" doc:"Identifier; the one that is asked for unless stated"`
		}
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/criteria/{criterion}/grant", Permission: "gate.waive", Tag: "Waivers", Summary: "Grant a waiver that was asked for"},
		func(ctx context.Context, in *grantIn) (*one[waiverBody], error) {
			waiver := ""
			if in.Body != nil {
				waiver = in.Body.Waiver
			}
			w, err := g.Grant(ctx, in.Release, in.Criterion, waiver)
			return body(w, w.GrantedAt.Std(), err)
		})
	type endIn struct {
		byCriterion
		Body struct {
			Waiver string `json:"waiver,omitempty" maxLength:"36" doc:"Identifier; the one that is asked for or in force unless stated"`
			Reason string `json:"reason" maxLength:"10000" doc:"Why, as the record will say"`
		}
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/criteria/{criterion}/unwaive", Permission: "gate.waive", Tag: "Waivers", Summary: "Refuse or withdraw a waiver",
		Description: "Who asked may take back what is not granted yet."},
		func(ctx context.Context, in *endIn) (*one[waiverBody], error) {
			w, err := g.Unwaive(ctx, in.Release, in.Criterion, in.Body.Waiver, in.Body.Reason)
			return body(w, w.EndedAt.Std(), err)
		})
}
