package cli

import (
	"strconv"

	"slipway/client"
)

type jobCommand struct {
	List   jobList   `cmd:"" help:"List the jobs that failed for good."`
	Retry  jobRetry  `cmd:"" help:"Let a job that failed for good start again."`
	Forget jobForget `cmd:"" help:"Forget a job that failed for good."`
}

type jobList struct {
	Limit int `default:"50" help:"How many at most; 0 for all."`
}

// Run prints the jobs.
func (c *jobList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rows, err := api.Jobs(s.Context(), c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"JOB", "KIND", "ATTEMPTS", "FAILED (UTC)", "ERROR"}, Empty: "Nothing failed for good."}
		for _, j := range rows {
			t.Add(j.ID, j.Kind, attempts(j), since(j.FinishedAt), j.LastError)
		}
		return t
	})
}

func attempts(j client.Job) string {
	return strconv.Itoa(j.Attempt) + " of " + strconv.Itoa(j.MaxAttempts)
}

// oneJob names a job.
type oneJob struct {
	Job string `arg:"" help:"Identifier of the job; slipway job list shows it."`
}

type (
	jobRetry  struct{ oneJob }
	jobForget struct{ oneJob }
)

// Run lets the job start again.
func (c *jobRetry) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if err := api.RetryJob(s.Context(), c.Job); err != nil {
		return err
	}
	return s.Say(struct{}{}, "The job starts again.")
}

// Run forgets the job.
func (c *jobForget) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if err := api.ForgetJob(s.Context(), c.Job); err != nil {
		return err
	}
	return s.Say(struct{}{}, "The job is forgotten.")
}
