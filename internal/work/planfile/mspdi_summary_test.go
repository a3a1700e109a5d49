package planfile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/errs"
	"slipway/internal/work/planfile"
)

// mspdi is a file of Microsoft Project with tasks given as "uid name level extra", a name in capitals being a summary task.
func mspdi(tasks ...string) []byte {
	var b strings.Builder
	b.WriteString(`<Project xmlns="http://schemas.microsoft.com/project"><Tasks>`)
	for _, x := range tasks {
		f := strings.SplitN(x+" ", " ", 4)
		summary := 0
		if f[1] == strings.ToUpper(f[1]) {
			summary = 1
		}
		fmt.Fprintf(&b, `<Task><UID>%[1]s</UID><ID>%[1]s</ID><Name>%[2]s</Name><OutlineLevel>%[3]s</OutlineLevel><Summary>%[4]d</Summary><Duration>PT8H0M0S</Duration>%[5]s</Task>`, f[0], f[1], f[2], summary, f[3])
	}
	b.WriteString(`</Tasks></Project>`)
	return []byte(b.String())
}

func on(uid, kind int) string {
	return fmt.Sprintf(`<PredecessorLink><PredecessorUID>%d</PredecessorUID><Type>%d</Type><LinkLag>600</LinkLag><LagFormat>5</LagFormat></PredecessorLink>`, uid, kind)
}

// Plans of Microsoft Project tie summary tasks to each other as often as tasks.
func TestLinksOfSummaryTasks(t *testing.T) {
	p, err := planfile.Read(planfile.MSPDI, mspdi("1 DESIGN 1", "2 sketch 2", "3 DETAIL 2", "4 draw 3", "5 BUILD 1 "+on(1, 1), "6 code 2", "7 test 2 "+on(6, 1),
		"8 ship 1 "+on(5, 1), "9 show 1 "+on(5, 3), "10 FAIR 1 "+on(8, 0), "11 stand 2"), berlin)
	if err != nil {
		t.Fatal(err, errs.As(err).Fields)
	}
	var got []string
	for _, x := range p.Tasks {
		for _, l := range x.Links {
			got = append(got, fmt.Sprintf("%s %s+%d %s", p.Tasks[l.To].Name, l.Kind, l.Lag, x.Name))
		}
	}
	want := []string{"sketch FS+60 code", "draw FS+60 code", "code FS+60 test", "sketch FS+60 test", "draw FS+60 test", "code FS+60 ship", "test FS+60 ship"}
	if !slices.Equal(got, want) {
		t.Errorf("links are %v,\nwant %v", got, want)
	}
	var notes []string
	for _, n := range p.Notes {
		notes = append(notes, n.Place)
	}
	slices.Sort(notes)
	if want := []string{"task 10", "task 5", "task 8", "task 9"}; !slices.Equal(notes, want) {
		t.Errorf("notes for %v, want %v: %+v", notes, want, p.Notes)
	}
}

// A task that Project does not schedule stays where somebody has put it.
func TestTasksWithDatesByHand(t *testing.T) {
	p, err := planfile.Read(planfile.MSPDI, mspdi("1 visit 1 <Manual>1</Manual><Start>2026-12-21T08:00:00</Start>", "2 call 1 <Start>2026-12-21T08:00:00</Start>"), berlin)
	if err != nil {
		t.Fatal(err, errs.As(err).Fields)
	}
	if at := p.Tasks[0].NotBefore; !at.Equal(time.Date(2026, 12, 21, 8, 0, 0, 0, berlin)) || !p.Tasks[1].NotBefore.IsZero() || len(p.Notes) != 1 {
		t.Errorf("%v %v %v", at, p.Tasks[1].NotBefore, p.Notes)
	}
}
