package cli

import "slipway/client"

type answerCommand struct {
	List answerList `cmd:"" help:"List answers of may-deploy that were recorded, newest first."`
}

type answerList struct {
	Service     string `placeholder:"S" help:"Only on this service, by key."`
	Environment string `placeholder:"E" help:"Only on this environment, by key."`
	Outcome     string `enum:"allowed,refused," default:"" placeholder:"O" help:"Only those that say so: allowed or refused."`
	Limit       int    `default:"200" help:"How many at most; 0 for all."`
}

// Run prints recorded answers, newest first.
func (c *answerList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rows, err := api.RecordedAnswers(s.Context(), client.AnswerFilter{Service: c.Service, Environment: c.Environment, Outcome: c.Outcome}, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"ID", "ASKED", "SERVICE", "VERSION", "DIGEST", "ENVIRONMENT", "FOR", "ANSWER", "WHY"}, Empty: "No answers were recorded."}
		for _, a := range rows {
			word := "refused"
			if a.Allowed {
				word = "allowed"
			}
			why := ""
			for _, r := range a.Answer.Reasons {
				if why != "" {
					why += " "
				}
				why += r.Code
			}
			t.Add(a.ID, a.AskedAt.UTC().Format("2006-01-02 15:04Z"), a.Service, a.Version, a.Digest, a.Environment, a.At.UTC().Format("2006-01-02 15:04Z"), word, why)
		}
		return t
	})
}
