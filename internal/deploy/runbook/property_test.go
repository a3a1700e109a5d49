package runbook

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

// randomBook makes a graph of n steps of all kinds and a back-out of about half as many.
func randomBook(rnd *rand.Rand, n int) Runbook {
	b := Runbook{Key: "random", RollbackOnFailedVerification: true}
	b.BackOut.FixForward = "Go on."
	b.BackOut.Steps = randomSteps(rnd, "u", n/2+1)
	b.Steps = randomSteps(rnd, "s", n)
	b.Steps[0].Verification = true
	for i := range b.Steps {
		s := &b.Steps[i]
		s.Verification = s.Verification || rnd.IntN(8) == 0
		if s.PointOfNoReturn = rnd.IntN(12) == 0; s.PointOfNoReturn {
			s.Go = "manager"
		}
		if rnd.IntN(3) == 0 {
			s.BackOut = b.BackOut.Steps[rnd.IntN(len(b.BackOut.Steps))].Key
		}
	}
	return b
}

func randomSteps(rnd *rand.Rand, prefix string, n int) []Step {
	steps := make([]Step, n)
	for i := range steps {
		s := Step{Key: fmt.Sprint(prefix, i), Planned: time.Duration(rnd.IntN(20)) * time.Minute, Owner: "dba"}
		for j := range i {
			if rnd.IntN(i+1) < 2 && len(s.Needs) < 4 {
				s.Needs = append(s.Needs, fmt.Sprint(prefix, j))
			}
		}
		if rnd.IntN(6) == 0 {
			s.When = "x"
		}
		switch rnd.IntN(8) {
		case 0:
			s.Kind = Manual
		case 1:
			s.Kind, s.Wait = Wait, time.Duration(1+rnd.IntN(100))*time.Second
		case 2:
			s.Kind, s.Notify = Notify, &Notice{Text: "x"}
		default:
			s.Kind, s.HTTP, s.Retries = HTTP, &HTTPCall{URL: "http://x/"}, rnd.IntN(3)
			s.OnUnknown = []OnUnknown{"", Ask, Repeat, Check}[rnd.IntN(4)]
			if s.OnUnknown == Check {
				s.Check = &Probe{HTTP: &HTTPCall{URL: "http://x/"}}
			}
		}
		steps[i] = s
	}
	// The file's order is not the order of needs.
	rnd.Shuffle(n, func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
	return steps
}

// model watches a run for what must hold whatever happens.
type model struct {
	t       testing.TB
	e       *Engine
	r       Run
	now     time.Time
	tokens  int
	claimed map[string]bool // step/attempt/round of work claimed
	trace   []string
}

func (m *model) fatal(format string, args ...any) {
	m.t.Helper()
	for _, l := range m.trace[max(0, len(m.trace)-25):] {
		m.t.Log(l)
	}
	m.t.Fatalf(format, args...)
}

func (m *model) apply(ev Event) error {
	ev.At = m.now
	before := m.r
	before.Steps = slices.Clone(m.r.Steps)
	next, out, err := m.e.Next(m.r, ev)
	m.trace = append(m.trace, fmt.Sprintf("%s %s #%d %q %v -> %v", ev.Kind, ev.Step, ev.Attempt, ev.Token, ev.Reason, err))
	if !reflect.DeepEqual(before, m.r) {
		m.fatal("Next changed its argument")
	}
	if err != nil {
		if !reflect.DeepEqual(next, before) || len(out) > 0 {
			m.fatal("a refused event changed something")
		}
		return err
	}
	if ev.Kind != Ticked && reflect.DeepEqual(before, next) {
		m.fatal("an accepted event changed nothing")
	}
	if before.State == StateRolledBack || before.State.Ended() && ev.Kind != RollbackRequested {
		m.fatal("something left %s", before.State)
	}
	m.r = next
	m.check(&before, ev, out)
	return nil
}

func (m *model) check(before *Run, ev Event, out []Effect) {
	if ev.Kind == Claimed {
		if s, _ := m.r.Step(ev.Step); !s.Checking {
			work := fmt.Sprint(s.Key, "/", s.Attempt, "/", s.Round)
			if m.claimed[work] {
				m.fatal("%s was claimed twice", work)
			}
			m.claimed[work] = true
		}
	}
	busy := 0
	for i, s := range m.r.Steps {
		old, def := before.Steps[i], m.e.defs[i]
		if old.State.Done() && !reflect.DeepEqual(old, s) {
			m.fatal("%s was done and changed: %+v", s.Key, s)
		}
		if s.Attempt < old.Attempt {
			m.fatal("%s counts its attempts backwards", s.Key)
		}
		if s.Token != "" && (s.Offered || s.State != StepRunning && !s.Checking) {
			m.fatal("%s holds a token in vain: %+v", s.Key, s)
		}
		if s.Token != "" && old.Token != "" && s.Token != old.Token && ev.Kind != Adopted {
			m.fatal("%s has two open attempts", s.Key)
		}
		if s.State == StepRunning && def.Kind.Attempted() != (s.Token != "") {
			m.fatal("%s runs without a token: %+v", s.Key, s)
		}
		if (s.State == StepAwaiting) != (s.Question == QuestionGo || s.Question == QuestionDone) {
			m.fatal("%s is %s and asks %q", s.Key, s.State, s.Question)
		}
		switch s.State {
		case StepReady, StepRunning, StepAwaiting, StepSucceeded:
			for _, j := range m.through(i) {
				if !m.r.Steps[j].State.Done() {
					m.fatal("%s is %s before %s is done", s.Key, s.State, m.r.Steps[j].Key)
				}
			}
		}
		if i >= m.e.forward && !m.r.RollingBack && s.State != StepWaiting {
			m.fatal("%s of the back-out began without a roll back", s.Key)
		}
		if s.Token != "" || s.State == StepRunning {
			busy++
		}
	}
	if m.r.State.Ended() {
		if busy > 0 || m.r.FinishedAt.IsZero() || len(m.e.Outstanding(m.r)) > 0 {
			m.fatal("ended with something open: %s", m.r.State)
		}
		if n := len(out); n == 0 || out[n-1].Kind != EffectFinish {
			m.fatal("ended without saying so")
		}
		return
	}
	todo := m.e.Outstanding(m.r)
	if m.r.State == StateRunning && busy == 0 && len(todo) == 0 && len(m.e.Attentions(m.r)) == 0 {
		m.fatal("the run is stuck")
	}
	for _, f := range out {
		switch f.Kind {
		case EffectStart, EffectCheck, EffectEvaluate, EffectAsk:
			now, _ := m.r.Step(f.Step)
			if !slices.Contains(todo, f) && now.Question == f.Question && now.Offered {
				m.fatal("%+v was emitted and is not outstanding", f)
			}
		}
	}
	if b, err := json.Marshal(m.r); err != nil {
		m.fatal("%v", err)
	} else {
		var again Run
		if err := json.Unmarshal(b, &again); err != nil || !reflect.DeepEqual(again, m.r) {
			m.fatal("the run does not survive its JSON form: %v\n%s", err, b)
		}
	}
}

// through returns what a step needs, and what those of them that were skipped needed.
func (m *model) through(i int) []int {
	var out []int
	for _, j := range m.e.needs[i] {
		out = append(out, j)
		if m.r.Steps[j].State == StepSkipped {
			out = append(out, m.through(j)...)
		}
	}
	return out
}

// random makes an event that is likely, but not sure, to apply.
func (m *model) random(pick func(n int) int) Event {
	kinds := []EventKind{Claimed, Claimed, Claimed, Adopted, AttemptSucceeded, AttemptSucceeded, AttemptSucceeded, AttemptFailed, AttemptUnknown, LeaseExpired,
		ConditionResolved, ConditionResolved, Confirmed, Confirmed, Refused, Retried, Retried, Skipped, Stopped, Ticked, Ticked, Paused, Resumed, Resumed}
	k := kinds[pick(len(kinds))]
	switch pick(60) {
	case 0:
		k = RollbackRequested
	case 1:
		k = Aborted
	}
	s := m.r.Steps[pick(len(m.r.Steps))]
	for range 6 { // prefer a step to which something can happen
		if s.State != StepWaiting && !s.State.Done() && s.State != StepCancelled {
			break
		}
		s = m.r.Steps[pick(len(m.r.Steps))]
	}
	ev := Event{Kind: k, Step: s.Key, Attempt: s.Attempt, Token: s.Token, By: "x", Reason: "because", Holds: pick(2) == 0, PastNoReturn: pick(2) == 0, Final: pick(5) == 0}
	switch k {
	case Claimed, Adopted:
		m.tokens++
		if fresh := fmt.Sprint("t", m.tokens); k == Claimed {
			ev.Token = fresh
		} else {
			ev.NewToken = fresh
		}
	case ConditionResolved:
		if pick(6) > 0 {
			ev.Reason = ""
		}
	}
	if pick(12) == 0 {
		ev.Attempt--
	}
	if pick(12) == 0 {
		ev.Token = "t1"
	}
	m.now = m.now.Add(time.Duration(pick(40)) * time.Second)
	return ev
}

// settle answers everything with yes until the run ends.
func (m *model) settle() {
	if m.r.State == StatePaused {
		_ = m.apply(Event{Kind: Resumed, By: "x"})
	}
	for n := 0; !m.r.State.Ended(); n++ {
		if n > 20*len(m.r.Steps)+100 {
			m.fatal("the run does not end although everything succeeds")
		}
		m.now = m.now.Add(time.Hour)
		_ = m.apply(Event{Kind: Ticked})
		for _, s := range m.r.Steps {
			if m.r.State.Ended() {
				break
			}
			s, _ = m.r.Step(s.Key)
			ev := Event{Step: s.Key, Attempt: s.Attempt, Token: s.Token, By: "x", Holds: true}
			switch {
			case s.Offered:
				m.tokens++
				ev.Kind, ev.Token = Claimed, fmt.Sprint("t", m.tokens)
			case s.Token != "":
				ev.Kind = AttemptSucceeded
			case s.Question != "":
				ev.Kind = Confirmed
			case s.State == StepReady && s.Condition == ConditionAsked:
				ev.Kind = ConditionResolved
			case s.State == StepFailed:
				ev.Kind = Retried
			default:
				continue
			}
			_ = m.apply(ev)
		}
	}
}

func play(t testing.TB, b Runbook, events int, pick func(n int) int) {
	e, err := Compile(&b)
	if err != nil {
		t.Fatal(err)
	}
	m := &model{t: t, e: e, r: e.New(), now: t0, claimed: map[string]bool{}}
	if err := m.apply(Event{Kind: Started}); err != nil {
		t.Fatal(err)
	}
	for range events {
		_ = m.apply(m.random(pick))
		if f := e.Forecast(m.r, ForecastInput{Now: m.now, WindowEnd: t0.Add(3 * time.Hour)}); !m.r.State.Ended() && f.End.Before(m.r.StartedAt) {
			m.fatal("the forecast ends before the start: %v", f.End)
		}
	}
	was := m.r.RollingBack
	m.settle()
	if want := map[bool]State{false: StateSucceeded, true: StateRolledBack}[was]; events == 0 && m.r.State != want {
		m.fatal("ended %s", m.r.State)
	}
}

func TestInvariants(t *testing.T) {
	n := 1500
	if testing.Short() {
		n = 200
	}
	ends := 0
	for seed := range n {
		rnd := rand.New(rand.NewPCG(uint64(seed), 7))
		events := rnd.IntN(200)
		if seed%10 == 0 {
			events = 0
			ends++
		}
		play(t, randomBook(rnd, 1+rnd.IntN(12)), events, rnd.IntN)
	}
	if ends == 0 {
		t.Fatal("no run was only successful")
	}
}

func FuzzNext(f *testing.F) {
	f.Add(uint64(1), []byte{})
	f.Add(uint64(2), []byte("a long enough seed to reach a roll back, an abort and some retries"))
	f.Add(uint64(3), []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 250, 251, 252, 253, 254, 255})
	f.Fuzz(func(t *testing.T, seed uint64, src []byte) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		i := 0
		pick := func(n int) int {
			i++
			if i > len(src) {
				return rnd.IntN(n)
			}
			return int(src[i-1]) % n
		}
		play(t, randomBook(rnd, 1+rnd.IntN(10)), min(len(src), 300), pick)
	})
}
