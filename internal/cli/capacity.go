package cli

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"slipway/client"
)

type capacityCommand struct {
	Show     capacityShow     `cmd:"" help:"Show the coming weeks: planned against available, in percent."`
	Why      capacityWhy      `cmd:"" help:"Explain one week: what takes the time, and ways out that were checked."`
	Take     capacityTake     `cmd:"" help:"Take a way out of a week: a task goes to the deputy, or is done later."`
	Person   capacityPerson   `cmd:"" help:"Show the working time, days away, skills and deputies of a person."`
	Export   capacityExport   `cmd:"" help:"Write the coming weeks as CSV."`
	Ask      capacityAsk      `cmd:"" help:"Ask for a person, a skill or a tool for a release."`
	Requests capacityRequests `cmd:"" help:"List requests for people, skills and tools."`
	Grant    capacityGrant    `cmd:"" help:"Grant a request; the time is allocated."`
	Refuse   capacityRefuse   `cmd:"" help:"Refuse a request, with a reason."`
	Withdraw capacityWithdraw `cmd:"" help:"Take a request back."`
	Lead     capacityLead     `cmd:"" help:"Say who leads a team: who answers for its people."`
	Deputies capacityDeputies `cmd:"" help:"Name the deputies of a person, the first choice first."`
}

// rows narrow the capacity table.
type rows struct {
	Weeks int    `default:"12" help:"How many weeks, at most 26."`
	Kind  string `help:"Only team, person, role, tool or environment."`
	Team  string `help:"Only this team and those in it."`
	Role  string `help:"Only this role and those who hold it."`
	Query string `short:"q" placeholder:"TEXT" help:"Words of names, keys and skills."`
	Over  bool   `help:"Only rows with a week over 100 percent."`
}

func (r rows) values() url.Values {
	q := filled(map[string]string{"kind": r.Kind, "team": r.Team, "role": r.Role, "q": r.Query})
	q.Set("weeks", strconv.Itoa(r.Weeks))
	if r.Over {
		q.Set("over", "true")
	}
	return q
}

// filled are the query parameters that hold something.
func filled(m map[string]string) url.Values {
	q := url.Values{}
	for k, v := range m {
		if v != "" {
			q.Set(k, v)
		}
	}
	return q
}

type capacityShow struct {
	rows `embed:""`
}

// Run prints the table: one column a week, an exclamation mark where it is too much.
func (c *capacityShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.Capacity(s.Context(), c.values())
	if err != nil {
		return err
	}
	return s.Print(x, func() *Table {
		t := &Table{Heads: []string{"KIND", "KEY"}, Empty: "No row passes this filter.", Note: firstOver(x.First)}
		for _, w := range x.Weeks {
			t.Heads = append(t.Heads, strings.TrimPrefix(w[4:], "-"))
		}
		for _, r := range x.Rows {
			line := []any{r.Kind, r.Key}
			for _, cell := range r.Cells {
				line = append(line, percent(cell))
			}
			t.Add(append(line, because(r))...)
		}
		t.Heads = append(t.Heads, "FIRST OVER")
		return t
	})
}

// firstOver names the first week over 100 percent and its cause.
func firstOver(f *client.CapacityFirst) string {
	if f == nil {
		return "No week of the coming 26 is over 100 %."
	}
	s := fmt.Sprintf("First over 100 %%: %s, week %s, %d %%", f.Name, f.Week, f.Percent)
	if f.Cause.Name != "" {
		s += ", because of " + f.Cause.Name
	}
	return s + "."
}

// because names the first week of a row that is over, and its cause.
func because(r client.CapacityRow) string {
	if r.First == "" || r.Cause == nil {
		return ""
	}
	return strings.TrimPrefix(r.First[4:], "-") + " " + r.Cause.Name
}

func percent(c client.CapacityCell) string {
	switch {
	case c.Away && c.Planned == 0:
		return "away"
	case c.Over:
		return strconv.FormatInt(c.Percent, 10) + "!"
	}
	return strconv.FormatInt(c.Percent, 10)
}

type capacityWhy struct {
	Kind string `arg:"" help:"team, person, role, tool or environment."`
	Key  string `arg:"" help:"Its key."`
	Week string `arg:"" help:"A week such as 2026-W48, or a day in it."`
}

// Run explains a week.
func (c *capacityWhy) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.CapacityDetail(s.Context(), c.Kind, c.Key, c.Week)
	if err != nil {
		return err
	}
	return s.Print(x, func() *Table {
		t := &Table{Heads: []string{"", "TIME", "WHAT", "MORE"}}
		t.Add("available", inHours(x.Cell.Available), x.Name, strconv.FormatInt(x.Cell.Percent, 10)+" % is planned")
		for _, k := range x.Causes {
			t.Add("planned", inHours(k.Minutes), k.Name, strings.TrimSpace(k.ReleaseName+" "+k.PersonName))
		}
		for _, w := range x.Ways {
			word := "ask"
			if w.Takes {
				word = w.ID
			}
			t.Add(word, inHours(w.Weekly), w.Title, w.Effect)
		}
		return t
	})
}

type capacityTake struct {
	capacityWhy `embed:""`
	Way         string `arg:"" help:"The way out, as slipway capacity why shows it."`
}

// Run takes a way out, and shows the week as it is then.
func (c *capacityTake) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.TakeCapacityWay(s.Context(), c.Kind, c.Key, c.Week, c.Way)
	if err != nil {
		return err
	}
	return s.Say(x, "Week %s of %s is at %d %%.", x.Cell.Week, x.Name, x.Cell.Percent)
}

// inHours writes minutes: "20h", "7h30m", "" for none.
func inHours(minutes int64) string {
	if minutes == 0 {
		return ""
	}
	text := strings.TrimSuffix((time.Duration(minutes) * time.Minute).String(), "0s")
	if whole, ok := strings.CutSuffix(text, "h0m"); ok {
		return whole + "h"
	}
	return text
}

// weekly reads how much of every week: 20h, 7h30m.
func weekly(text string) (int64, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d%time.Minute != 0 {
		return 0, Usage("--weekly %s: give the time of every week as 20h or 7h30m", text)
	}
	if d > 7*24*time.Hour {
		return 0, Usage("--weekly %s: a week has 168 hours", text)
	}
	return int64(d / time.Minute), nil
}

type capacityPerson struct {
	Person string `arg:"" help:"Key of the person."`
}

// Run shows a person.
func (c *capacityPerson) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.PersonCapacity(s.Context(), c.Person)
	if err != nil {
		return err
	}
	return s.Print(x, func() *Table {
		var teams, skills, deputies, away, first []string
		for _, t := range x.Teams {
			teams = append(teams, t.Key)
		}
		for _, k := range x.Skills {
			skills = append(skills, k.Skill+":"+strconv.FormatInt(k.Level, 10))
		}
		for _, d := range x.Deputies {
			deputies = append(deputies, d.Key)
		}
		for _, a := range x.Absences {
			away = append(away, a.First+" to "+a.Last+" ("+a.State+")")
		}
		for _, w := range x.Cells[:min(len(x.Cells), 6)] {
			first = append(first, w.Week[5:]+" "+percent(w))
		}
		return facts("Key", x.Key, "Name", x.Name, "Hours", x.Hours, "Share", strconv.FormatInt(x.Share, 10)+" %", "Teams", strings.Join(teams, ", "), "Skills", strings.Join(skills, ", "),
			"Deputies", strings.Join(deputies, ", "), "Away", strings.Join(away, ", "), "Weeks", strings.Join(first, ", "))
	})
}

type capacityExport struct {
	rows `embed:""`
}

// Run writes the table as CSV to the standard output.
func (c *capacityExport) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in, err := api.CapacityCSV(s.Context(), c.values())
	if err != nil {
		return err
	}
	_, err = io.Copy(s.Out(), in)
	if fault := in.Close(); err == nil {
		err = fault
	}
	return err
}

// during says how much of which weeks.
type during struct {
	Weekly string `required:"" placeholder:"20h" help:"How much of every week: 20h, 7h30m."`
	First  string `required:"" placeholder:"WEEK" help:"First week, such as 2026-W48, or a day in it."`
	Last   string `placeholder:"WEEK" help:"Last week; the first without it."`
}

type capacityAsk struct {
	Release string `arg:"" help:"Key of the release."`
	Person  string `xor:"what" help:"Key of the person who is asked for."`
	Skill   string `xor:"what" help:"Or the skill that is needed, such as penetration-test."`
	Level   int64  `help:"Least level of the skill, 1 to 5."`
	Tool    string `xor:"what" help:"Or the key of a tool."`
	Task    string `help:"Key of the task that is to be helped with."`
	Reason  string `required:"" help:"Why it matters."`
	during  `embed:""`
}

// Run makes a request.
func (c *capacityAsk) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	m, err := weekly(c.Weekly)
	if err != nil {
		return err
	}
	q, err := api.AskResource(s.Context(), client.NewResourceRequest{Release: c.Release, Task: c.Task, Person: c.Person, Skill: c.Skill, Level: c.Level, Tool: c.Tool,
		Weekly: m, First: c.First, Last: c.Last, Reason: c.Reason})
	if err != nil {
		return err
	}
	return s.Say(q, "The request %s waits for an answer.", q.ID)
}

type capacityRequests struct {
	Release string `help:"Only for this release."`
	Person  string `help:"Only for this person."`
	State   string `help:"Only open, granted, refused or withdrawn ones."`
}

// Run lists requests.
func (c *capacityRequests) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	qs, err := api.ResourceRequests(s.Context(), filled(map[string]string{"release": c.Release, "person": c.Person, "state": c.State}))
	if err != nil {
		return err
	}
	return s.Print(qs, func() *Table {
		t := &Table{Heads: []string{"ID", "RELEASE", "FOR", "A WEEK", "FROM", "TO", "STATE", "REASON"}, Empty: "No requests. Make one with slipway capacity ask."}
		for _, q := range qs {
			t.Add(q.ID, q.ReleaseKey, strings.TrimSpace(q.PersonKey+" "+q.Skill+" "+q.Tool), inHours(q.Weekly), q.First, sunday(q.Last), q.State, q.Reason)
		}
		return t
	})
}

// sunday is the last day of the week that begins on a day.
func sunday(monday string) string {
	t, err := time.Parse(time.DateOnly, monday)
	if err != nil {
		return monday
	}
	return t.AddDate(0, 0, 6).Format(time.DateOnly)
}

type capacityGrant struct {
	Request string `arg:"" help:"Identifier of the request."`
	Person  string `help:"Who it is, where a skill was asked for."`
	Answer  string `help:"A word with it."`
	Anyway  bool   `help:"Grant it although there is not enough time."`
}

// Run grants a request.
func (c *capacityGrant) Run(s *Session) error {
	return s.answerResource(c.Request, "grant", client.ResourceAnswer{Person: c.Person, Answer: c.Answer, Anyway: c.Anyway}, "granted")
}

type capacityRefuse struct {
	Request string `arg:"" help:"Identifier of the request."`
	Answer  string `required:"" help:"Why."`
}

// Run refuses a request.
func (c *capacityRefuse) Run(s *Session) error {
	return s.answerResource(c.Request, "refuse", client.ResourceAnswer{Answer: c.Answer}, "refused")
}

type capacityWithdraw struct {
	Request string `arg:"" help:"Identifier of the request."`
}

// Run takes a request back.
func (c *capacityWithdraw) Run(s *Session) error {
	return s.answerResource(c.Request, "withdraw", client.ResourceAnswer{}, "withdrawn")
}

func (s *Session) answerResource(request, verb string, in client.ResourceAnswer, word string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q, err := api.AnswerResource(s.Context(), request, verb, in)
	if err != nil {
		return err
	}
	return s.Say(q, "The request is %s.", word)
}

type capacityLead struct {
	Team   string `arg:"" help:"Key of the team."`
	Person string `arg:"" optional:"" help:"Key of the person; nobody without it."`
}

// Run names the lead of a team.
func (c *capacityLead) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if err := api.NameLead(s.Context(), c.Team, c.Person); err != nil {
		return err
	}
	return s.Say(map[string]string{"team": c.Team, "person": c.Person}, "The lead of %s is named.", c.Team)
}

type capacityDeputies struct {
	Person   string   `arg:"" help:"Key of the person."`
	Deputies []string `arg:"" optional:"" help:"Keys of the deputies; none without any."`
}

// Run names deputies.
func (c *capacityDeputies) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if err := api.SetDeputies(s.Context(), c.Person, c.Deputies); err != nil {
		return err
	}
	return s.Say(map[string]any{"person": c.Person, "deputies": c.Deputies}, "The deputies of %s are named.", c.Person)
}
