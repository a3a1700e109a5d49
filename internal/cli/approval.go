package cli

import (
	"fmt"
	"net/url"
	"time"

	"slipway/client"
)

type approvalCommand struct {
	List        approvalList        `cmd:"" help:"List the approvals of a release, and what voided them."`
	Withdraw    approvalWithdraw    `cmd:"" help:"Take back your signature or refusal."`
	Decline     approvalDecline     `cmd:"" help:"Say that you do not sign, and what would make you."`
	Ask         approvalAsk         `cmd:"" help:"Ask for a signature, or remind of it."`
	Delegate    approvalDelegate    `cmd:"" help:"Let somebody act for you in a role, between two dates."`
	Delegations approvalDelegations `cmd:"" help:"List delegations."`
	End         approvalEnd         `cmd:"" help:"End a delegation now."`
}

type approvalList struct {
	Release string `arg:"" help:"Key of the release."`
}

// Run prints each required role with its newest signature.
func (c *approvalList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.Approvals(s.Context(), c.Release)
	if err != nil {
		return err
	}
	return s.Print(x, func() *Table {
		t := &Table{Heads: []string{"ROLE", "STATE", "BY", "AT", "COVERS", "CHANGED SINCE"}, Empty: "No role has to sign this release."}
		for _, r := range x.Items {
			by, at, changed := "", "", ""
			if len(r.Signatures) > 0 {
				g := r.Signatures[0]
				by, at, changed = x.People[g.Person], g.At.Local().Format("2006-01-02 15:04"), sentence(g.Changed)
				if g.Principal != "" {
					by += " for " + x.People[g.Principal]
				}
			}
			t.Add(r.Role, r.State, by, at, sentence(r.Sections), changed)
			for _, g := range r.Signatures {
				for _, d := range r.Differences[g.ID] {
					for _, ch := range d.Changes {
						t.Add("", "", "", "", d.Section+" "+ch.Path, fmt.Sprintf("%s: %s → %s", ch.Kind, ch.Before, ch.After))
					}
				}
			}
		}
		return t
	})
}

type approvalWithdraw struct {
	Release string `arg:"" help:"Key of the release."`
	Role    string `required:"" help:"Role that you signed for."`
	Reason  string `placeholder:"T" help:"Why, as the record will say."`
}

// Run takes a signature back.
func (c *approvalWithdraw) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.WithdrawApproval(s.Context(), c.Release, c.Role, c.Reason)
	if err != nil {
		return err
	}
	return s.Say(x, "The approval of %s for %s is withdrawn.", c.Release, c.Role)
}

type approvalDecline struct {
	Release string `arg:"" help:"Key of the release."`
	Role    string `required:"" help:"Role that you answer for."`
	Wanted  string `required:"" placeholder:"T" help:"What would make you sign."`
	Ground  string `enum:"evidence,time,content,other" default:"other" help:"What is lacking or wrong: evidence, time, content or other."`
	For     string `placeholder:"PERSON" help:"In whose name, where several people have delegated the role to you."`
}

// Run declines to sign.
func (c *approvalDecline) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.DeclineApproval(s.Context(), c.Release, c.Role, client.Refusal{Ground: c.Ground, Wanted: c.Wanted, For: c.For})
	if err != nil {
		return err
	}
	return s.Say(x, "Declined to sign %s for %s.", c.Release, c.Role)
}

type approvalAsk struct {
	Release string `arg:"" help:"Key of the release."`
	Role    string `required:"" help:"Role that is asked."`
	Person  string `help:"Key of the person who is asked; everybody of the role without it."`
	Due     string `placeholder:"T" help:"Until when: RFC 3339, or local time."`
	Zone    string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
	Note    string `placeholder:"T" help:"What is said with it."`
}

// Run asks for a signature.
func (c *approvalAsk) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewApprovalAsk{Person: c.Person, Note: c.Note}
	if in.Due, err = s.moment("--due", c.Due, c.Zone); err != nil {
		return err
	}
	x, err := api.AskApproval(s.Context(), c.Release, c.Role, in)
	if err != nil {
		return err
	}
	return s.Say(x, "Asked %s for its approval of %s.", c.Role, c.Release)
}

type approvalDelegate struct {
	Role    string `required:"" help:"Role that is delegated."`
	To      string `required:"" placeholder:"PERSON" help:"Key of who acts for you."`
	Until   string `required:"" placeholder:"T" help:"When it ends: RFC 3339, or local time."`
	From    string `placeholder:"T" help:"When it begins; now without it."`
	Zone    string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
	Product string `help:"Key of the product that it is narrowed to."`
	Person  string `help:"Key of the holder, if it is not you."`
	Reason  string `placeholder:"T" help:"Why."`
}

// Run makes a delegation.
func (c *approvalDelegate) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewDelegation{Role: c.Role, Product: c.Product, Person: c.Person, Delegate: c.To, Reason: c.Reason}
	if in.From, err = s.moment("--from", c.From, c.Zone); err != nil {
		return err
	}
	if in.Until, err = s.instant("--until", c.Until, c.Zone); err != nil {
		return err
	}
	x, err := api.Delegate(s.Context(), in)
	if err != nil {
		return err
	}
	return s.Say(x, "%s acts in the role %s until %s. End it with slipway approval end %s.", c.To, c.Role, x.Until.Local().Format("2006-01-02 15:04"), x.ID)
}

type approvalDelegations struct {
	Role  string `help:"Only of this role."`
	Ended bool   `help:"Also those that are over."`
	Limit int    `default:"0" help:"At most so many; all if 0."`
}

// Run prints delegations, the next to end first.
func (c *approvalDelegations) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{}
	if c.Role != "" {
		q.Set("role", c.Role)
	}
	if c.Ended {
		q.Set("ended", "true")
	}
	rows, err := api.Delegations(s.Context(), q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"ID", "ROLE", "HOLDER", "DELEGATE", "FROM", "UNTIL", "SCOPE"}, Empty: "No delegations. Make one with slipway approval delegate."}
		day := func(x time.Time) string { return x.Local().Format("2006-01-02 15:04") }
		who := s.who(api)
		for _, d := range rows {
			t.Add(d.ID, d.Role, who(d.Person), who(d.Delegate), day(d.From), day(d.Until), d.Scope)
		}
		return t
	})
}

type approvalEnd struct {
	Delegation string `arg:"" help:"Identifier of the delegation."`
}

// Run ends a delegation.
func (c *approvalEnd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.EndDelegation(s.Context(), c.Delegation)
	if err != nil {
		return err
	}
	return s.Say(x, "The delegation of %s is over.", x.Role)
}
