package planfile

import (
	"strings"
	"testing"
	"time"
)

// A sheet that German programs write is read with its headings, units and kinds of links.
func TestGermanSheet(t *testing.T) {
	text := "\ufeffNr;Vorgangsname;Dauer;Anfang;Ende;Vorgänger;Ressourcennamen;% Abgeschlossen\n" +
		"1;Prüfen;2 Tage;21.11.2026;24.11.2026;;ada;50\n2;Größe;1,5 Tage;;;1EA+2 Tage;ben;\n3;Über;4 Std.;;;2AA;;\n4;Fest;1 Woche;;;3EE+1 ftag;;\n"
	p, err := Read(CSV, []byte(text), time.UTC)
	if err != nil || len(p.Notes) != 0 || len(p.Tasks) != 4 {
		t.Fatalf("%v %+v", err, p)
	}
	day := int64(minutesADay)
	for i, want := range []Task{{Name: "Prüfen", Owner: "ada", Likely: 2 * day, Percent: 50}, {Name: "Größe", Owner: "ben", Likely: 3 * day / 2, Percent: -1},
		{Name: "Über", Likely: 240, Percent: -1}, {Name: "Fest", Likely: minutesAWeek, Percent: -1}} {
		if x := p.Tasks[i]; x.Name != want.Name || x.Owner != want.Owner || x.Likely != want.Likely || x.Percent != want.Percent {
			t.Errorf("%+v", x)
		}
	}
	if d := p.Tasks[0]; d.Due.Day() != 24 || d.NotBefore.Day() != 21 {
		t.Errorf("%+v", d)
	}
	a, b, c := p.Tasks[1].Links[0], p.Tasks[2].Links[0], p.Tasks[3].Links[0]
	if a.Kind != "FS" || a.Lag != 2*day || b.Kind != "SS" || c.Kind != "FF" || !c.Elapsed || c.Lag != 24*60 {
		t.Errorf("%+v %+v %+v", a, b, c)
	}
}

// Baselines of Microsoft Project are not taken, and that is said.
func TestBaselinesAreNoted(t *testing.T) {
	text := `<Project xmlns="http://schemas.microsoft.com/project"><Tasks><Task><UID>1</UID><ID>1</ID><Name>A</Name><Duration>PT8H0M0S</Duration>
		<Baseline><Number>0</Number><Start>2026-11-23T08:00:00</Start></Baseline><Baseline><Number>1</Number></Baseline></Task>
		<Task><UID>2</UID><ID>2</ID><Name>B</Name><Duration>PT8H0M0S</Duration></Task></Tasks></Project>`
	p, err := Read(MSPDI, []byte(text), time.UTC)
	if err != nil || len(p.Tasks) != 2 || len(p.Notes) != 1 || !strings.HasPrefix(p.Notes[0].Text, "Tasks with a baseline: 1.") {
		t.Errorf("%v %+v", err, p.Notes)
	}
}
