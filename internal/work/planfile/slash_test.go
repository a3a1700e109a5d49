package planfile_test

import (
	"strings"
	"testing"
	"time"

	"slipway/internal/errs"
	"slipway/internal/work/planfile"
)

func TestDatesOfSpreadsheets(t *testing.T) {
	for _, c := range []struct {
		in   string // of the column due, with bars between the rows
		want string // in Berlin, of the last row; else what the fault says
	}{
		{"2026-11-21", "2026-11-21 23:59"}, // due on a day is not late in its course
		{"21.11.2026", "2026-11-21 23:59"},
		{"21.11.2026 17:30", "2026-11-21 17:30"},
		{"11/21/2026", "2026-11-21 23:59"},
		{"11/21/2026 | 3/4/2027 5:30 PM", "2027-03-04 17:30"},
		{"21/11/2026 | 03/04/2027 17:30:00", "2027-04-03 17:30"},
		{"12/04/2026", "which number"},
		{"11/21/2026 | 21/11/2026", "which number"},
		{"11/31/2026", "which number"},
		{"11/21/26", "has the form"},
	} {
		rows := "task;due\n"
		for _, d := range strings.Split(c.in, "|") {
			rows += "Some;" + d + "\n"
		}
		p, err := planfile.Read(planfile.CSV, []byte(rows), berlin)
		if err != nil {
			if f := errs.As(err).Fields; !strings.Contains(f[len(f)-1].Msg, c.want) {
				t.Errorf("%s: %+v", c.in, f)
			}
			continue
		}
		if got := p.Tasks[len(p.Tasks)-1].Due.In(berlin).Format("2006-01-02 15:04"); got != c.want {
			t.Errorf("%s: %s, want %s", c.in, got, c.want)
		}
	}
	p, err := planfile.Read(planfile.CSV, []byte("task,not before\nSome,11/21/2026\n"), berlin)
	if err != nil || !p.Tasks[0].NotBefore.Equal(time.Date(2026, 11, 21, 0, 0, 0, 0, berlin)) {
		t.Errorf("%v %v", p.Tasks, err)
	}
}
