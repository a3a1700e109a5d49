package runbook

import (
	"fmt"
	"slices"
	"strings"
)

func (v *validator) step(path string, s *Step, own, other graph, backout bool) {
	v.line(path+".name", s.Name)
	v.text(path+".instructions", s.Instructions)
	v.line(path+".owner", s.Owner)
	v.line(path+".go", s.Go)
	v.member(path+".lane", s.Lane, "lane", laneKeys(v.book.Lanes))
	v.member(path+".section", s.Section, "section", sectionKeys(v.book.Sections))
	v.duration(path+".planned", s.Planned)
	v.text(path+".when", s.When)
	v.needs(path, s, own, other, backout)
	if s.Kind == Manual && strings.TrimSpace(s.Owner) == "" {
		v.add(path+".owner", ReasonOwner, "A manual step needs the role of its owner: somebody must confirm it.")
	}
	switch {
	case backout && s.PointOfNoReturn:
		v.add(path+".point_of_no_return", ReasonBackOut, "A back-out waits for no gate, so it has no point of no return.")
	case s.PointOfNoReturn && s.Go == "" && s.Owner == "":
		v.add(path+".go", ReasonOwner, "A point of no return needs the role whose go it waits for, in go or owner.")
	case s.Go != "" && !s.PointOfNoReturn:
		v.add(path+".go", ReasonMisplaced, "Only a point of no return waits for a go. Add point_of_no_return: true or remove this line.")
	}
	if backout && s.BackOut != "" {
		v.add(path+".back_out", ReasonBackOut, "A step of the back-out is not taken back itself.")
	} else if s.BackOut != "" && s.BackOut != FixForward && !other.set[s.BackOut] {
		if own.set[s.BackOut] {
			v.add(path+".back_out", ReasonBackOut, "%q is a step of the runbook. A back-out step is one under back_out.steps.", clip(s.BackOut))
		} else {
			v.unknown(path+".back_out", s.BackOut, "The back-out has no step %q. Name one of its steps, or "+FixForward+".", other.list)
		}
	}
	if !backout && s.BackOut == FixForward && strings.TrimSpace(v.book.BackOut.FixForward) == "" {
		v.add(path+".back_out", ReasonBackOut, "The step cannot be undone, so the fix-forward plan must be written under back_out.fix_forward.")
	}
	v.attempts(path, s)
	v.kind(path, s)
}

func laneKeys(l []Lane) []string {
	keys := make([]string, len(l))
	for i := range l {
		keys[i] = l[i].Key
	}
	return keys
}

func sectionKeys(l []Section) []string {
	keys := make([]string, len(l))
	for i := range l {
		keys[i] = l[i].Key
	}
	return keys
}

func (v *validator) member(path, key, what string, known []string) {
	if key != "" && !slices.Contains(known, key) {
		v.unknown(path, key, "The "+what+" %q is not declared under "+what+"s.", known)
	}
}

func (v *validator) needs(path string, s *Step, own, other graph, backout bool) {
	if len(s.Needs) > MaxNeeds {
		v.add(path+".needs", ReasonRange, "A step needs at most %d others.", MaxNeeds)
		return
	}
	for i, n := range s.Needs {
		at := fmt.Sprintf("%s.needs[%d]", path, i)
		switch {
		case n == s.Key:
			v.add(at, ReasonCycle, "A step cannot need itself.")
		case slices.Contains(s.Needs[:i], n):
			v.add(at, ReasonDuplicate, "%q is listed twice.", clip(n))
		case own.set[n]:
		case other.set[n] && backout:
			v.add(at, ReasonBackOut, "%q is a step of the runbook. A back-out step needs only steps of the back-out.", clip(n))
		case other.set[n]:
			v.add(at, ReasonBackOut, "%q is a step of the back-out. A step needs only steps of its own graph.", clip(n))
		default:
			v.unknown(at, n, "There is no step %q.", own.list)
		}
	}
}

// attempts checks timeout, retries and what follows an unknown outcome.
func (v *validator) attempts(path string, s *Step) {
	v.duration(path+".timeout", s.Timeout)
	v.duration(path+".retry_wait", s.RetryWait)
	if s.Retries < 0 || s.Retries > MaxRetries {
		v.add(path+".retries", ReasonRange, "Retries are from 0 to %d.", MaxRetries)
	}
	if !s.Kind.Attempted() {
		for _, f := range []struct {
			name string
			set  bool
		}{{"timeout", s.Timeout != 0}, {"retries", s.Retries != 0}, {"retry_wait", s.RetryWait != 0}} {
			if f.set {
				v.add(path+"."+f.name, ReasonMisplaced, "A %s step has no attempts, so no %s.", s.Kind, f.name)
			}
		}
	} else if s.RetryWait != 0 && s.Retries == 0 {
		v.add(path+".retry_wait", ReasonMisplaced, "Without retries there is nothing to wait for.")
	}
	switch s.OnUnknown {
	case "", Ask, Repeat, Check:
		if s.OnUnknown != "" && !s.Kind.Outside() {
			v.add(path+".on_unknown", ReasonMisplaced, "The outcome of a %s step is always known.", s.Kind)
		}
	default:
		v.unknown(path+".on_unknown", string(s.OnUnknown), "%q is not a way to go on: repeat, check or ask.", []string{"repeat", "check", "ask"})
	}
	switch {
	case s.OnUnknown == Check && s.Check == nil:
		v.add(path+".on_unknown", ReasonMissing, "Nothing says how to check. Add check with an http or command block.")
	case s.OnUnknown != Check && s.Check != nil:
		v.add(path+".check", ReasonMisplaced, "The check is used only with on_unknown: check.")
	case s.Check != nil:
		v.probe(path+".check", s.Check)
	}
}

func (v *validator) probe(path string, p *Probe) {
	v.duration(path+".timeout", p.Timeout)
	switch {
	case p.HTTP != nil && p.Command != nil:
		v.add(path, ReasonMisplaced, "A check is an http call or a command, not both.")
	case p.HTTP != nil:
		v.http(path+".http", p.HTTP)
	case p.Command != nil:
		v.command(path+".command", p.Command)
	default:
		v.add(path, ReasonMissing, "A check needs an http or a command block.")
	}
}
