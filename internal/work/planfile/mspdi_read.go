package planfile

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"slipway/internal/errs"
)

func startsAsXML(data []byte) bool {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n")
	return bytes.HasPrefix(data, []byte("<"))
}

// sound walks over a file once: it refuses document types and entities of its own, too deep nesting, too many tokens and what is not
// XML, with the line.
func sound(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = charset
	depth := 0
	for n := 0; ; n++ {
		t, err := d.RawToken()
		line, _ := d.InputPos()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return lined(line, "xml.malformed", "The file is not XML that can be read: "+plainXML(err)+".")
		case n > tokensMax:
			return lined(line, "xml.too_long", "The file has too many elements.")
		}
		switch t.(type) {
		case xml.Directive:
			return lined(line, "xml.doctype", "The file brings a document type. Entities and document types are not read.")
		case xml.StartElement:
			if depth++; depth > depthMax {
				return lined(line, "xml.too_deep", fmt.Sprintf("Elements are nested more than %d deep.", depthMax))
			}
		case xml.EndElement:
			depth--
		}
	}
}

func plainXML(err error) string {
	var s *xml.SyntaxError
	if errors.As(err, &s) {
		return s.Msg
	}
	return err.Error()
}

// charset reads UTF-8 alone; the schema knows no other.
func charset(label string, in io.Reader) (io.Reader, error) {
	if strings.EqualFold(label, "utf-8") || strings.EqualFold(label, "us-ascii") {
		return in, nil
	}
	return nil, fmt.Errorf("it is written in %.20q, and UTF-8 is read", label)
}

// reading is a file of Microsoft Project on its way to a Plan.
type reading struct {
	zone  *time.Location
	plan  Plan
	tasks []placed
	who   map[string]xmlResource
	does  map[string][]string // by task: resources, in the order of the file
	lasts map[string]int64    // by task: how long it takes, in minutes

	byHand int // tasks that Project does not schedule
	saved  int // tasks with a baseline
	handed int // links that come from those of summary tasks
	bad    faults
}

type placed struct {
	xmlTask
	line  int
	phase string
}

func readMSPDI(data []byte, zone *time.Location) (Plan, error) {
	if err := sound(data); err != nil {
		return Plan{}, err
	}
	r := &reading{zone: zone, who: map[string]xmlResource{}, does: map[string][]string{}, lasts: map[string]int64{}}
	if err := r.elements(data); err != nil {
		return Plan{}, err
	}
	p := r.whole()
	if err := r.bad.err(); err != nil {
		return p, err
	}
	if len(p.Tasks) == 0 && len(p.Notes) == 0 {
		return p, errs.Invalid("file.empty", "The file has no task.")
	}
	return p, nil
}

// elements reads what of the file is taken, one element after the other.
func (r *reading) elements(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = charset
	var path []string
	for {
		t, err := d.Token()
		line, _ := d.InputPos()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return lined(line, "xml.malformed", "The file is not XML that can be read: "+plainXML(err)+".")
		}
		switch e := t.(type) {
		case xml.StartElement:
			if len(path) == 0 && e.Name.Local != "Project" {
				return lined(line, "mspdi.malformed", fmt.Sprintf("The file is not Microsoft Project's XML: its first element is %.40q, not Project.", e.Name.Local))
			}
			taken, err := r.take(d, e, strings.Join(path, "/"), line)
			if err != nil {
				return lined(line, "mspdi.malformed", "The element "+e.Name.Local+" cannot be read: "+err.Error()+".")
			}
			if !taken {
				path = append(path, e.Name.Local)
			}
		case xml.EndElement:
			path = path[:max(0, len(path)-1)]
		}
		if len(r.tasks) > tasksMax {
			return lined(line, "list.too_long", fmt.Sprintf("The file has more than %d tasks.", tasksMax))
		}
	}
}

// take decodes an element that is wanted and reports whether it did.
func (r *reading) take(d *xml.Decoder, e xml.StartElement, path string, line int) (bool, error) {
	switch path + "/" + e.Name.Local {
	case "Project/Name", "Project/Title":
		var s string
		err := d.DecodeElement(&s, &e)
		if r.plan.Name == "" || e.Name.Local == "Title" && s != "" {
			r.plan.Name = s
		}
		return true, err
	case "Project/StartDate":
		var s string
		err := d.DecodeElement(&s, &e)
		r.plan.Start, _ = mspdiTime(s, r.zone)
		return true, err
	case "Project/Tasks/Task":
		t := placed{line: line}
		err := d.DecodeElement(&t.xmlTask, &e)
		r.tasks = append(r.tasks, t)
		if n, err := mspdiMinutes(t.Duration); err == nil {
			r.lasts[t.UID] = n
		}
		return true, err
	case "Project/Resources/Resource":
		var x xmlResource
		x.Type = 1
		err := d.DecodeElement(&x, &e)
		r.who[x.UID] = x
		return true, err
	case "Project/Assignments/Assignment":
		var x xmlAssignment
		err := d.DecodeElement(&x, &e)
		r.does[x.Task] = append(r.does[x.Task], x.Resource)
		return true, err
	}
	return false, nil
}

// whole makes the plan of what was read.
func (r *reading) whole() Plan {
	p := &r.plan
	p.OneDate = true
	p.Columns = []Column{Name, Owner, Phase, Status, Likely, Percent, Remaining, NotBefore, FixedStart, FixedEnd, Due, Started, Ended, Links, Text}
	r.outline()
	r.summaries()
	gone := map[string]string{} // tasks that are not taken, and why
	for _, t := range r.tasks {
		if r.bad.many() {
			break
		}
		switch {
		case t.Null == 1 || t.UID == "0":
		case t.Summary == 1:
			gone[t.UID] = "a summary task"
		case t.Active != nil && *t.Active == 0:
			gone[t.UID] = "inactive"
			r.note(t, "It is inactive and was left out.")
		default:
			if len(t.Baselines) > 0 {
				r.saved++
			}
			p.Tasks = append(p.Tasks, r.task(t))
		}
	}
	if r.byHand > 0 {
		p.Notes = append(p.Notes, Note{Place: "file", Text: fmt.Sprintf("Tasks with dates set by hand: %d. Their starts were taken as the earliest ones.", r.byHand)})
	}
	if r.saved > 0 {
		p.Notes = append(p.Notes, Note{Place: "file", Text: fmt.Sprintf("Tasks with a baseline: %d. Baselines were left out: a release saves its own.", r.saved)})
	}
	for i := range p.Tasks {
		t := &p.Tasks[i]
		kept := t.Links[:0]
		for _, l := range t.Links {
			if why, is := gone[l.Task]; is {
				p.Notes = append(p.Notes, Note{t.Place, t.Line, "It hangs on task " + l.Task + ", which is " + why + ". That link was left out."})
				continue
			}
			kept = append(kept, l)
		}
		t.Links = kept
	}
	p.unique(&r.bad)
	p.join(&r.bad)
	return *p
}

func (r *reading) note(t placed, text string) {
	r.plan.Notes = append(r.plan.Notes, Note{"task " + t.ID, t.line, text})
}

// outline takes the summary tasks of the first level as phases. The levels below them only group.
func (r *reading) outline() {
	phase := ""
	for i := range r.tasks {
		t := &r.tasks[i]
		if t.UID == "0" || t.Null == 1 {
			continue
		}
		if t.Level <= 1 {
			if phase = ""; t.Summary == 1 {
				phase = t.Name
			}
		}
		t.phase = phase
	}
}

func (r *reading) task(x placed) Task {
	t := blank("task "+x.ID, x.line)
	if x.ID == "" {
		t.Place = "task with UID " + x.UID
	}
	t.ID, t.Name, t.Phase, t.Text, t.Milestone = x.UID, strings.TrimSpace(x.Name), x.phase, x.Notes, x.Milestone == 1
	if t.Name == "" {
		r.bad.say(t, Name, "text.missing", "The task has no name.")
	}
	if len(t.Text) > cellMax {
		r.bad.say(t, Text, "text.too_long", "The notes have more than %d bytes.", cellMax)
	}
	r.effort(&t, x)
	r.dates(&t, x)
	r.owners(&t, x)
	t.Links = r.links(t, x)
	for _, v := range x.Extended {
		r.extended(&t, v)
	}
	return t
}

func (r *reading) duration(t *Task, c Column, s string) int64 {
	if s == "" {
		return -1
	}
	n, err := mspdiMinutes(s)
	if err != nil {
		r.bad.say(*t, c, "duration.malformed", "%s.", sentence(err))
		return -1
	}
	return n
}

// effort reads how long the task takes and how far it is.
func (r *reading) effort(t *Task, x placed) {
	t.Likely = r.duration(t, Likely, x.Duration)
	if x.Percent < 0 || x.Percent > 100 {
		r.bad.say(*t, Percent, "share.malformed", "How much is done is 0 to 100, not %d.", x.Percent)
		return
	}
	t.done(x.Percent)
	if t.Status == "doing" {
		t.Remaining = r.duration(t, Remaining, x.Remaining)
	}
}

func (r *reading) dates(t *Task, x placed) {
	read := func(c Column, s string) time.Time {
		at, err := mspdiTime(s, r.zone)
		if err != nil {
			r.bad.say(*t, c, "instant.malformed", "%s.", sentence(err))
		}
		return at
	}
	t.Started, t.Ended, t.Due = read(Started, x.ActualStart), read(Ended, x.ActualEnd), read(Due, x.Deadline)
	if t.Status == "todo" && !t.Started.IsZero() {
		t.Status = "doing"
	}
	at := read(NotBefore, x.Date)
	switch x.Constraint {
	case mustStartOn:
		t.FixedStart = at
	case mustFinishOn:
		t.FixedEnd = at
	case startNoEarlier:
		t.NotBefore = at
	case asSoonAsPossible:
		if x.Manual == 1 && t.Started.IsZero() {
			if t.NotBefore = read(NotBefore, x.Start); !t.NotBefore.IsZero() {
				r.byHand++
			}
		}
	case startNoLater, finishNoLater:
		if t.Due.IsZero() && x.Constraint == finishNoLater {
			t.Due = at
			break
		}
		r.note(x, "Its constraint \"no later than\" was left out: a plan here has a due date for that.")
	default:
		r.note(x, "Its constraint ("+map[int]string{asLateAsPossible: "as late as possible", finishNoEarlier: "finish no earlier than"}[x.Constraint]+") was left out: there is none like it here.")
	}
}

// owners takes the first person of the task as its owner and says which others there are.
func (r *reading) owners(t *Task, x placed) {
	var names []string
	for _, uid := range r.does[x.UID] {
		w, ok := r.who[uid]
		if !ok || w.Type != 1 || w.Name == "" {
			continue
		}
		name := w.Name
		if w.Email != "" {
			name = w.Email
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return
	}
	t.Owner = names[0]
	if len(names) > 1 {
		t.Owners = strings.Join(names[1:], ", ")
		r.note(x, "It is done by "+strconv.Itoa(len(names))+" people. "+names[0]+" was taken as its owner.")
	}
}

func (r *reading) links(t Task, x placed) []Link {
	var out []Link
	if len(x.Links) > linksMax {
		r.bad.say(t, Links, "list.too_long", "A task hangs on at most %d others.", linksMax)
		return nil
	}
	for _, l := range x.Links {
		switch {
		case l.Cross == 1:
			r.note(x, "It hangs on a task of another project. That link was left out.")
			continue
		case l.Type < 0 || l.Type > 3:
			r.bad.say(t, Links, "work.link_kind", "A link has the type 0 to 3, not %d.", l.Type)
			continue
		case shareFormats[l.Format] && l.Lag < shareMax && l.Lag > -shareMax:
			l.Lag = r.share(x, l)
		}
		if l.Lag > 10*minutesMax || l.Lag < -10*minutesMax {
			r.bad.say(t, Links, "task.lag_too_long", "A lag is at most ten years.")
			continue
		}
		out = append(out, Link{Task: l.UID, Kind: linkNumbers[l.Type], Lag: l.Lag / 10, Elapsed: elapsedFormats[l.Format] && l.Lag != 0})
	}
	return out
}

// shareMax bounds a lag that is a share, in percent; what is beyond it is too long as a time as well.
const shareMax = 1_000_000

// share returns a lag that is stated in percent of how long the giver takes, in tenths of minutes.
func (r *reading) share(x placed, l xmlLink) int64 {
	n := r.lasts[l.UID] * l.Lag / 10
	if l.Lag != 0 {
		r.note(x, fmt.Sprintf("The lag behind task %s is %d %% of that task's duration. It was taken as %s, and does not follow when the duration changes.", l.UID, l.Lag, signed(n/10)))
	}
	return n
}

func signed(n int64) string {
	if n < 0 {
		return "-" + span(-n)
	}
	return span(n)
}

// extended reads the fields that our own files keep more in.
func (r *reading) extended(t *Task, v xmlValue) {
	switch v.Field {
	case fieldKey:
		if key, ours := strings.CutPrefix(v.Value, ownKey); ours {
			t.Key = key
			if !r.plan.Has(Key) {
				r.plan.Columns = append(r.plan.Columns, Key)
			}
		}
	case fieldStatus:
		if s, ours := strings.CutPrefix(v.Value, ownKey); ours && statuses[s] != "" {
			t.Status = s
		}
	case fieldLow, fieldLikely, fieldHigh:
		n := r.duration(t, Likely, v.Value)
		if n <= 0 {
			return
		}
		c := map[string]Column{fieldLow: Low, fieldLikely: Likely, fieldHigh: High}[v.Field]
		*map[Column]*int64{Low: &t.Low, Likely: &t.Likely, High: &t.High}[c] = n
		if !r.plan.Has(c) {
			r.plan.Columns = append(r.plan.Columns, c)
		}
	}
}
