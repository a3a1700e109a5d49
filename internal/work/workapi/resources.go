package workapi

import (
	"bytes"
	"context"
	"net/http"
	"strconv"

	"slipway/internal/errs"
	"slipway/internal/platform/api"
	"slipway/internal/work/capacity"
	"slipway/internal/work/resource"
)

type body[T any] struct{ Body T }

type byPerson struct {
	Person string `path:"person" maxLength:"100" doc:"Key or identifier of the person"`
}

type capacityIn struct {
	Weeks int    `query:"weeks" minimum:"0" maximum:"26" doc:"How many weeks from the present one on; 26 without it"`
	Kind  string `query:"kind" doc:"Only team, person, role, tool or environment"`
	Team  string `query:"team" maxLength:"100" doc:"Only this team and those in it, by key"`
	Role  string `query:"role" maxLength:"100" doc:"Only this role and those who hold it, by key"`
	Query string `query:"q" maxLength:"200" doc:"Words of names, keys and skills"`
	Over  bool   `query:"over" doc:"Only rows with a week over 100 percent"`
}

func (in capacityIn) query() capacity.Query {
	return capacity.Query{Weeks: in.Weeks, Kind: in.Kind, Team: in.Team, Role: in.Role, Text: in.Query, Over: in.Over}
}

// RegisterResources adds the operations of people and capacity.
func RegisterResources(a *api.API, r *resource.Resources, c *capacity.Capacity) {
	registerCapacity(a, c)
	registerTimes(a, r)
	registerPeople(a, r)
	registerAbsences(a, r)
	registerTools(a, r)
	registerRequests(a, c)
	registerAllocations(a, c)
}

const capacityTag = "Capacity"

func registerCapacity(a *api.API, c *capacity.Capacity) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/capacity", Permission: "resource.read", Tag: capacityTag, Summary: "Show the capacity of the coming weeks",
		Description: "Planned against available minutes of teams, people, roles, tools and environments, week by week, with the first of the coming 26 weeks over 100 percent and what causes most of it, for each row and for all. A task is asked of its owner between the dates that somebody fixed, else where the schedule of its release has it at the earliest, else before it is due."},
		func(ctx context.Context, in *capacityIn) (*body[capacity.Table], error) {
			t, err := c.Table(ctx, in.query())
			return &body[capacity.Table]{t}, err
		})
	api.Raw(a, api.Op{Method: http.MethodGet, Path: "/capacity/export", Permission: "resource.read", Tag: capacityTag, Summary: "Export the capacity as CSV",
		Description: "One line for each week of each row.", Query: []string{"weeks", "kind", "team", "role", "q", "over"}, Produces: "text/csv"}, exportCapacity(c))
	type cellIn struct {
		Kind string `path:"kind" maxLength:"20" doc:"team, person, role, tool or environment"`
		Key  string `path:"key" maxLength:"100" doc:"Key or identifier"`
		Week string `path:"week" maxLength:"10" doc:"A week such as 2026-W48, or a day in it"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/capacity/{kind}/{key}/{week}", Permission: "resource.read", Tag: capacityTag, Summary: "Explain one week",
		Description: "What takes the time, the greatest first, and ways out that were checked: who is lent has the skill and the hours free, and tasks that move stay within their float and bring no other week over. One that says takes can be taken at once; the others are asked for."},
		func(ctx context.Context, in *cellIn) (*body[capacity.Detail], error) {
			w, err := resource.ParseWeek("week", in.Week)
			if err != nil {
				return nil, err
			}
			d, err := c.Detail(ctx, in.Kind, in.Key, w)
			return &body[capacity.Detail]{d}, err
		})
	type takeIn struct {
		cellIn
		Body struct {
			Way string `json:"way" maxLength:"40" doc:"Identifier of the way out, as the week shows it"`
		}
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/capacity/{kind}/{key}/{week}/take", Permission: "work.plan", Tag: capacityTag, Summary: "Take a way out of a week",
		Description: "A task goes to the named deputy, or tasks do not start before a later day. The weeks are computed again in the same change: if the way does not keep what it promised, nothing is changed. Other ways are asked for by a request."},
		func(ctx context.Context, in *takeIn) (*body[capacity.Detail], error) {
			w, err := resource.ParseWeek("week", in.Week)
			if err != nil {
				return nil, err
			}
			d, err := c.Take(ctx, in.Kind, in.Key, w, in.Body.Way)
			return &body[capacity.Detail]{d}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/people/{person}/capacity", Permission: "resource.read", Tag: capacityTag, Summary: "Show a person's working time and skills",
		Description: "Working time, days away, holidays, skills, deputies, allocations, and the coming 26 weeks. Why the person is away is told to themselves and to those who answer for them."},
		func(ctx context.Context, in *byPerson) (*body[capacity.Profile], error) {
			p, err := c.Profile(ctx, in.Person)
			return &body[capacity.Profile]{p}, err
		})
}

func exportCapacity(c *capacity.Capacity) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		v := r.URL.Query()
		in := capacityIn{Kind: v.Get("kind"), Team: v.Get("team"), Role: v.Get("role"), Query: v.Get("q"), Over: v.Get("over") == "true"}
		if s := v.Get("weeks"); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil {
				return errs.InvalidField("weeks", "number.malformed", "Give a whole number of weeks, 1 to 26.")
			}
			in.Weeks = n
		}
		t, err := c.Table(r.Context(), in.query())
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := t.WriteCSV(&b); err != nil {
			return err
		}
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="capacity.csv"`)
		_, err = w.Write(b.Bytes())
		return err
	}
}

func registerTimes(a *api.API, r *resource.Resources) {
	for kind, path := range map[string]string{resource.KindPerson: "/people/{subject}/working-times", resource.KindTeam: "/teams/{subject}/working-times", resource.KindEnvironment: "/environments/{subject}/working-times"} {
		type in struct {
			Subject string `path:"subject" maxLength:"100" doc:"Key or identifier"`
		}
		type stateIn struct {
			in
			Body resource.NewPeriod
		}
		what := map[string]string{resource.KindPerson: "the working time of a person", resource.KindTeam: "the working time of a team", resource.KindEnvironment: "the bookable hours of an environment"}[kind]
		api.Register(a, api.Op{Method: http.MethodGet, Path: path, Permission: "resource.read", Tag: capacityTag, Summary: "List " + what, Description: "What was stated, the newest first."},
			func(ctx context.Context, x *in) (*body[api.Page[resource.Period]], error) {
				ps, err := r.Times(ctx, kind, x.Subject)
				return &body[api.Page[resource.Period]]{api.Page[resource.Period]{Items: ps}}, err
			})
		api.Register(a, api.Op{Method: http.MethodPost, Path: path, Permission: "resource.answer", Tag: capacityTag, Summary: "State " + what, Status: http.StatusCreated,
			Description: "From a day on; what begins on that day already is replaced."},
			func(ctx context.Context, x *stateIn) (*body[resource.Period], error) {
				p, err := r.SetTime(ctx, kind, x.Subject, x.Body)
				return &body[resource.Period]{p}, err
			})
	}
	type one struct {
		Period string `path:"period" maxLength:"100" doc:"Identifier of the statement"`
	}
	api.Register(a, api.Op{Method: http.MethodDelete, Path: "/working-times/{period}", Permission: "resource.answer", Tag: capacityTag, Summary: "Take a statement of working time back", Description: "What was stated before it holds on."},
		func(ctx context.Context, in *one) (*struct{}, error) { return nil, r.RemoveTime(ctx, in.Period) })
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/holidays", Permission: "resource.read", Tag: capacityTag, Summary: "List sets of holidays"},
		func(ctx context.Context, _ *struct{}) (*body[api.Page[resource.Holidays]], error) {
			hs, err := r.HolidaySets(ctx)
			return &body[api.Page[resource.Holidays]]{api.Page[resource.Holidays]{Items: hs}}, err
		})
	type byKey struct {
		Key string `path:"key" maxLength:"100" doc:"Key of the set"`
	}
	type putIn struct {
		byKey
		Body resource.NewHolidays
	}
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/holidays/{key}", Permission: "resource.edit", Tag: capacityTag, Summary: "State a set of holidays", Description: "Whole: its days, and who follows it."},
		func(ctx context.Context, in *putIn) (*body[resource.Holidays], error) {
			h, err := r.SetHolidays(ctx, in.Key, in.Body)
			return &body[resource.Holidays]{h}, err
		})
	api.Register(a, api.Op{Method: http.MethodDelete, Path: "/holidays/{key}", Permission: "resource.edit", Tag: capacityTag, Summary: "Remove a set of holidays"},
		func(ctx context.Context, in *byKey) (*struct{}, error) { return nil, r.RemoveHolidays(ctx, in.Key) })
}

func registerPeople(a *api.API, r *resource.Resources) {
	type skillsIn struct {
		byPerson
		Body struct {
			Skills []resource.Skill `json:"skills" doc:"All of them"`
		}
	}
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/people/{person}/skills", Permission: "resource.mine", Tag: capacityTag, Summary: "State the skills of a person", Description: "One's own, or those of people in a team that one leads."},
		func(ctx context.Context, in *skillsIn) (*body[api.Page[resource.Skill]], error) {
			s, err := r.SetSkills(ctx, in.Person, in.Body.Skills)
			return &body[api.Page[resource.Skill]]{api.Page[resource.Skill]{Items: s}}, err
		})
	type deputiesIn struct {
		byPerson
		Body struct {
			Deputies []string `json:"deputies" doc:"Keys or identifiers of people, the first choice first"`
		}
	}
	type deputies struct {
		Deputies []string `json:"deputies"`
	}
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/people/{person}/deputies", Permission: "resource.mine", Tag: capacityTag, Summary: "Name the deputies of a person"},
		func(ctx context.Context, in *deputiesIn) (*body[deputies], error) {
			ps, err := r.SetDeputies(ctx, in.Person, in.Body.Deputies)
			out := deputies{Deputies: []string{}}
			for _, p := range ps {
				out.Deputies = append(out.Deputies, string(p))
			}
			return &body[deputies]{out}, err
		})
	type skillIn struct {
		Skill string `query:"skill" maxLength:"100" doc:"Only this skill"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/skills", Permission: "resource.read", Tag: capacityTag, Summary: "List who has which skill"},
		func(ctx context.Context, in *skillIn) (*body[api.Page[resource.Skilled]], error) {
			s, err := r.Skills(ctx, in.Skill)
			return &body[api.Page[resource.Skilled]]{api.Page[resource.Skilled]{Items: s}}, err
		})
	type leadIn struct {
		Team string `path:"team" maxLength:"100" doc:"Key or identifier of the team"`
		Body struct {
			Person string `json:"person" doc:"Key or identifier; empty for nobody"`
		}
	}
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/teams/{team}/lead", Permission: "resource.edit", Tag: capacityTag, Summary: "Name the lead of a team", Description: "Who answers requests for its people, and for their days away."},
		func(ctx context.Context, in *leadIn) (*body[resource.Lead], error) {
			l, err := r.NameLead(ctx, in.Team, in.Body.Person)
			return &body[resource.Lead]{l}, err
		})
}

func registerAbsences(a *api.API, r *resource.Resources) {
	type listIn struct {
		Person string `query:"person" maxLength:"100" doc:"Only this person's"`
		State  string `query:"state" doc:"Only open, granted, refused or withdrawn ones; open and granted without it"`
		First  string `query:"first" doc:"Only those that last until this day or longer"`
		Last   string `query:"last" doc:"Only those that begin until this day"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/absences", Permission: "resource.read", Tag: capacityTag, Summary: "List days away", Description: "Granted ones, without the reason, of people whom the caller does not answer for."},
		func(ctx context.Context, in *listIn) (*body[api.Page[resource.Absence]], error) {
			as, err := r.Absences(ctx, resource.AbsenceFilter{Person: in.Person, State: resource.State(in.State), First: in.First, Last: in.Last})
			return &body[api.Page[resource.Absence]]{api.Page[resource.Absence]{Items: as}}, err
		})
	type askIn struct{ Body resource.NewAbsence }
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/absences", Permission: "resource.mine", Tag: capacityTag, Summary: "State days away", Status: http.StatusCreated,
		Description: "They wait for the lead of the person's team, unless a lead states them, nobody leads the team, or it is sickness."},
		func(ctx context.Context, in *askIn) (*body[resource.Absence], error) {
			x, err := r.AskAbsence(ctx, in.Body)
			return &body[resource.Absence]{x}, err
		})
	type one struct {
		Absence string `path:"absence" maxLength:"100" doc:"Identifier of the absence"`
	}
	type answerIn struct {
		one
		Body struct {
			Answer string `json:"answer,omitempty" doc:"Why; a refusal needs it"`
		}
	}
	for verb, grant := range map[string]bool{"grant": true, "refuse": false} {
		summary := map[bool]string{true: "Grant days away", false: "Refuse days away"}[grant]
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/absences/{absence}/" + verb, Permission: "resource.answer", Tag: capacityTag, Summary: summary},
			func(ctx context.Context, in *answerIn) (*body[resource.Absence], error) {
				x, err := r.AnswerAbsence(ctx, in.Absence, grant, in.Body.Answer)
				return &body[resource.Absence]{x}, err
			})
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/absences/{absence}/withdraw", Permission: "resource.mine", Tag: capacityTag, Summary: "Take days away back"},
		func(ctx context.Context, in *one) (*body[resource.Absence], error) {
			x, err := r.WithdrawAbsence(ctx, in.Absence)
			return &body[resource.Absence]{x}, err
		})
}

func registerTools(a *api.API, r *resource.Resources) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/tools", Permission: "resource.read", Tag: capacityTag, Summary: "List tools, licences and equipment"},
		func(ctx context.Context, _ *struct{}) (*body[api.Page[capacity.Tool]], error) {
			ts, err := r.Tools(ctx)
			return &body[api.Page[capacity.Tool]]{api.Page[capacity.Tool]{Items: ts}}, err
		})
	type putIn struct {
		Key  string `path:"key" maxLength:"100" doc:"Key of the tool"`
		Body resource.NewTool
	}
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/tools/{key}", Permission: "resource.edit", Tag: capacityTag, Summary: "State a tool, a licence or equipment"},
		func(ctx context.Context, in *putIn) (*body[capacity.Tool], error) {
			t, err := r.SetTool(ctx, in.Key, in.Body)
			return &body[capacity.Tool]{t}, err
		})
}

func registerRequests(a *api.API, c *capacity.Capacity) {
	type listIn struct {
		Release string `query:"release" maxLength:"100" doc:"Only for this release"`
		Person  string `query:"person" maxLength:"100" doc:"Only for this person"`
		State   string `query:"state" doc:"Only open, granted, refused or withdrawn ones"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/resource-requests", Permission: "resource.read", Tag: capacityTag, Summary: "List requests for people, skills and tools", Description: "The newest first."},
		func(ctx context.Context, in *listIn) (*body[api.Page[capacity.Request]], error) {
			qs, err := c.Requests(ctx, capacity.RequestFilter{Release: in.Release, Person: in.Person, State: resource.State(in.State)})
			return &body[api.Page[capacity.Request]]{api.Page[capacity.Request]{Items: qs}}, err
		})
	type askIn struct{ Body capacity.NewRequest }
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/resource-requests", Permission: "resource.request", Tag: capacityTag, Summary: "Ask for a person, a skill or a tool", Status: http.StatusCreated},
		func(ctx context.Context, in *askIn) (*body[capacity.Request], error) {
			q, err := c.Ask(ctx, in.Body)
			return &body[capacity.Request]{q}, err
		})
	type one struct {
		Request string `path:"request" maxLength:"100" doc:"Identifier of the request"`
	}
	type answerIn struct {
		one
		Body capacity.Answer
	}
	for verb, do := range map[string]func(context.Context, string, capacity.Answer) (capacity.Request, error){"grant": c.Grant, "refuse": c.Refuse} {
		summary := map[string]string{"grant": "Grant a request", "refuse": "Refuse a request"}[verb]
		text := map[string]string{"grant": "The time is allocated. Where it is not free the grant is refused with the weeks, unless it is made anyway.", "refuse": "With a reason."}[verb]
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/resource-requests/{request}/" + verb, Permission: "resource.answer", Tag: capacityTag, Summary: summary, Description: text},
			func(ctx context.Context, in *answerIn) (*body[capacity.Request], error) {
				q, err := do(ctx, in.Request, in.Body)
				return &body[capacity.Request]{q}, err
			})
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/resource-requests/{request}/withdraw", Permission: "resource.request", Tag: capacityTag, Summary: "Take a request back"},
		func(ctx context.Context, in *one) (*body[capacity.Request], error) {
			q, err := c.Withdraw(ctx, in.Request)
			return &body[capacity.Request]{q}, err
		})
}

func registerAllocations(a *api.API, c *capacity.Capacity) {
	type listIn struct {
		Release string `query:"release" maxLength:"100" doc:"Only for this release"`
		Person  string `query:"person" maxLength:"100" doc:"Only of this person"`
		Since   string `query:"since" doc:"Only those that last until this day or longer"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/allocations", Permission: "resource.read", Tag: capacityTag, Summary: "List what is promised"},
		func(ctx context.Context, in *listIn) (*body[api.Page[capacity.Allocation]], error) {
			f := capacity.AllocationFilter{Release: in.Release, Person: in.Person}
			if in.Since != "" {
				d, err := resource.ParseDay("since", in.Since)
				if err != nil {
					return nil, err
				}
				f.Since = d
			}
			as, err := c.Allocations(ctx, f)
			return &body[api.Page[capacity.Allocation]]{api.Page[capacity.Allocation]{Items: as}}, err
		})
	type makeIn struct{ Body capacity.NewAllocation }
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/allocations", Permission: "resource.answer", Tag: capacityTag, Summary: "Promise time of a person or a tool", Status: http.StatusCreated},
		func(ctx context.Context, in *makeIn) (*body[capacity.Allocation], error) {
			x, err := c.Allocate(ctx, in.Body)
			return &body[capacity.Allocation]{x}, err
		})
	type allocationEdit struct {
		capacity.AllocationChange
		Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
	}
	type setIn struct {
		Allocation string `path:"allocation" maxLength:"100" doc:"Identifier of the allocation"`
		api.IfMatch
		Body allocationEdit
	}
	api.Register(a, api.Op{Method: http.MethodPatch, Path: "/allocations/{allocation}", Permission: "resource.answer", Tag: capacityTag, Summary: "Change what is promised, or take it back"},
		func(ctx context.Context, in *setIn) (*body[capacity.Allocation], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			x, err := c.Reallocate(ctx, in.Allocation, rev, in.Body.AllocationChange)
			return &body[capacity.Allocation]{x}, err
		})
}
