package cli

import "slipway/client"

type busyCommand struct {
	Add   busyAdd   `cmd:"" help:"Publish a busy time; --dry-run shows first what falls into it."`
	List  busyList  `cmd:"" help:"List busy times."`
	Show  busyShow  `cmd:"" help:"Show a busy time."`
	Set   busySet   `cmd:"" help:"Change a busy time."`
	Close busyClose `cmd:"" help:"Withdraw a busy time, for a reason."`
}

type busyAdd struct {
	Key   string `arg:"" help:"Its key, such as month-end."`
	times `embed:""`
}

// Run publishes a busy time.
func (c *busyAdd) Run(s *Session) error {
	return addPeriod(s, client.BusyTimes, client.PeriodSpec{Key: c.Key, Name: c.Key}, c.times)
}

type busyList struct{ periodFilter }

// Run lists busy times.
func (c *busyList) Run(s *Session) error { return c.list(s, client.BusyTimes) }

type busyShow struct {
	Busy string `arg:"" help:"Key or identifier."`
}

// Run shows a busy time.
func (c *busyShow) Run(s *Session) error { return showPeriod(s, client.BusyTimes, c.Busy) }

type busySet struct {
	Busy  string `arg:"" help:"Key or identifier."`
	times `embed:""`
	Rev   int64 `help:"The version of the row that you read; the present one without it."`
}

// Run changes what was given and leaves the rest.
func (c *busySet) Run(s *Session) error {
	return setPeriod(s, client.BusyTimes, c.Busy, c.Rev, c.times, nil)
}

type busyClose struct {
	Busy   string `arg:"" help:"Key or identifier."`
	Reason string `required:"" help:"Why; the record keeps it."`
	DryRun bool   `help:"Only show what it would do."`
}

// Run withdraws a busy time.
func (c *busyClose) Run(s *Session) error {
	return closePeriod(s, client.BusyTimes, c.Busy, c.Reason, c.DryRun)
}
