package verdict

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// hit is one thing wrong with a criterion.
type hit struct {
	against bool // speaks against it; else something is missing
	code    string
	text    string
	owner   string
	next    string
	since   time.Time
	due     time.Time // its own; zero: the criterion's
}

// judge collects what is found about one criterion.
type judge struct {
	s      *Snapshot
	c      *Criterion
	in     *inputs
	at     int // the criterion's place
	hits   []hit
	since  time.Time // of the newest thing that counts
	used   []string
	stale  []string
	lapses time.Time // a met criterion is not met any more from then on
	change time.Time // something else about it changes then
}

func (j *judge) against(code, text string, h hit) {
	h.against, h.code, h.text = true, code, text
	j.hits = append(j.hits, h)
}

func (j *judge) missing(code, text string, h hit) {
	h.code, h.text = code, text
	j.hits = append(j.hits, h)
}

// inputs are the places of what the snapshot holds for each criterion.
type inputs struct{ confirmations, evidence, waivers, findings grouped }

// grouped are the places of things by criterion: those of the k-th end at ends[k].
type grouped struct{ ends, places []int32 }

func (g *grouped) of(k int) []int32 {
	switch {
	case len(g.places) == 0:
		return nil
	case k == 0:
		return g.places[:g.ends[0]]
	}
	return g.places[g.ends[k-1]:g.ends[k]]
}

// Compute returns the verdict of a snapshot. The same snapshot gives the same verdict whatever the order of its lists. Cost is
// linear in the snapshot: about 0.4 µs a criterion on a machine with two cores.
func Compute(s Snapshot) Verdict {
	v := Verdict{Word: Go}
	in := index(&s)
	order := make([]int32, len(s.Criteria))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		x, y := &s.Criteria[a], &s.Criteria[b]
		if d := cmp.Compare(x.Position, y.Position); d != 0 {
			return d
		}
		return strings.Compare(x.Key, y.Key)
	})
	v.Answers = make([]Answer, len(order))
	v.Questions = make([]Summary, 0, 4)
	for _, q := range Questions() {
		v.Questions = append(v.Questions, Summary{Question: q, State: NotAsked})
	}
	var j judge
	for n, i := range order {
		c := &s.Criteria[i]
		j = judge{s: &s, c: c, in: &in, at: int(i), hits: j.hits[:0]}
		v.answer(&v.Answers[n], &j)
	}
	v.gather()
	v.finish(&s)
	return v
}

// index assigns the snapshot's lists to the criteria.
func index(s *Snapshot) inputs {
	byKey := make(map[string]int32, len(s.Criteria))
	for i := range s.Criteria {
		byKey[s.Criteria[i].Key] = int32(i)
	}
	n := len(s.Criteria)
	return inputs{
		confirmations: group(n, byKey, len(s.Confirmations), func(i int) string { return s.Confirmations[i].Criterion }),
		evidence:      group(n, byKey, len(s.Evidence), func(i int) string { return s.Evidence[i].Criterion }),
		waivers:       group(n, byKey, len(s.Waivers), func(i int) string { return s.Waivers[i].Criterion }),
		findings:      group(n, byKey, len(s.Findings), func(i int) string { return s.Findings[i].Criterion }),
	}
}

// group gives each criterion the places of its n things.
func group(criteria int, byKey map[string]int32, n int, key func(int) string) grouped {
	if n == 0 {
		return grouped{}
	}
	owner := make([]int32, n)
	ends := make([]int32, criteria)
	for i := range owner {
		k, ok := byKey[key(i)]
		if !ok {
			k = -1
		} else {
			ends[k]++
		}
		owner[i] = k
	}
	total := int32(0)
	for k, c := range ends {
		ends[k] = total
		total += c
	}
	places := make([]int32, total)
	for i, k := range owner {
		if k >= 0 {
			places[ends[k]] = int32(i)
			ends[k]++
		}
	}
	return grouped{ends, places}
}

// answer judges one criterion and adds it to the verdict.
func (v *Verdict) answer(a *Answer, j *judge) {
	s, c := j.s, j.c
	j.run()
	*a = Answer{Criterion: c.Key, Title: c.Title, Group: c.Group, Phase: c.Phase, Question: c.Question, Mandatory: c.Mandatory, Owner: c.Owner,
		State: Met, Since: j.since, Evidence: j.used, Stale: j.stale}
	v.changes(s.At, j.change)
	v.changes(s.At, j.lapses)
	if len(j.hits) == 0 {
		if !j.lapses.IsZero() {
			a.Until = j.lapses
			if j.lapses.Before(s.Window.End) && s.At.Before(s.Window.End) {
				a.State = AtRisk
				v.changes(s.At, s.Window.End)
				v.Warnings = append(v.Warnings, Reason{Code: "criterion.lapses", Criterion: c.Key, Owner: c.Owner, Since: j.since, State: AtRisk, position: c.Position,
					Text: c.Title + " is met now and lapses " + stamp(j.lapses) + ", before the window ends.", Next: "Renew it so that it holds until the window ends."})
			}
		}
	} else {
		v.unmet(a, j)
	}
	v.All.add(a.State)
	if !c.Mandatory {
		if a.State.rank() >= Awaited.rank() {
			v.Warnings = append(v.Warnings, a.Reasons...)
		}
		return
	}
	v.Mandatory.add(a.State)
	for i := range v.Questions {
		if q := &v.Questions[i]; q.Question == c.Question {
			q.Total++
			if a.State.rank() < Awaited.rank() {
				q.Passing++
			}
			if q.State == NotAsked || a.State.rank() > q.State.rank() {
				q.State = a.State
			}
		}
	}
	switch a.State {
	case NotMet:
		v.Word = NoGo
	case Awaited:
		if v.Word == Go {
			v.Word = Pending
		}
	}
}

// counts reports whether the answer's reasons are the verdict's.
func (a *Answer) counts() bool { return a.Mandatory && (a.State == NotMet || a.State == Awaited) }

// gather collects the reasons of mandatory criteria.
func (v *Verdict) gather() {
	n := 0
	for i := range v.Answers {
		if a := &v.Answers[i]; a.counts() {
			n += len(a.Reasons)
		}
	}
	if n == 0 {
		return
	}
	v.Reasons = make([]Reason, 0, n)
	for i := range v.Answers {
		if a := &v.Answers[i]; a.counts() {
			v.Reasons = append(v.Reasons, a.Reasons...)
		}
	}
}

// unmet turns hits into reasons and looks for a waiver.
func (v *Verdict) unmet(a *Answer, j *judge) {
	s, c := j.s, j.c
	a.State = Awaited
	a.Reasons = make([]Reason, len(j.hits))
	for i := range j.hits {
		h := &j.hits[i]
		r := Reason{Code: h.code, Text: h.text, Criterion: c.Key, Owner: cmp.Or(h.owner, c.Owner), Since: h.since, State: NotMet, position: c.Position}
		r.Next = cmp.Or(c.Next, h.next)
		if r.Since.IsZero() {
			r.Since = c.Since
		}
		if !h.against {
			due := h.due
			if due.IsZero() {
				due = c.Due
			}
			if s.At.Before(due) {
				r.State, r.Due = Awaited, due
				v.changes(s.At, due)
			}
		}
		if r.State == NotMet {
			a.State = NotMet
		}
		if a.Since.IsZero() || r.Since.Before(a.Since) {
			a.Since = r.Since
		}
		a.Reasons[i] = r
	}
	arrange(a.Reasons)
	if w, ended := v.waiver(j); w != nil {
		a.State, a.Waiver, a.Until, a.Since = Waived, w.ID, w.Until, w.From
		if w.Until.Before(s.Window.End) && s.At.Before(s.Window.End) {
			v.changes(s.At, s.Window.End)
			v.Warnings = append(v.Warnings, Reason{Code: "waiver.lapses", Criterion: c.Key, Owner: cmp.Or(w.Owner, c.Owner), Since: w.From, State: AtRisk, position: c.Position,
				Text: "The waiver for " + c.Title + " ends " + stamp(w.Until) + ", before the window does.", Next: "Meet the criterion, or ask for a longer waiver."})
		}
	} else if ended != nil {
		for i := range a.Reasons {
			a.Reasons[i].Text += " The waiver by " + ended.By + " ended " + stamp(ended.Until) + "."
		}
	}
}

// waiver returns the waiver in force that lasts longest, and else the one that ended last.
func (v *Verdict) waiver(j *judge) (inForce, ended *Waiver) {
	at := j.s.At
	better := func(w, than *Waiver) bool {
		return than == nil || w.Until.After(than.Until) || w.Until.Equal(than.Until) && w.ID < than.ID
	}
	for _, i := range j.in.waivers.of(j.at) {
		w := &j.s.Waivers[i]
		if w.Withdrawn || w.Until.IsZero() || !w.From.Before(w.Until) {
			continue
		}
		v.changes(at, w.From)
		switch {
		case at.Before(w.From):
		case at.Before(w.Until):
			v.changes(at, w.Until)
			if better(w, inForce) {
				inForce = w
			}
		case better(w, ended):
			ended = w
		}
	}
	return inForce, ended
}

// changes notes an instant at which something may change by time alone.
func (v *Verdict) changes(at, when time.Time) {
	if when.After(at) && (v.ValidUntil.IsZero() || when.Before(v.ValidUntil)) {
		v.ValidUntil = when
	}
}

// finish adds what no criterion says and puts everything in its order.
func (v *Verdict) finish(s *Snapshot) {
	if v.Mandatory.Total() == 0 {
		v.Word = NoGo
		v.Reasons = append(v.Reasons, Reason{Code: "criteria.none", State: NotMet,
			Text: "No mandatory criterion guards this release, so nothing is proven.", Next: "Add criteria, or apply a template that has them."})
	}
	for _, q := range v.Questions {
		if q.Total == 0 && slices.Contains(s.Require, q.Question) {
			v.Word = NoGo
			v.Reasons = append(v.Reasons, Reason{Code: "question.not_asked", State: NotMet,
				Text: "Policy asks whether the release is " + string(q.Question) + ", and no mandatory criterion answers it.", Next: "Add a criterion for the question " + string(q.Question) + "."})
		}
	}
	arrange(v.Reasons)
	arrange(v.Warnings)
	if len(v.Reasons) > 0 {
		v.Steps = make([]Step, 0, len(v.Reasons))
	}
	for i := range v.Reasons {
		v.step(&v.Reasons[i])
	}
}

// step adds a reason's next action to the way to GO; the same action of the same owner serves several criteria.
func (v *Verdict) step(r *Reason) {
	for i := range v.Steps {
		t := &v.Steps[i]
		if t.Text == r.Next && t.Owner == r.Owner {
			if !slices.Contains(t.Criteria, r.Criterion) {
				t.Criteria = append(t.Criteria, r.Criterion)
			}
			return
		}
	}
	t := Step{Text: r.Next, Owner: r.Owner, By: r.Due}
	if r.Criterion != "" {
		t.Criteria = []string{r.Criterion}
	}
	v.Steps = append(v.Steps, t)
}

// arrange puts reasons into their order. They mostly come in it, and are large: places are sorted in their stead.
func arrange(rs []Reason) {
	inOrder := true
	for i := 1; i < len(rs) && inOrder; i++ {
		inOrder = compare(&rs[i-1], &rs[i]) <= 0
	}
	if inOrder {
		return
	}
	order := make([]int32, len(rs))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return compare(&rs[a], &rs[b]) })
	was := slices.Clone(rs)
	for i, k := range order {
		rs[i] = was[k]
	}
}

func compare(a, b *Reason) int {
	if d := cmp.Compare(b.State.rank(), a.State.rank()); d != 0 {
		return d
	}
	if d := cmp.Compare(a.position, b.position); d != 0 {
		return d
	}
	if d := strings.Compare(a.Criterion, b.Criterion); d != 0 {
		return d
	}
	return cmp.Or(strings.Compare(a.Code, b.Code), strings.Compare(a.Owner, b.Owner), a.Since.Compare(b.Since), strings.Compare(a.Text, b.Text))
}

func stamp(t time.Time) string { return t.UTC().Format("Mon 2 Jan 2006, 15:04") + " UTC" }
