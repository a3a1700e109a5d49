package cli

import (
	"net/url"
	"strings"

	"slipway/client"
)

type requestCommand struct {
	Add      requestAdd      `cmd:"" help:"Ask for a release."`
	List     requestList     `cmd:"" help:"List requests, the newest first."`
	Show     requestShow     `cmd:"" help:"Show a request and what became of it."`
	Accept   requestAccept   `cmd:"" help:"Accept a request into a release or the next release of a train."`
	Defer    requestDefer    `cmd:"" help:"Put a request off until a day."`
	Decline  requestDecline  `cmd:"" help:"Decline a request."`
	Withdraw requestWithdraw `cmd:"" help:"Withdraw a request of yours."`
}

type requestAdd struct {
	Product     string   `arg:"" help:"Key of the product."`
	Title       string   `required:"" help:"What is asked for, in a line."`
	Goal        string   `required:"" help:"What it is to achieve, and for whom."`
	Requirement []string `help:"What it has to do; may be given again."`
	Wanted      string   `placeholder:"T" help:"By when it is wanted: RFC 3339, or local time."`
	URL         string   `name:"url" help:"Where more is written."`
	Zone        string   `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run asks for a release.
func (c *requestAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewReleaseRequest{Product: c.Product, Title: c.Title, Goal: c.Goal, Requirements: c.Requirement, URL: c.URL}
	if in.Wanted, err = s.moment("--wanted", c.Wanted, c.Zone); err != nil {
		return err
	}
	r, err := api.FileRequest(s.Context(), in)
	if err != nil {
		return err
	}
	return s.Say(r, "%s is filed for %s.", r.Key, r.ProductName)
}

type requestList struct {
	Query   string   `short:"q" help:"Words of key, title and goal."`
	Product string   `help:"Only this product's."`
	State   []string `help:"Only this state: new, accepted, deferred, declined or withdrawn; may be given again."`
	Due     bool     `help:"Only those that wait for an answer."`
	Mine    bool     `help:"Only your own."`
	Limit   int      `default:"200" help:"How many at most; 0 for all."`
}

// Run lists requests.
func (c *requestList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{}
	for name, v := range map[string]string{"q": c.Query, "product": c.Product, "state": strings.Join(c.State, ",")} {
		if v != "" {
			q.Set(name, v)
		}
	}
	for name, on := range map[string]bool{"due": c.Due, "mine": c.Mine} {
		if on {
			q.Set(name, "true")
		}
	}
	rs, err := client.List[client.ReleaseRequest](s.Context(), api, "/requests", q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rs, func() *Table {
		t := &Table{Heads: []string{"KEY", "PRODUCT", "TITLE", "STATE", "WHERE", "WANTED (UTC)", "BY", "WHY"}, Empty: "No requests. Ask for a release with slipway request add."}
		for _, r := range rs {
			t.Add(r.Key, r.ProductKey, r.Title, r.State, whereTo(r), minutes(r.Wanted), r.RequesterName, r.Reason)
		}
		return t
	})
}

// whereTo says what a request was accepted into.
func whereTo(r client.ReleaseRequest) string {
	switch {
	case r.ReleaseKey != "":
		return r.ReleaseKey
	case r.TrainKey != "":
		return "next of " + r.TrainKey
	}
	return ""
}

type oneRequest struct {
	Request string `arg:"" help:"Its key: REQ-12."`
}

type requestShow struct {
	oneRequest `embed:""`
}

// Run shows a request.
func (c *requestShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.ReleaseRequest(s.Context(), c.Request)
	if err != nil {
		return err
	}
	return s.Print(r, func() *Table {
		t := &Table{}
		for _, row := range [][2]string{{"key", r.Key}, {"product", r.ProductKey}, {"title", r.Title}, {"goal", r.Goal}, {"requirements", strings.Join(r.Requirements, "; ")}, {"wanted (UTC)", minutes(r.Wanted)},
			{"address", r.URL}, {"requester", r.RequesterName}, {"state", r.State}, {"where", whereTo(r)}, {"until (UTC)", minutes(r.Until)}, {"reason", r.Reason}, {"answered by", r.AnswererName}} {
			t.Add(row[0], row[1])
		}
		return t
	})
}

type requestAccept struct {
	oneRequest `embed:""`
	Release    string `xor:"into" required:"" help:"Key of the release that it goes onto."`
	Train      string `xor:"into" required:"" help:"Key of the train whose next release it goes onto."`
	Reason     string `help:"What you say with it."`
}

// Run accepts a request.
func (c *requestAccept) Run(s *Session) error {
	return s.answerRequest(c.Request, "accept", client.RequestAnswer{Release: c.Release, Train: c.Train, Reason: c.Reason})
}

type requestDefer struct {
	oneRequest `embed:""`
	Until      string `required:"" placeholder:"T" help:"When it is looked at again: RFC 3339, or local time."`
	Reason     string `required:"" help:"Why, as the requester reads it."`
	Zone       string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run puts a request off.
func (c *requestDefer) Run(s *Session) error {
	until, err := s.moment("--until", c.Until, c.Zone)
	if err != nil {
		return err
	}
	return s.answerRequest(c.Request, "defer", client.RequestAnswer{Until: until, Reason: c.Reason})
}

type requestDecline struct {
	oneRequest `embed:""`
	Reason     string `required:"" help:"Why, as the requester reads it."`
}

// Run declines a request.
func (c *requestDecline) Run(s *Session) error {
	return s.answerRequest(c.Request, "decline", client.RequestAnswer{Reason: c.Reason})
}

type requestWithdraw struct {
	oneRequest `embed:""`
	Reason     string `help:"Why."`
}

// Run withdraws a request.
func (c *requestWithdraw) Run(s *Session) error {
	return s.answerRequest(c.Request, "withdraw", client.RequestAnswer{Reason: c.Reason})
}

func (s *Session) answerRequest(request, verb string, in client.RequestAnswer) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.AnswerRequest(s.Context(), request, verb, in)
	if err != nil {
		return err
	}
	if w := whereTo(r); w != "" {
		return s.Say(r, "%s is %s: %s.", r.Key, r.State, w)
	}
	return s.Say(r, "%s is %s.", r.Key, r.State)
}
