package decideapi

import (
	"context"
	"net/http"
	"strings"

	"slipway/internal/decide"
	"slipway/internal/decide/digest"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

// room is how the go/no-go of a release stands.
type room struct {
	Release  string               `json:"release"`
	Open     bool                 `json:"open"`
	WhyOpen  string               `json:"whyNotOpen,omitempty" doc:"Why no further round can be opened; absent if one can"`
	Poll     *decide.Poll         `json:"poll,omitempty" doc:"The newest round"`
	Rounds   int                  `json:"rounds"`
	Standing []decide.Answer      `json:"standing" doc:"The answers that count"`
	Missing  []string             `json:"missing" doc:"Names of roles that have not answered"`
	Answered int                  `json:"answered"`
	Needed   int                  `json:"needed"`
	Suggest  string               `json:"suggested,omitempty"`
	Options  []option             `json:"options"`
	Verdict  gate.Word            `json:"verdict" doc:"Of everything but the poll"`
	Changed  []string             `json:"changed" doc:"Sections that changed since the round was opened"`
	Stale    []decide.Difference  `json:"stale" doc:"What changed since the decision that lets the release go"`
	Content  string               `json:"content"`
	People   map[id.Person]string `json:"people" doc:"Names by identifier"`
}

// option is one outcome and why it is not available.
type option struct {
	Decision string  `json:"decision"`
	Allowed  bool    `json:"allowed"`
	Reasons  []cause `json:"reasons"`
	Notes    []cause `json:"notes"`
}

type cause struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

func roomOf(ctx context.Context, d *decide.Decisions, ref string) (room, error) {
	x, err := d.RoomOf(ctx, ref)
	if err != nil {
		return room{}, err
	}
	out := room{Release: x.Release.Key, Rounds: x.Rounds, WhyOpen: x.WhyOpen, Standing: []decide.Answer{}, Missing: append([]string{}, x.Result.Missing...), Answered: x.Result.Answered,
		Needed: x.Result.Needed, Suggest: string(x.Result.Suggested), Options: []option{}, Verdict: x.Verdict.Word, Changed: append([]string{}, x.Changed...), Stale: x.Stale, Content: x.Content}
	if out.Stale == nil {
		out.Stale = []decide.Difference{}
	}
	var ids []id.Person
	if x.Poll.ID != "" {
		out.Poll, out.Open = &x.Poll, x.Poll.Open()
		ids = append(ids, x.Poll.Chair)
		for _, s := range x.Poll.Roles {
			if a, ok := x.Poll.Of(s.Role); ok {
				out.Standing = append(out.Standing, a)
			}
		}
		for _, a := range x.Poll.Answers {
			ids = append(ids, a.Person, a.Principal)
		}
		for _, c := range x.Poll.Asked {
			ids = append(ids, c.Owner, c.Verifier, c.Person, c.DoneBy)
		}
	}
	for _, o := range x.Result.Options {
		w := option{Decision: string(o.Word), Allowed: o.Allowed, Reasons: []cause{}, Notes: []cause{}}
		for _, r := range o.Reasons {
			w.Reasons = append(w.Reasons, cause{r.Code, r.Text})
		}
		for _, r := range o.Notes {
			w.Notes = append(w.Notes, cause{r.Code, r.Text})
		}
		out.Options = append(out.Options, w)
	}
	out.People, err = d.Names(ctx, ids...)
	return out, err
}

func polls(a *api.API, d *decide.Decisions) {
	const tag = "Go/no-go"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/poll", Permission: "approval.read", Tag: tag, Summary: "Show the go/no-go of a release",
		Description: "The newest round: who answered what, what each outcome still lacks, and whether its decision is stale."},
		func(ctx context.Context, in *byRelease) (*one[room], error) {
			x, err := roomOf(ctx, d, in.Release)
			return &one[room]{x}, err
		})
	type opening struct {
		byRelease
		Body decide.NewPoll
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/poll/open", Permission: "poll.open", Tag: tag, Summary: "Open a round of the go/no-go", Status: http.StatusCreated,
		Description: "With the roles of the template. Content and verdict of this moment are frozen; the answers speak of them."},
		func(ctx context.Context, in *opening) (*one[decide.Poll], error) {
			p, err := d.OpenPoll(ctx, in.Release, in.Body)
			return &one[decide.Poll]{p}, err
		})
	type calling struct {
		byRelease
		Body struct {
			Role string `json:"role,omitempty" maxLength:"100" doc:"Key of the role; nobody unless stated"`
		}
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/poll/call", Permission: "poll.open", Tag: tag, Summary: "Call a role to answer", Status: http.StatusOK},
		func(ctx context.Context, in *calling) (*one[decide.Poll], error) {
			p, err := d.Call(ctx, in.Release, in.Body.Role)
			return &one[decide.Poll]{p}, err
		})
	type closing struct {
		byRelease
		Body reason
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/poll/close", Permission: "poll.open", Tag: tag, Summary: "Close a round without a decision", Status: http.StatusOK},
		func(ctx context.Context, in *closing) (*one[decide.Poll], error) {
			p, err := d.ClosePoll(ctx, in.Release, in.Body.Reason)
			return &one[decide.Poll]{p}, err
		})
	type answering struct {
		byRelease
		Body struct {
			Role string `json:"role" maxLength:"100" doc:"Key of the role"`
			decide.NewAnswer
		}
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/poll/answer", Permission: "poll.answer", Tag: tag, Summary: "Answer a go/no-go", Status: http.StatusOK,
		Description: "For a role that the caller holds, or holds by delegation. The newest answer of a role counts, until the decision."},
		func(ctx context.Context, in *answering) (*one[decide.Answer], error) {
			x, err := d.Answer(ctx, in.Release, in.Body.Role, in.Body.NewAnswer)
			return &one[decide.Answer]{x}, err
		})
	type listIn struct {
		api.Paging
		Open bool `query:"open" doc:"Only rounds that can be answered."`
	}
	type place struct {
		At db.Time `json:"a"`
		ID string  `json:"i"`
	}
	type round struct {
		decide.Poll
		Release string `json:"release"`
		Name    string `json:"releaseName"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/polls", Permission: "approval.read", Tag: tag, Summary: "List rounds of the go/no-go of all releases", Description: "The newest first."},
		func(ctx context.Context, in *listIn) (*many[round], error) {
			k, _, err := api.DecodeCursor[place]("polls", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := d.Rounds(ctx, decide.PollFilter{Open: in.Open, AfterAt: k.At, AfterID: k.ID, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			out := make([]round, len(rows))
			for i, x := range rows {
				out[i] = round{x.Poll, x.Of.Key, x.Of.Name}
			}
			page, err := api.PageOf("polls", out, in.Limit, func(x round) place { return place{x.OpenedAt, x.ID} })
			return &many[round]{page}, err
		})
}

// sealedDecision is a decision with what changed since.
type sealedDecision struct {
	decide.Decision
	Release string              `json:"release"`
	Stale   bool                `json:"stale" doc:"The content changed since; the decision lets nothing go any more"`
	Changed []decide.Difference `json:"changed"`
	Covers  []digest.Signed     `json:"sections"`
}

func decisions(a *api.API, d *decide.Decisions) {
	const tag = "Go/no-go"
	type deciding struct {
		byRelease
		Body decide.NewDecision
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/decision", Permission: "poll.open", Tag: tag, Summary: "Decide a go/no-go", Status: http.StatusCreated,
		Description: "Closes the round and seals it: the snapshot is canonical JSON (RFC 8785), the digest the SHA-256 of its bytes. GO is refused while the verdict is NO-GO; GO approves the release."},
		func(ctx context.Context, in *deciding) (*one[decide.Decision], error) {
			x, err := d.Decide(ctx, in.Release, in.Body)
			return &one[decide.Decision]{x}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/decision", Permission: "approval.read", Tag: tag, Summary: "Show the newest decision",
		Description: "Sealed, with what changed of the content since."},
		func(ctx context.Context, in *byRelease) (*one[sealedDecision], error) {
			x, changed, err := d.DecisionOf(ctx, in.Release)
			if changed == nil {
				changed = []decide.Difference{}
			}
			return &one[sealedDecision]{sealedDecision{x, in.Release, len(changed) > 0, changed, x.Sections}}, err
		})
	api.Raw(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/decision/minutes", Permission: "approval.read", Tag: tag, Summary: "Download the minutes of the newest decision",
		Description: "Markdown.", Produces: "text/markdown"},
		func(w http.ResponseWriter, r *http.Request) error {
			rel, text, err := d.Minutes(r.Context(), r.PathValue("release"))
			if err != nil {
				return err
			}
			Markdown(w, rel.Key, text)
			return nil
		})
}

// Markdown answers with minutes as a file.
func Markdown(w http.ResponseWriter, key, text string) {
	w.Header().Set("Content-Type", "text/markdown; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="go-no-go-`+key+`.md"`)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = strings.NewReader(text).WriteTo(w) // a broken connection has nobody to tell
}

func conditions(a *api.API, d *decide.Decisions) {
	const tag = "Go/no-go"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/conditions", Permission: "approval.read", Tag: tag, Summary: "List the conditions of the newest round",
		Description: "Those of answers that stand, and of the chair. What a decision took over blocks until it is done."},
		func(ctx context.Context, in *byRelease) (*many[decide.Asking], error) {
			x, err := d.RoomOf(ctx, in.Release)
			return &many[decide.Asking]{api.Page[decide.Asking]{Items: append([]decide.Asking{}, x.Poll.Standing()...)}}, err
		})
	type marking struct {
		byRelease
		Condition string `path:"condition" maxLength:"100" doc:"Identifier of the condition"`
		Body      struct {
			Note string `json:"note,omitempty" maxLength:"4000" doc:"What the record says beside it"`
		}
	}
	mark := func(verb, summary string, do func(context.Context, string, string, string) (decide.Asking, error)) {
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/conditions/{condition}/" + verb, Permission: "condition.verify", Tag: tag, Summary: summary, Status: http.StatusOK,
			Description: "Its verifier says so."},
			func(ctx context.Context, in *marking) (*one[decide.Asking], error) {
				c, err := do(ctx, in.Release, in.Condition, in.Body.Note)
				return &one[decide.Asking]{c}, err
			})
	}
	mark("done", "Say that a condition is done", d.Done)
	mark("reopen", "Say that a condition is not done after all", d.Reopen)
}
