package cli

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"slipway/client"
)

type riskCommand struct {
	Add      riskAdd      `cmd:"" help:"Open a risk of a release, of a product, or of the portfolio."`
	List     riskList     `cmd:"" help:"List risks, the worst first."`
	Show     riskShow     `cmd:"" help:"Show a risk."`
	Changes  riskChanges  `cmd:"" help:"Show how a risk changed."`
	Set      riskSet      `cmd:"" help:"Change what is said of a risk."`
	Assess   riskAssess   `cmd:"" help:"Judge how probable and how bad a risk is."`
	Mitigate riskMitigate `cmd:"" help:"Plan the response to a risk."`
	Assign   riskAssign   `cmd:"" help:"Give a risk to a person."`
	Accept   riskAccept   `cmd:"" help:"Accept a risk as it is, for a reason."`
	Close    riskClose    `cmd:"" help:"Close a risk, for a reason."`
	Reopen   riskReopen   `cmd:"" help:"Open a risk again, for a reason."`
}

type riskAdd struct {
	Release     string `arg:"" optional:"" help:"Key of the release; none for a risk of a product or of the portfolio."`
	Title       string `required:"" help:"What may happen, in a line."`
	Product     string `help:"Key of the product, for a risk of no release."`
	Probability int    `required:"" help:"1 rare to 5 almost certain."`
	Impact      int    `required:"" help:"1 minor to 5 severe."`
	Text        string `help:"What it would mean."`
	Cause       string `help:"What brings it about."`
	Trigger     string `help:"The early sign that it begins."`
	Category    string `help:"A word to group by."`
	Owner       string `help:"Key of the person who watches it."`
	Review      string `placeholder:"DAY" help:"The day it is looked at again, such as 2026-11-26."`
	Blocks      string `enum:"none,gate" default:"none" help:"What it holds up while it is open: none or gate."`
	Response    string `help:"What is done about it: reduce, accept, transfer or avoid."`
	Mitigation  string `help:"The response in words."`
	Residual    string `placeholder:"PxI" help:"Probability and impact once the response works, such as 2x5."`
}

// Run opens a risk.
func (c *riskAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewRisk{Release: c.Release, Product: c.Product, Title: c.Title, Text: c.Text, Cause: c.Cause, Trigger: c.Trigger, Category: c.Category,
		Probability: c.Probability, Impact: c.Impact, Owner: c.Owner, Review: c.Review, Blocks: c.Blocks, Response: c.Response, Mitigation: c.Mitigation}
	if in.ResidualProbability, in.ResidualImpact, err = levels("--residual", c.Residual); err != nil {
		return err
	}
	r, err := api.OpenRisk(s.Context(), in)
	if err != nil {
		return err
	}
	return s.Say(r, "%s is open with a score of %d.", r.Key, r.Score)
}

// levels reads probability and impact as 2x5; "" is none.
func levels(flag, text string) (probability, impact int, err error) {
	if text == "" {
		return 0, 0, nil
	}
	p, i, ok := strings.Cut(strings.ToLower(text), "x")
	probability, perr := strconv.Atoi(p)
	impact, ierr := strconv.Atoi(i)
	if !ok || perr != nil || ierr != nil || probability < 1 || probability > 5 || impact < 1 || impact > 5 {
		return 0, 0, Usage("%s %s: give probability and impact, each 1 to 5, such as 2x5", flag, text)
	}
	return probability, impact, nil
}

type riskList struct {
	Release  string   `arg:"" optional:"" help:"Key of the release; all that you may see without it."`
	Query    string   `short:"q" help:"Words of key, title and description."`
	Product  string   `help:"Only this product's."`
	Owner    string   `help:"Only this person's."`
	State    []string `help:"Only these states: open, accepted, closed. Open and accepted without it."`
	Category string   `help:"Only this category."`
	Response string   `help:"Only this response."`
	Min      int      `help:"Only scores of at least this."`
	Blocking bool     `help:"Only open risks that block a gate."`
	Review   string   `placeholder:"DAY" help:"Only reviews due by this day."`
	Residual bool     `help:"Order by the score that the response leaves."`
	Limit    int      `default:"200" help:"How many at most; 0 for all."`
}

// Run lists risks.
func (c *riskList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{}
	for name, v := range map[string]string{"release": c.Release, "q": c.Query, "product": c.Product, "owner": c.Owner, "state": strings.Join(c.State, ","),
		"category": c.Category, "response": c.Response, "review": c.Review} {
		if v != "" {
			q.Set(name, v)
		}
	}
	for name, on := range map[string]bool{"blocking": c.Blocking, "residual": c.Residual} {
		if on {
			q.Set(name, "true")
		}
	}
	if c.Min != 0 {
		q.Set("min", strconv.Itoa(c.Min))
	}
	rows, err := api.Risks(s.Context(), q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"KEY", "SCORE", "AFTER", "TITLE", "RELEASE", "STATE", "BLOCKS", "REVIEW"}, Empty: "No risks. Add one with slipway risk add."}
		for _, r := range rows {
			t.Add(r.Key, r.Score, r.ResidualScore, r.Title, r.ReleaseKey, r.State, r.Blocks, r.Review)
		}
		return t
	})
}

type riskArg struct {
	Risk string `arg:"" help:"Key of the risk, such as R-114."`
}

type riskShow struct {
	riskArg `embed:""`
}

// Run shows a risk.
func (c *riskShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.Risk(s.Context(), c.Risk)
	if err != nil {
		return err
	}
	return s.Print(r, func() *Table {
		after := ""
		if r.Response != "" {
			after = fmt.Sprintf("%d × %d = %d", r.ResidualProbability, r.ResidualImpact, r.ResidualScore)
		}
		return facts("Key", r.Key, "Title", r.Title, "Text", r.Text, "State", r.State, "Reason", r.StateReason, "Score", fmt.Sprintf("%d × %d = %d", r.Probability, r.Impact, r.Score),
			"Response", r.Response, "Mitigation", r.Mitigation, "After response", after, "Blocks", r.Blocks, "Release", r.ReleaseKey, "Product", r.ProductKey,
			"Cause", r.Cause, "Trigger", r.Trigger, "Category", r.Category, "Owner", r.Owner, "Review", r.Review, "Rev", r.Rev)
	})
}

type riskChanges struct {
	riskArg `embed:""`
	Limit   int `default:"200" help:"How many at most; 0 for all."`
}

// Run shows the history of a risk.
func (c *riskChanges) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rows, err := api.RiskChanges(s.Context(), c.Risk, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"AT (UTC)", "ACTION", "SCORE", "STATE", "BY", "REASON"}}
		who := s.who(api)
		for _, x := range rows {
			t.Add(x.At.UTC().Format(time.RFC3339), x.Action, x.Score, x.After.State, who(x.By), x.Reason)
		}
		return t
	})
}

type riskSet struct {
	riskArg  `embed:""`
	Title    *string `help:"What may happen, in a line."`
	Text     *string `help:"What it would mean."`
	Cause    *string `help:"What brings it about."`
	Trigger  *string `help:"The early sign that it begins."`
	Category *string `help:"A word to group by."`
	Review   *string `placeholder:"DAY" help:"The day it is looked at again; empty for none."`
	Blocks   *string `help:"What it holds up while it is open: none or gate."`
	Release  *string `help:"Key of the release it belongs to; empty for none."`
	Product  *string `help:"Key of the product, for a risk of no release."`
	Reason   string  `help:"Why; required to take away that it blocks."`
}

// Run changes what was given and leaves the rest.
func (c *riskSet) Run(s *Session) error {
	api, r, err := c.read(s)
	if err != nil {
		return err
	}
	r, err = api.EditRisk(s.Context(), r.ID, client.RiskEdit{Rev: r.Rev, Title: c.Title, Text: c.Text, Cause: c.Cause, Trigger: c.Trigger, Category: c.Category,
		Review: c.Review, Blocks: c.Blocks, Release: c.Release, Product: c.Product, Reason: c.Reason})
	if err != nil {
		return err
	}
	return s.Say(r, "%s is changed.", r.Key)
}

func (c riskArg) read(s *Session) (*client.Client, client.Risk, error) {
	api, err := s.Client()
	if err != nil {
		return nil, client.Risk{}, err
	}
	r, err := api.Risk(s.Context(), c.Risk)
	return api, r, err
}

type riskAssess struct {
	riskArg     `embed:""`
	Probability int    `help:"1 rare to 5 almost certain; as it is without it."`
	Impact      int    `help:"1 minor to 5 severe; as it is without it."`
	Reason      string `help:"What it rests on."`
}

// Run assesses a risk.
func (c *riskAssess) Run(s *Session) error {
	api, r, err := c.read(s)
	if err != nil {
		return err
	}
	if c.Probability == 0 {
		c.Probability = r.Probability
	}
	if c.Impact == 0 {
		c.Impact = r.Impact
	}
	if r, err = api.AssessRisk(s.Context(), r.ID, r.Rev, c.Probability, c.Impact, c.Reason); err != nil {
		return err
	}
	return s.Say(r, "%s has a score of %d and is %s.", r.Key, r.Score, r.State)
}

type riskMitigate struct {
	riskArg    `embed:""`
	Response   string `required:"" enum:"reduce,accept,transfer,avoid" help:"What is done about it: reduce, accept, transfer or avoid."`
	Mitigation string `required:"" help:"The response in words."`
	Residual   string `placeholder:"PxI" help:"Probability and impact once the response works, such as 2x5; as they are without it."`
}

// Run plans the response to a risk.
func (c *riskMitigate) Run(s *Session) error {
	in := client.RiskPlan{Response: c.Response, Mitigation: c.Mitigation}
	var err error
	if in.ResidualProbability, in.ResidualImpact, err = levels("--residual", c.Residual); err != nil {
		return err
	}
	api, r, err := c.read(s)
	if err != nil {
		return err
	}
	in.Rev = r.Rev
	if r, err = api.MitigateRisk(s.Context(), r.ID, in); err != nil {
		return err
	}
	return s.Say(r, "The response to %s leaves a score of %d.", r.Key, r.ResidualScore)
}

type riskAssign struct {
	riskArg `embed:""`
	Owner   string  `required:"" help:"Key of the person who watches it; empty for nobody."`
	Review  *string `placeholder:"DAY" help:"The day it is looked at again; empty for none."`
}

// Run gives a risk to a person.
func (c *riskAssign) Run(s *Session) error {
	api, r, err := c.read(s)
	if err != nil {
		return err
	}
	if r, err = api.AssignRisk(s.Context(), r.ID, r.Rev, c.Owner, c.Review); err != nil {
		return err
	}
	return s.Say(r, "%s is assigned.", r.Key)
}

// riskReason is a verb that takes a reason alone.
type riskReason struct {
	riskArg `embed:""`
	Reason  string `required:"" help:"Why, as the record will say."`
}

func (c *riskReason) verb(s *Session, verb string) error {
	api, r, err := c.read(s)
	if err != nil {
		return err
	}
	if r, err = api.RiskVerb(s.Context(), r.ID, verb, r.Rev, c.Reason); err != nil {
		return err
	}
	return s.Say(r, "%s is %s.", r.Key, r.State)
}

type riskAccept struct {
	riskReason `embed:""`
}

// Run accepts a risk.
func (c *riskAccept) Run(s *Session) error { return c.verb(s, "accept") }

type riskClose struct {
	riskReason `embed:""`
}

// Run closes a risk.
func (c *riskClose) Run(s *Session) error { return c.verb(s, "close") }

type riskReopen struct {
	riskReason `embed:""`
}

// Run opens a risk again.
func (c *riskReopen) Run(s *Session) error { return c.verb(s, "reopen") }
