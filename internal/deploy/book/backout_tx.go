package book

import (
	"cmp"
	"slices"

	"slipway/internal/deploy/runbook"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Backout is the way back of a release and how its last rehearsal ended.
type Backout struct {
	Present   bool
	Changed   db.Time // when the content of the back-out last changed; none if it never did
	Rehearsed db.Time // when a rehearsal last carried the back-out of the chosen version out, or gave it up
	Failed    string  // why it was given up; "" if it went through
}

// Backouts returns the way back of releases in four statements, whatever their number. A release without a runbook is not in
// it. It checks no permission.
func Backouts(tx *db.Tx, releases ...id.Release) (map[id.Release]Backout, error) {
	chosen, err := bindingsOf(tx, releases)
	if err != nil || len(chosen) == 0 {
		return nil, err
	}
	bound := make([]id.Release, len(chosen))
	for i, b := range chosen {
		bound[i] = b.Release
	}
	present, err := waysBack(tx, chosen)
	if err != nil {
		return nil, err
	}
	changed, err := backoutChanges(tx, bound)
	if err != nil {
		return nil, err
	}
	ends, err := rehearsals(tx, bound)
	if err != nil {
		return nil, err
	}
	out := make(map[id.Release]Backout, len(chosen))
	for _, b := range chosen {
		x := Backout{Present: present[b.version()], Changed: changed[b.Release]}
		if e, ok := ends[rehearsedKey{b.Release, b.version()}]; ok {
			x.Rehearsed = e.At
			if e.State == runbook.StateFailed {
				x.Failed = e.why()
			}
		}
		out[b.Release] = x
	}
	return out, nil
}

// version is what a binding names, without its content.
type version struct {
	Runbook string
	Version int
}

func (b Binding) version() version { return version{b.Runbook, b.Version} }

// way reports whether a runbook has a way back.
func way(r runbook.Runbook) bool { return len(r.BackOut.Steps) > 0 || r.BackOut.FixForward != "" }

type rehearsedKey struct {
	release id.Release
	version
}

// rehearsal is how a rehearsal of a back-out ended.
type rehearsal struct {
	Release id.Release
	Runbook string
	Version int
	State   runbook.State
	At      db.Time
	Course  db.JSON
	course  runbook.Run
}

// why says what went wrong: the first step that failed, or else what was said when the run was given up.
func (r rehearsal) why() string {
	i := slices.IndexFunc(r.course.Steps, func(s runbook.StepRun) bool { return s.State == runbook.StepFailed })
	if i < 0 {
		return cmp.Or(r.course.Reason, "it was given up")
	}
	s := r.course.Steps[i]
	return "step " + s.Key + ", " + cmp.Or(s.Reason, "without a reason")
}
