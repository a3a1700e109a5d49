package planfile

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"time"
)

// ownKey marks the values of users' fields that our files keep a key or a status in.
const ownKey = "slipway:"

func writeMSPDI(p Plan, zone *time.Location) ([]byte, error) {
	w := writing{plan: p, zone: zone, uid: make([]int, len(p.Tasks)), who: map[string]int{}}
	x := xmlPlan{Space: mspdiSpace, Version: 14, Name: p.Name, Title: p.Name, From: 1, Start: mspdiDate(p.Start, zone), Calendar: 1,
		DayStart: "09:00:00", DayEnd: "18:00:00", Day: minutesADay, Week: minutesAWeek, Month: 20,
		Extended:  []xmlField{{fieldKey, "Text1", "Key in Slipway"}, {fieldStatus, "Text2", "Status in Slipway"}, {fieldLow, "Duration1", "Optimistic"}, {fieldLikely, "Duration2", "Most likely"}, {fieldHigh, "Duration3", "Pessimistic"}},
		Calendars: []xmlCalendar{standard()}}
	x.Tasks = w.tasks()
	x.Resources, x.Assignments = w.people, w.work
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", "  ")
	if err := e.Encode(x); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// standard is Monday to Friday, nine to six with an hour's break: the eight hours that durations in days stand for.
func standard() xmlCalendar {
	c := xmlCalendar{UID: 1, Name: "Standard", Base: 1, Over: -1}
	for day := 1; day <= 7; day++ { // 1 is Sunday
		d := xmlDay{Type: day}
		if day > 1 && day < 7 {
			d.Working, d.Times = 1, []xmlTimes{{"09:00:00", "13:00:00"}, {"14:00:00", "18:00:00"}}
		}
		c.Days = append(c.Days, d)
	}
	return c
}

type writing struct {
	plan   Plan
	zone   *time.Location
	uid    []int // of each task
	who    map[string]int
	people []xmlResource
	work   []xmlAssignment
}

// tasks puts the tasks of each phase below a summary task, those without a phase first.
func (w *writing) tasks() []xmlTask {
	phases, of := []string{""}, map[string][]int{}
	for i, t := range w.plan.Tasks {
		if _, seen := of[t.Phase]; !seen && t.Phase != "" {
			phases = append(phases, t.Phase)
		}
		of[t.Phase] = append(of[t.Phase], i)
	}
	n := 0
	for _, ph := range phases {
		if ph != "" {
			n++
		}
		for _, i := range of[ph] {
			n++
			w.uid[i] = n
		}
	}
	var out []xmlTask
	for _, ph := range phases {
		level := 1
		if ph != "" {
			id := strconv.Itoa(len(out) + 1)
			out = append(out, xmlTask{UID: id, ID: id, Name: ph, Level: 1, Summary: 1, Format: formatDays})
			level = 2
		}
		for _, i := range of[ph] {
			out = append(out, w.task(i, level))
		}
	}
	return out
}

func (w *writing) task(i, level int) xmlTask {
	t := w.plan.Tasks[i]
	uid := strconv.Itoa(w.uid[i])
	x := xmlTask{UID: uid, ID: uid, Name: t.Name, Level: level, Format: formatHours, Notes: t.Text, Deadline: mspdiDate(t.Due, w.zone),
		ActualStart: mspdiDate(t.Started, w.zone), ActualEnd: mspdiDate(t.Ended, w.zone), Percent: t.share()}
	if t.Milestone {
		x.Milestone = 1
	}
	x.Duration = mspdiDuration(max(t.Likely, 0))
	if x.Percent > 0 && x.Percent < 100 && t.Remaining >= 0 {
		x.Remaining = mspdiDuration(t.Remaining)
	}
	switch {
	case !t.FixedStart.IsZero():
		x.Constraint, x.Date = mustStartOn, mspdiDate(t.FixedStart, w.zone)
	case !t.FixedEnd.IsZero():
		x.Constraint, x.Date = mustFinishOn, mspdiDate(t.FixedEnd, w.zone)
	case !t.NotBefore.IsZero():
		x.Constraint, x.Date = startNoEarlier, mspdiDate(t.NotBefore, w.zone)
	}
	for _, l := range t.Links {
		if l.To >= 0 {
			x.Links = append(x.Links, w.link(l))
		}
	}
	x.Extended = append(x.Extended, xmlValue{Field: fieldKey, Value: ownKey + t.Key}, xmlValue{Field: fieldStatus, Value: ownKey + t.Status})
	for _, v := range []struct {
		field string
		n     int64
	}{{fieldLow, t.Low}, {fieldLikely, t.Likely}, {fieldHigh, t.High}} {
		if v.n > 0 {
			x.Extended = append(x.Extended, xmlValue{v.field, mspdiDuration(v.n), formatHours})
		}
	}
	if t.Owner != "" {
		w.assign(uid, t.Owner)
	}
	return x
}

// share returns how much of the task is done, in per cent.
func (t Task) share() int {
	switch {
	case t.Status == "done":
		return 100
	case t.Percent >= 0:
		return t.Percent
	case t.Status == "doing" && t.Likely > 0 && t.Remaining >= 0 && t.Remaining < t.Likely:
		return min(99, max(1, int((t.Likely-t.Remaining)*100/t.Likely)))
	}
	return 0
}

func (w *writing) link(l Link) xmlLink {
	x := xmlLink{UID: strconv.Itoa(w.uid[l.To]), Lag: l.Lag * 10, Format: formatMinutes}
	for n, k := range linkNumbers {
		if k == l.Kind {
			x.Type = n
		}
	}
	if l.Elapsed {
		x.Format = formatElapsed
	}
	return x
}

func (w *writing) assign(task, name string) {
	n, known := w.who[name]
	if !known {
		n = len(w.people) + 1
		w.who[name] = n
		w.people = append(w.people, xmlResource{UID: strconv.Itoa(n), ID: strconv.Itoa(n), Name: name, Type: 1})
	}
	w.work = append(w.work, xmlAssignment{UID: strconv.Itoa(len(w.work) + 1), Task: task, Resource: strconv.Itoa(n), Units: "1"})
}
