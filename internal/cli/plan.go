package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"slipway/internal/app"
)

type planCommand struct {
	Schedule  planSchedule  `cmd:"" help:"Schedule a network of tasks from a file, without a server."`
	Show      planShow      `cmd:"" help:"Show when the work of a release can be done: dates, float, the critical chain."`
	Level     planLevel     `cmd:"" help:"The same, so that nobody does two tasks at once."`
	Forecast  planForecast  `cmd:"" help:"Show by when the work of a release is done, and how likely; --now makes a new forecast."`
	Forecasts planForecasts `cmd:"" help:"Show the forecasts of a release that were made, the last of each day, newest first."`
	Wish      planWish      `cmd:"" help:"Ask what must be true for a date: the smallest sets of moves that are enough."`
	Baseline  planBaseline  `cmd:"" help:"Baselines of releases: add, list, compare."`
	Import    planImport    `cmd:"" help:"Take tasks over from a spreadsheet or from Microsoft Project's XML."`
	Export    planExport    `cmd:"" help:"Write the tasks of a release for a spreadsheet, Microsoft Project or a program."`
}

type planSchedule struct {
	File      string  `short:"f" required:"" placeholder:"NETWORK.json" help:"The network; - for standard input."`
	Level     bool    `help:"Respect the capacities of resources."`
	Forecast  int     `placeholder:"N" help:"Draw the durations that many times and say by when the network is finished, and how likely."`
	Seconds   float64 `default:"5" help:"How long levelling and a forecast with resources may look."`
	Schedules int     `placeholder:"N" help:"Let levelling try that many schedules however long it takes, so that the answer is the same on every machine."`
	Seed      uint64  `help:"Seed of everything that draws; the same seed gives the same answer."`
}

// Run schedules a network.
func (c *planSchedule) Run(s *Session) error {
	switch {
	case math.IsNaN(c.Seconds) || c.Seconds < 1e-9 || c.Seconds > 86_400:
		return Usage("--seconds: give more than 0 and at most 86400")
	case c.Forecast < 0 || c.Schedules < 0:
		return Usage("--forecast and --schedules: give a number that is not negative")
	}
	src, err := s.ReadFile(c.File, app.NetworkBytes)
	if err != nil {
		return err
	}
	o := app.OutlineOptions{Level: c.Level, Schedules: c.Schedules, Samples: c.Forecast, Time: time.Duration(c.Seconds * float64(time.Second)), Seed: c.Seed}
	if c.Schedules > 0 {
		o.Time = 0
	}
	name := c.File
	if name == "-" {
		name = "standard input"
	}
	out, err := app.OutlineNetwork(s.Context(), name, src, o)
	if err != nil {
		return err
	}
	if err := s.Print(out, func() *Table { return outlined(out) }); err != nil || s.JSON() {
		return err
	}
	return s.sum(out)
}

func outlined(o app.Outline) *Table {
	t := &Table{Heads: []string{"TASK", "START", "FINISH", "LATE START", "LATE FINISH", "FLOAT", "FREE", "CRITICAL"}, Empty: "The network has no tasks."}
	if o.Forecast != nil {
		t.Heads = append(t.Heads, "CRITICALITY")
	}
	for _, x := range o.Tasks {
		critical := ""
		if x.Critical {
			critical = "yes"
		}
		row := []any{x.Key, x.Start, x.Finish, x.LateStart, x.LateFinish, x.Float, x.FreeFloat, critical}
		if x.Criticality != nil {
			row = append(row, fmt.Sprintf("%.0f %%", 100**x.Criticality))
		}
		t.Add(row...)
	}
	return t
}

// sum says what all of it comes to, under the table.
func (s *Session) sum(o app.Outline) error {
	unit := ""
	if o.Unit != "" {
		unit = " " + plain(o.Unit)
		if o.Makespan != 1 && !strings.HasSuffix(unit, "s") {
			unit += "s"
		}
	}
	line := fmt.Sprintf("Makespan %d%s.", o.Makespan, unit)
	if l := o.Levelling; l != nil && l.Proven {
		line += " No schedule within the capacities finishes earlier."
	} else if l != nil {
		line += fmt.Sprintf(" No schedule within the capacities finishes before %d. This one is the best since schedule %d.", o.LowerBound, l.Schedules)
	}
	if f := o.Forecast; f != nil {
		short := func(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
		line += fmt.Sprintf("\nForecast from %d samples: P50 %s, P80 %s, P95 %s.", f.Samples, short(f.P50), short(f.P80), short(f.P95))
	}
	_, err := fmt.Fprintln(s.Out(), line)
	return err
}
