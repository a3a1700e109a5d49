package planfile_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"slipway/internal/errs"
	"slipway/internal/work/planfile"
)

var berlin = func() *time.Location {
	z, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return z
}()

func random(r *rand.Rand) planfile.Plan {
	p := planfile.Plan{Name: "Payments 26.11.0"}
	statuses := []string{"todo", "doing", "blocked", "done", "dropped"}
	phases := []string{"", "build", "test"}
	kinds := []string{"FS", "SS", "FF", "SF"}
	names := []string{"Cut the branch", "=SUM(A1:A9)", "Überweisung, \"payee\"", "-1", "a; b", "'quoted'", "two\nlines", "<b>&amp;"}
	when := func() time.Time {
		if r.IntN(2) == 0 {
			return time.Time{}
		}
		return time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(60*72)) * time.Minute)
	}
	for i := range 1 + r.IntN(30) {
		t := planfile.Task{Key: fmt.Sprintf("t-%dfs", i), Name: names[r.IntN(len(names))], Owner: []string{"", "ines", "daniel"}[r.IntN(3)], Phase: phases[r.IntN(3)], Status: statuses[r.IntN(5)],
			Low: -1, Likely: -1, High: -1, Percent: -1, Remaining: -1, Due: when(), Started: when(), Ended: when(), Text: names[r.IntN(len(names))]}
		if r.IntN(3) > 0 {
			t.Low, t.Likely, t.High = int64(1+r.IntN(100)), int64(100+r.IntN(1000)), int64(1100+r.IntN(9000))
		}
		if t.Status == "doing" && t.Likely > 0 {
			t.Remaining = int64(1 + r.IntN(int(t.Likely-1)))
		}
		switch r.IntN(4) {
		case 0:
			t.NotBefore = when()
		case 1:
			t.FixedStart = when()
		case 2:
			t.FixedEnd = when()
		}
		for k := range i {
			if r.IntN(6) == 0 {
				l := planfile.Link{Task: fmt.Sprintf("t-%dfs", k), To: k, Kind: kinds[r.IntN(4)]}
				if r.IntN(2) == 0 {
					l.Lag, l.Elapsed = int64(r.IntN(4000)-2000), r.IntN(2) == 0
				}
				l.Elapsed = l.Elapsed && l.Lag != 0
				t.Links = append(t.Links, l)
			}
		}
		p.Tasks = append(p.Tasks, t)
	}
	return p
}

// ordered is a plan by key, with links by the keys of their tasks, and without what a format may add.
func ordered(p planfile.Plan, percent bool) []planfile.Task {
	var out []planfile.Task
	for _, t := range p.Tasks {
		t.Place, t.Line, t.ID = "", 0, ""
		if !percent {
			t.Percent = -1
		}
		links := slices.Clone(t.Links)
		for i := range links {
			links[i].Task, links[i].To = p.Tasks[links[i].To].Key, 0
		}
		t.Links = links
		for _, at := range []*time.Time{&t.NotBefore, &t.FixedStart, &t.FixedEnd, &t.Due, &t.Started, &t.Ended} {
			*at = at.UTC()
		}
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b planfile.Task) int { return strings.Compare(a.Key, b.Key) })
	return out
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, f := range planfile.Formats() {
		for n := range 60 {
			p := random(r)
			for i := range p.Tasks {
				// A workbook and a project file keep wall times; the hour that a clock shows twice is not told apart by the latter.
				if f == planfile.MSPDI {
					for _, at := range []*time.Time{&p.Tasks[i].NotBefore, &p.Tasks[i].FixedStart, &p.Tasks[i].FixedEnd, &p.Tasks[i].Due, &p.Tasks[i].Started, &p.Tasks[i].Ended} {
						if at.In(berlin).Hour() == 2 {
							*at = at.Add(2 * time.Hour)
						}
					}
					p.Tasks[i].Name, p.Tasks[i].Text = strings.TrimSpace(p.Tasks[i].Name), strings.TrimSpace(p.Tasks[i].Text)
				}
			}
			data, err := planfile.Write(f, p, berlin)
			if err != nil {
				t.Fatal(err)
			}
			if planfile.Guess(data) != f {
				t.Errorf("%s: guessed %s", f, planfile.Guess(data))
			}
			got, err := planfile.Read(f, data, berlin)
			if err != nil {
				t.Fatalf("%s %d: %v %+v\n%s", f, n, err, errs.As(err).Fields, data)
			}
			want := p
			if f == planfile.MSPDI {
				for i := range want.Tasks {
					want.Tasks[i].Likely = max(want.Tasks[i].Likely, 0)
				}
			}
			if d := cmp.Diff(ordered(want, false), ordered(got, false), cmpopts.EquateEmpty()); d != "" {
				t.Fatalf("%s %d: %s", f, n, d)
			}
		}
	}
}

func TestReadsASpreadsheet(t *testing.T) {
	text := "\xef\xbb\xbfNo.;Task Name;Resource Names;Duration;Predecessors;% Complete;Start;Finish;Colour\r\n" +
		"1;Design;Ines Moreau;3 days?;;100%;2026-11-02;4.11.2026;red\r\n" +
		"2;Build;Oskar;2,5 days;1FS+1 day;40%;2026-11-09;;\r\n" +
		"3;Test;;1 wk;1;0;;;\r\n" +
		";;;;;;;;\r\n" +
		"4;Docs;;4 hrs;2SS-4h, 3FF+2 edays;;2026-11-20 09:30;;\r\n"
	p, err := planfile.Read(planfile.CSV, []byte(text), berlin)
	if err != nil {
		t.Fatal(err, errs.As(err).Fields)
	}
	if len(p.Tasks) != 4 || len(p.Notes) != 3 {
		t.Fatalf("%d tasks, notes %+v", len(p.Tasks), p.Notes)
	}
	b, d := p.Tasks[1], p.Tasks[3]
	if b.Likely != 1200 || b.Status != "doing" || b.Percent != 40 || b.Links[0] != (planfile.Link{Task: "1", To: 0, Kind: "FS", Lag: 480}) || !b.NotBefore.IsZero() {
		t.Errorf("%+v", b)
	}
	want := []planfile.Link{{Task: "2", To: 1, Kind: "SS", Lag: -240}, {Task: "3", To: 2, Kind: "FF", Lag: 2880, Elapsed: true}}
	if !slices.Equal(d.Links, want) || d.Place != "row 6" {
		t.Errorf("%+v", d)
	}
	if a := p.Tasks[0]; a.Status != "done" || a.Owner != "Ines Moreau" || a.Likely != 1440 || a.Due.Format("2006-01-02") != "2026-11-04" {
		t.Errorf("%+v", a)
	}
}

func TestReadsDatesOfAWorkbook(t *testing.T) {
	f := excelize.NewFile()
	for i, row := range [][]any{{"Task", "Due date", "Percent", "Estimate"}, {"Build", time.Date(2026, 12, 4, 18, 0, 0, 0, time.UTC), 0.4, 6}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellFormula("Sheet1", "D2", "=2+4"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	p, err := planfile.Read(planfile.XLSX, b.Bytes(), berlin)
	if err != nil {
		t.Fatal(err, errs.As(err).Fields)
	}
	x := p.Tasks[0]
	if !x.Due.Equal(time.Date(2026, 12, 4, 18, 0, 0, 0, berlin)) || x.Percent != 40 {
		t.Errorf("%+v", x)
	}
}

const project = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Project xmlns="http://schemas.microsoft.com/project">
 <SaveVersion>14</SaveVersion><Name>open.mpp</Name><Title>Open banking</Title><StartDate>2026-11-02T08:00:00</StartDate><MinutesPerDay>480</MinutesPerDay>
 <Calendars><Calendar><UID>1</UID><Name>Standard</Name></Calendar></Calendars>
 <Tasks>
  <Task><UID>0</UID><ID>0</ID><Name>Open banking</Name><OutlineLevel>0</OutlineLevel><Summary>1</Summary></Task>
  <Task><UID>1</UID><ID>1</ID><Name>Build</Name><OutlineLevel>1</OutlineLevel><Summary>1</Summary><Duration>PT80H0M0S</Duration></Task>
  <Task><UID>7</UID><ID>2</ID><Name>Consent service</Name><OutlineLevel>2</OutlineLevel><Duration>PT40H0M0S</Duration><DurationFormat>7</DurationFormat><PercentComplete>60</PercentComplete>
    <ActualStart>2026-11-09T08:00:00</ActualStart><RemainingDuration>PT16H0M0S</RemainingDuration><ConstraintType>4</ConstraintType><ConstraintDate>2026-11-09T08:00:00</ConstraintDate>
    <Deadline>2026-11-20T17:00:00</Deadline><Notes>As agreed.</Notes></Task>
  <Task><UID>8</UID><ID>3</ID><Name>Screens</Name><OutlineLevel>2</OutlineLevel><Duration>PT24H0M0S</Duration><PercentComplete>0</PercentComplete>
    <PredecessorLink><PredecessorUID>7</PredecessorUID><Type>3</Type><LinkLag>4800</LinkLag><LagFormat>7</LagFormat></PredecessorLink>
    <PredecessorLink><PredecessorUID>1</PredecessorUID><Type>1</Type></PredecessorLink></Task>
  <Task><UID>9</UID><ID>4</ID><Name>Feature complete</Name><OutlineLevel>1</OutlineLevel><Milestone>1</Milestone><Duration>PT0H0M0S</Duration>
    <PredecessorLink><PredecessorUID>8</PredecessorUID><Type>1</Type><LinkLag>14400</LinkLag><LagFormat>8</LagFormat></PredecessorLink></Task>
 </Tasks>
 <Resources><Resource><UID>0</UID><Type>1</Type></Resource><Resource><UID>1</UID><ID>1</ID><Name>Oskar Kowalski</Name><Type>1</Type><EmailAddress>oskar@aldermoor.example</EmailAddress></Resource>
  <Resource><UID>2</UID><ID>2</ID><Name>Concrete</Name><Type>0</Type></Resource></Resources>
 <Assignments><Assignment><UID>1</UID><TaskUID>7</TaskUID><ResourceUID>2</ResourceUID></Assignment><Assignment><UID>2</UID><TaskUID>7</TaskUID><ResourceUID>1</ResourceUID></Assignment></Assignments>
</Project>`

func TestReadsMicrosoftProject(t *testing.T) {
	p, err := planfile.Read(planfile.MSPDI, []byte(project), berlin)
	if err != nil {
		t.Fatal(err, errs.As(err).Fields)
	}
	if p.Name != "Open banking" || len(p.Tasks) != 3 {
		t.Fatalf("%s %+v", p.Name, p.Tasks)
	}
	a, b, m := p.Tasks[0], p.Tasks[1], p.Tasks[2]
	if a.Phase != "Build" || a.Likely != 2400 || a.Remaining != 960 || a.Status != "doing" || a.Owner != "oskar@aldermoor.example" || a.Text != "As agreed." ||
		!a.NotBefore.Equal(time.Date(2026, 11, 9, 8, 0, 0, 0, berlin)) || a.Due.IsZero() || a.Line != 8 {
		t.Errorf("%+v", a)
	}
	if want := []planfile.Link{{Task: "7", To: 0, Kind: "SS", Lag: 480}}; !slices.Equal(b.Links, want) {
		t.Errorf("%+v", b.Links)
	}
	if want := []planfile.Link{{Task: "8", To: 1, Kind: "FS", Lag: 1440, Elapsed: true}}; !slices.Equal(m.Links, want) || !m.Milestone || m.Phase != "" {
		t.Errorf("%+v", m)
	}
	if len(p.Notes) != 1 || !strings.Contains(p.Notes[0].Text, "summary task") {
		t.Errorf("%+v", p.Notes)
	}
}

func bomb(t *testing.T, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	zero := make([]byte, 1<<20)
	for range size {
		if _, err := w.Write(zero); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRefusesWithThePlace(t *testing.T) {
	wide := "name\n" + strings.Repeat("x", 40_000) + "\n"
	for name, c := range map[string]struct {
		f      planfile.Format
		data   string
		reason string
		line   int
	}{
		"no name column":     {planfile.CSV, "key,owner\na,b\n", "file.no_name_column", 1},
		"a column twice":     {planfile.CSV, "name,task\na,b\n", "file.column_twice", 1},
		"a quote left open":  {planfile.CSV, "name\nok\n\"open\n", "csv.malformed", 3},
		"a giant cell":       {planfile.CSV, wide, "text.too_long", 2},
		"a duration":         {planfile.CSV, "name,estimate\na,3d\nb,soon\n", "duration.malformed", 3},
		"a date":             {planfile.CSV, "name,due\na,12/11/26\n", "instant.malformed", 2},
		"an unknown task":    {planfile.CSV, "key,name,after\na,A,\nb,B,zz\n", "work.link_malformed", 3},
		"a key twice":        {planfile.CSV, "key,name\na,A\na,B\n", "key.taken", 3},
		"a share as a lag":   {planfile.CSV, "key,name,after\na,A,\nb,B,a FS+50%\n", "work.link_malformed", 3},
		"too many rows":      {planfile.CSV, "name\n" + strings.Repeat("x\n", 6_000), "list.too_long", 5002},
		"no text":            {planfile.CSV, "name\n\xff\xfe", "text.not_utf8", 2},
		"no workbook":        {planfile.XLSX, "PK\x03\x04 nothing", "xlsx.malformed", 0},
		"a bomb":             {planfile.XLSX, string(bomb(t, 200)), "xlsx.unpacks_too_far", 0},
		"entities":           {planfile.MSPDI, "<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY a \"aaaa\">]>\n<Project>&a;</Project>", "xml.doctype", 2},
		"an unknown entity":  {planfile.MSPDI, "<Project>\n<Name>&a;</Name></Project>", "xml.malformed", 2},
		"deep nesting":       {planfile.MSPDI, "<Project>\n" + strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100) + "</Project>", "xml.too_deep", 2},
		"another document":   {planfile.MSPDI, "\n<html></html>", "mspdi.malformed", 2},
		"a malformed number": {planfile.MSPDI, "<Project><Tasks>\n<Task><UID>1</UID><Name>x</Name><OutlineLevel>one</OutlineLevel></Task></Tasks></Project>", "mspdi.malformed", 2},
		"a bad duration":     {planfile.MSPDI, "<Project><Tasks>\n<Task><UID>1</UID><ID>1</ID><Name>x</Name><Duration>3 days</Duration></Task></Tasks></Project>", "duration.malformed", 2},
		"another encoding":   {planfile.MSPDI, "<?xml version=\"1.0\" encoding=\"utf-16\"?><Project/>", "xml.malformed", 1},
		"nothing":            {planfile.MSPDI, "<Project></Project>", "file.empty", 0},
		"a format":           {"odt", "x", "file.format_unknown", 0},
		"too long":           {planfile.CSV, strings.Repeat("x", planfile.BytesMax+1), "file.too_long", 0},
	} {
		_, err := planfile.Read(c.f, []byte(c.data), berlin)
		e := errs.As(err)
		if err == nil || e.Code != errs.CodeInvalid {
			t.Errorf("%s: %v", name, err)
			continue
		}
		reason, line := e.Reason, 0
		if len(e.Fields) > 0 {
			reason, line = e.Fields[0].Reason, e.Fields[0].Line
		}
		if reason != c.reason || line != c.line {
			t.Errorf("%s: %s at line %d, want %s at %d: %v %v", name, reason, line, c.reason, c.line, err, e.Fields)
		}
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	data, err := planfile.Write(planfile.CSV, planfile.Plan{Tasks: []planfile.Task{{Key: "a", Name: "=1+1", Text: "@cmd", Low: -1, Likely: -1, High: -1, Remaining: -1}}}, berlin)
	if err != nil || !bytes.Contains(data, []byte(",'=1+1,")) || !bytes.Contains(data, []byte(",'@cmd")) {
		t.Errorf("%s %v", data, err)
	}
}

func fuzz(f *testing.F, format planfile.Format) {
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := planfile.Read(format, data, berlin)
		if err != nil {
			if errs.As(err).Code != errs.CodeInvalid {
				t.Fatalf("%v", err)
			}
			return
		}
		for _, x := range p.Tasks {
			for _, l := range x.Links {
				if l.To < 0 || l.To >= len(p.Tasks) {
					t.Fatalf("a link leads to %d of %d", l.To, len(p.Tasks))
				}
			}
		}
		if _, err := planfile.Write(planfile.MSPDI, p, berlin); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("key;name;after\na;A;\nb;B;a FS+2d\n"))
	f.Add([]byte("name,percent,due\n\"a,b\",0.4,2026-11-21\n"))
	fuzz(f, planfile.CSV)
}

func FuzzProject(f *testing.F) {
	f.Add([]byte(project))
	f.Add([]byte("<Project><Tasks><Task><UID>1</UID><Name>x</Name></Task></Tasks></Project>"))
	fuzz(f, planfile.MSPDI)
}

func FuzzWorkbook(f *testing.F) {
	data, err := planfile.Write(planfile.XLSX, planfile.Plan{Tasks: []planfile.Task{{Key: "a", Name: "A", Low: -1, Likely: 60, High: -1, Remaining: -1}}}, berlin)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	fuzz(f, planfile.XLSX)
}

// TestSharesAsLags: Microsoft Project keeps a lag of 50 % of the giver's duration as such, and none at all in the same format.
func TestSharesAsLags(t *testing.T) {
	link := func(lag, format int) string {
		return fmt.Sprintf(`<PredecessorLink><PredecessorUID>1</PredecessorUID><Type>1</Type><LinkLag>%d</LinkLag><LagFormat>%d</LagFormat></PredecessorLink>`, lag, format)
	}
	for _, c := range []struct {
		lag, format int
		want        int64
		elapsed     bool
		notes       int
	}{{0, 19, 0, false, 0}, {50, 19, 20 * 60, false, 1}, {-25, 51, -10 * 60, false, 1}, {50, 20, 20 * 60, true, 1}} {
		file := `<Project><Tasks><Task><UID>2</UID><ID>1</ID><Name>b</Name>` + link(c.lag, c.format) + `</Task><Task><UID>1</UID><ID>2</ID><Name>a</Name><Duration>PT40H0M0S</Duration></Task></Tasks></Project>`
		p, err := planfile.Read(planfile.MSPDI, []byte(file), berlin)
		if err != nil || len(p.Tasks) != 2 || len(p.Notes) != c.notes {
			t.Fatalf("%+v: %v %+v", c, err, p)
		}
		if l := p.Tasks[0].Links[0]; l.Lag != c.want || l.Elapsed != c.elapsed || l.To != 1 {
			t.Errorf("%+v: %+v", c, l)
		}
	}
	_, err := planfile.Read(planfile.MSPDI, []byte(`<Project><Tasks><Task><UID>2</UID><ID>1</ID><Name>b</Name>`+link(1<<40, 19)+`</Task></Tasks></Project>`), berlin)
	if e := errs.As(err); err == nil || e.Fields[0].Reason != "task.lag_too_long" {
		t.Errorf("%v", err)
	}
}

func TestTextOfOtherMachines(t *testing.T) {
	p, err := planfile.Read(planfile.CSV, []byte("key,name\ra,A\rb,B\r"), berlin)
	if err != nil || len(p.Tasks) != 2 || p.Tasks[1].Name != "B" {
		t.Errorf("lines that end with CR alone: %v %+v", err, p)
	}
	p, err = planfile.Read(planfile.CSV, []byte("key,name\na,A,lost\nb,B,,\n"), berlin)
	if err != nil || len(p.Notes) != 1 || p.Notes[0].Place != "row 2" {
		t.Errorf("cells behind the last column: %v %+v", err, p)
	}
	if _, err := planfile.Read(planfile.CSV, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00"), berlin); err == nil || !strings.Contains(err.Error(), ".xlsx") {
		t.Errorf("an old workbook: %v", err)
	}
	if _, err := planfile.Read(planfile.CSV, []byte("name\nfine\n\xc4ndern\n"), berlin); err == nil || errs.As(err).Fields[0].Line != 3 {
		t.Errorf("Windows-1252: %v", err)
	}
}

func TestFailedFormulasAreRefused(t *testing.T) {
	f := excelize.NewFile()
	for cell, v := range map[string]string{"A1": "key", "B1": "name", "A2": "a", "B2": "#REF!"} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	_, err = planfile.Read(planfile.XLSX, b.Bytes(), berlin)
	if e := errs.As(err); err == nil || e.Fields[0].Line != 2 || !strings.Contains(e.Fields[0].Msg, "name") {
		t.Errorf("%v", err)
	}
}
