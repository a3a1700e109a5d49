package planfile

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"slipway/internal/errs"
)

// table is the rows of a sheet.
type table struct {
	header []string
	rows   []row
}

type row struct {
	number int // as a spreadsheet counts, 1-based
	cells  []string
}

// headings are the names by which other tools and people call the columns.
var headings = map[string]Column{
	"key": Key, "task key": Key,
	"id": number, "no": number, "no.": number, "number": number, "unique id": number, "uid": number,
	"name": Name, "task": Name, "task name": Name, "title": Name, "summary": Name,
	"owner": Owner, "assignee": Owner, "assigned to": Owner, "resource": Owner, "resources": Owner, "resource names": Owner, "responsible": Owner,
	"phase": Phase, "section": Phase,
	"status": Status, "state": Status,
	"optimistic": Low, "low": Low, "best case": Low,
	"likely": Likely, "most likely": Likely, "estimate": Likely, "duration": Likely, "work": Likely, "effort": Likely,
	"pessimistic": High, "high": High, "worst case": High,
	"percent": Percent, "% complete": Percent, "percent complete": Percent, "progress": Percent, "% done": Percent, "done": Percent,
	"remaining": Remaining, "remaining work": Remaining, "remaining duration": Remaining, "left": Remaining,
	"not before": NotBefore, "start no earlier than": NotBefore, "earliest start": NotBefore,
	"start": start, "start date": start, "begin": start,
	"fixed start": FixedStart, "must start on": FixedStart,
	"fixed finish": FixedEnd, "must finish on": FixedEnd,
	"due": Due, "due date": Due, "finish": Due, "finish date": Due, "end": Due, "end date": Due, "deadline": Due,
	"started": Started, "actual start": Started,
	"ended": Ended, "actual finish": Ended, "finished": Ended,
	"after": Links, "predecessors": Links, "predecessor": Links, "depends on": Links, "needs": Links, "dependencies": Links,
	"items": Items, "scope items": Items, "scope": Items, "serves": Items,
	"text": Text, "description": Text, "notes": Text, "note": Text, "comment": Text,

	// Microsoft Project and spreadsheets in German.
	"schlüssel": Key, "nr": number, "nr.": number, "nummer": number, "eindeutige nr.": number,
	"vorgangsname": Name, "vorgang": Name, "aufgabe": Name, "bezeichnung": Name, "titel": Name,
	"ressourcennamen": Owner, "ressource": Owner, "ressourcen": Owner, "verantwortlich": Owner, "zuständig": Owner, "bearbeiter": Owner,
	"abschnitt": Phase, "zustand": Status,
	"dauer": Likely, "arbeit": Likely, "aufwand": Likely, "schätzung": Likely,
	"% abgeschlossen": Percent, "prozent abgeschlossen": Percent, "fortschritt": Percent,
	"verbleibende dauer": Remaining, "verbleibende arbeit": Remaining, "restaufwand": Remaining,
	"frühester anfang": NotBefore, "anfang": start, "beginn": start,
	"ende": Due, "fertigstellung": Due, "fällig": Due, "fälligkeit": Due, "stichtag": Due, "termin": Due,
	"ist-anfang": Started, "tatsächlicher anfang": Started, "ist-ende": Ended, "tatsächliches ende": Ended,
	"vorgänger": Links, "abhängigkeiten": Links, "notizen": Text, "notiz": Text, "beschreibung": Text, "bemerkung": Text,
}

// statuses are the words for how far a task is.
var statuses = map[string]string{
	"todo": "todo", "to do": "todo", "open": "todo", "not started": "todo", "new": "todo", "planned": "todo",
	"doing": "doing", "in progress": "doing", "started": "doing", "active": "doing",
	"blocked": "blocked", "waiting": "blocked", "on hold": "blocked",
	"done": "done", "closed": "done", "complete": "done", "completed": "done", "finished": "done",
	"dropped": "dropped", "cancelled": "dropped", "canceled": "dropped", "won't do": "dropped",
}

// plan reads the rows of a table.
func (t table) plan(zone *time.Location) (Plan, error) {
	var bad faults
	p := Plan{}
	at, err := t.columns(&p)
	if err != nil {
		return p, err
	}
	if len(t.rows) > tasksMax {
		return p, errs.Invalid("list.too_long", "The file has %d rows. At most %d tasks are read.", len(t.rows), tasksMax)
	}
	t.slashes(at)
	refs := map[string]bool{}
	for _, r := range t.rows {
		for _, c := range []Column{Key, number} {
			if i, ok := at[c]; ok && r.cell(i) != "" {
				refs[r.cell(i)] = true
			}
		}
	}
	known := func(s string) bool { return refs[s] }
	for _, r := range t.rows {
		if bad.many() {
			break
		}
		if !r.empty() {
			p.Tasks = append(p.Tasks, r.task(len(t.header), at, zone, known, &p, &bad))
		}
	}
	p.unique(&bad)
	p.join(&bad)
	return p, bad.err()
}

// columns finds what each column is. A column that is unknown is left out with a note.
func (t table) columns(p *Plan) (map[Column]int, error) {
	at := map[Column]int{}
	for i, h := range t.header {
		word := strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(h, "_", " ")), " "))
		c, ok := headings[word]
		switch {
		case word == "":
		case !ok:
			p.Notes = append(p.Notes, Note{Place: fmt.Sprintf("column %d", i+1), Line: 1, Text: fmt.Sprintf("The column %.60q is not known and was left out.", h)})
		default:
			if first, twice := at[c]; twice {
				return nil, errs.Invalid("input.invalid", "The file has a fault.").With(errs.Field{Name: fmt.Sprintf("column-%d", i+1), Reason: "file.column_twice", Line: 1,
					Msg: fmt.Sprintf("The columns %d and %d both say the %s of a task. Remove one.", first+1, i+1, c)})
			}
			at[c] = i
			p.Columns = append(p.Columns, c)
		}
	}
	if _, ok := at[Name]; !ok {
		return nil, errs.Invalid("input.invalid", "The file has a fault.").With(errs.Field{Name: "row-1", Reason: "file.no_name_column", Line: 1,
			Msg: "The first row names the columns, and none of them is called name, task or title."})
	}
	return at, nil
}

func (r row) cell(i int) string {
	if i >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[i])
}

func (r row) empty() bool {
	for _, c := range r.cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

func (r row) task(columns int, at map[Column]int, zone *time.Location, known func(string) bool, p *Plan, bad *faults) Task {
	t := blank("row "+strconv.Itoa(r.number), r.number)
	if len(r.cells) > columns && !(row{cells: r.cells[columns:]}).empty() {
		p.Notes = append(p.Notes, Note{Place: t.Place, Line: t.Line, Text: "It has more cells than there are columns. Those behind the last column were left out."})
	}
	get := func(c Column) string {
		if i, ok := at[c]; ok {
			return r.cell(i)
		}
		return ""
	}
	for _, s := range []struct {
		c  Column
		to *string
	}{{Key, &t.Key}, {number, &t.ID}, {Name, &t.Name}, {Owner, &t.Owner}, {Phase, &t.Phase}, {Text, &t.Text}} {
		*s.to = get(s.c)
	}
	if t.Name == "" {
		bad.say(t, Name, "text.missing", "The task has no name.")
	}
	for _, s := range []struct {
		c  Column
		to *int64
	}{{Low, &t.Low}, {Likely, &t.Likely}, {High, &t.High}, {Remaining, &t.Remaining}} {
		if v := get(s.c); v != "" {
			n, _, err := minutes(v)
			if *s.to = n; err != nil {
				bad.say(t, s.c, "duration.malformed", "%s.", sentence(err))
			}
		}
	}
	for _, s := range []struct {
		c  Column
		to *time.Time
	}{{NotBefore, &t.NotBefore}, {FixedStart, &t.FixedStart}, {FixedEnd, &t.FixedEnd}, {Due, &t.Due}, {Started, &t.Started}, {Ended, &t.Ended}} {
		if v := get(s.c); v != "" {
			var err error
			if *s.to, err = instant(v, zone); err != nil {
				bad.say(t, s.c, "instant.malformed", "%s.", sentence(err))
			} else if s.c == Due || s.c == FixedEnd {
				*s.to = endOf(*s.to, v)
			}
		}
	}
	t.progress(get(Status), get(Percent), bad)
	var err error
	if t.Links, err = links(get(Links), known); err != nil {
		bad.say(t, Links, "work.link_malformed", "%s.", sentence(err))
	}
	for _, x := range strings.FieldsFunc(get(Items), func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if x = strings.TrimSpace(x); x != "" {
			t.Items = append(t.Items, x)
		}
	}
	t.starts(get(start), zone, p, bad)
	return t
}

// progress reads the words for how far the task is.
func (t *Task) progress(status, percent string, bad *faults) {
	if status != "" {
		var ok bool
		if t.Status, ok = statuses[strings.ToLower(status)]; !ok {
			bad.say(*t, Status, "task.status_unknown", "A status is todo, doing, blocked, done or dropped, not %.30q.", status)
		}
	}
	if percent == "" {
		return
	}
	v, err := strconv.ParseFloat(strings.Replace(strings.TrimSuffix(percent, "%"), ",", ".", 1), 64)
	if err != nil || v < 0 || v > 100 {
		bad.say(*t, Percent, "share.malformed", "How much is done is 0 to 100, not %.30q.", percent)
		return
	}
	if v > 0 && v < 1 && !strings.HasSuffix(percent, "%") {
		v *= 100 // a workbook keeps 40 % as 0.4
	}
	t.done(int(v + 0.5))
}

// done takes over a share of the work, and the status that it means where none is stated.
func (t *Task) done(percent int) {
	t.Percent = percent
	if t.Status == "" {
		switch {
		case percent >= 100:
			t.Status = "done"
		case percent > 0:
			t.Status = "doing"
		default:
			t.Status = "todo"
		}
	}
}

// starts takes the start of another tool's schedule as the earliest one, unless the task hangs on others: then its start follows from
// them.
func (t *Task) starts(s string, zone *time.Location, p *Plan, bad *faults) {
	if s == "" {
		return
	}
	at, err := instant(s, zone)
	switch {
	case err != nil:
		bad.say(*t, start, "instant.malformed", "%s.", sentence(err))
	case len(t.Links) > 0:
		p.Notes = append(p.Notes, Note{Place: t.Place, Line: t.Line, Text: "Its start follows from what it hangs on, so the start in the file was left out."})
	case t.NotBefore.IsZero():
		t.NotBefore = at
		if !p.Has(NotBefore) {
			p.Columns = append(p.Columns, NotBefore)
		}
	}
}

// unique refuses keys and numbers that stand twice.
func (p *Plan) unique(bad *faults) {
	for _, x := range []struct {
		c   Column
		get func(Task) string
	}{{Key, func(t Task) string { return t.Key }}, {number, func(t Task) string { return t.ID }}} {
		first := map[string]string{}
		for _, t := range p.Tasks {
			k := x.get(t)
			if before, twice := first[k]; k != "" && twice {
				bad.say(t, x.c, "key.taken", "%.60q stands in %s as well.", k, before)
			} else {
				first[k] = t.Place
			}
		}
	}
}

// sentence begins an error with a capital.
func sentence(err error) string {
	s := err.Error()
	return strings.ToUpper(s[:1]) + s[1:]
}

// table returns a plan as rows.
func (p Plan) table(zone *time.Location) table {
	out := table{header: make([]string, len(columns))}
	for i, c := range columns {
		out.header[i] = string(c)
	}
	for i, t := range p.Tasks {
		cells := map[Column]string{Key: t.Key, Name: t.Name, Owner: t.Owner, Phase: t.Phase, Status: t.Status, Low: span(t.Low), Likely: span(t.Likely), High: span(t.High),
			Remaining: span(t.Remaining), NotBefore: date(t.NotBefore, zone), FixedStart: date(t.FixedStart, zone), FixedEnd: date(t.FixedEnd, zone), Due: date(t.Due, zone),
			Started: date(t.Started, zone), Ended: date(t.Ended, zone), Links: written(p, t), Items: strings.Join(t.Items, "; "), Text: t.Text}
		r := row{number: i + 2, cells: make([]string, len(columns))}
		for k, c := range columns {
			r.cells[k] = cells[c]
		}
		out.rows = append(out.rows, r)
	}
	return out
}
