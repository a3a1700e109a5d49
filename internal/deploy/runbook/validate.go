package runbook

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Fault is one thing wrong with a runbook.
type Fault struct {
	Path   string // dotted, as in the file: "steps[3].needs[0]"
	Reason string // stable dotted word
	Msg    string // a sentence
	Word   string // the unknown name, if that is the fault
	Known  []string
}

// The reasons of faults.
const (
	ReasonMissing   = "runbook.missing"
	ReasonMalformed = "runbook.malformed"
	ReasonDuplicate = "runbook.duplicate"
	ReasonUnknown   = "runbook.unknown_name"
	ReasonCycle     = "runbook.cycle"
	ReasonRange     = "runbook.out_of_range"
	ReasonMisplaced = "runbook.misplaced" // a field that does not belong to this kind of step
	ReasonTemplate  = "runbook.placeholder"
	ReasonOwner     = "runbook.owner_missing"
	ReasonBackOut   = "runbook.back_out"
)

var (
	keyForm   = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,99}$`)
	paramForm = regexp.MustCompile(`^[a-z][a-zA-Z0-9_-]{0,63}$`)
)

type validator struct {
	book   *Runbook
	params map[string]bool
	faults []Fault
}

func (v *validator) add(path, reason, format string, args ...any) {
	v.faults = append(v.faults, Fault{Path: path, Reason: reason, Msg: fmt.Sprintf(format, args...)})
}

// Validate returns everything that is wrong with the runbook; nil if nothing is. The same runbook gives the same faults in
// the same order. It costs time linear in steps and needs, but for cycles: those cost steps times needs at worst.
func Validate(r *Runbook) []Fault {
	v := &validator{book: r, params: map[string]bool{}}
	v.key("key", r.Key)
	v.line("name", r.Name)
	v.text("description", r.Description)
	v.parameters()
	v.groups()
	switch n := len(r.Steps) + len(r.BackOut.Steps); {
	case len(r.Steps) == 0:
		v.add("steps", ReasonMissing, "A runbook needs at least one step.")
	case n > MaxSteps:
		v.add("steps", ReasonRange, "A runbook has at most %d steps, back-out included. This one has %d.", MaxSteps, n)
		return v.faults
	}
	forward, backout := keysOf(r.Steps), keysOf(r.BackOut.Steps)
	v.keys(forward, backout)
	for i := range r.Steps {
		v.step(fmt.Sprintf("steps[%d]", i), &r.Steps[i], forward, backout, false)
	}
	for i := range r.BackOut.Steps {
		v.step(fmt.Sprintf("back_out.steps[%d]", i), &r.BackOut.Steps[i], backout, forward, true)
	}
	v.cycles("steps", r.Steps)
	v.cycles("back_out.steps", r.BackOut.Steps)
	v.text("back_out.fix_forward", r.BackOut.FixForward)
	v.policy()
	return v.faults
}

// graph holds the keys of one of the two graphs.
type graph struct {
	list []string
	set  map[string]bool
}

func keysOf(steps []Step) graph {
	g := graph{make([]string, len(steps)), make(map[string]bool, len(steps))}
	for i := range steps {
		g.list[i] = steps[i].Key
		g.set[steps[i].Key] = true
	}
	return g
}

func (v *validator) keys(forward, backout graph) {
	seen := map[string]string{}
	for g, keys := range [][]string{forward.list, backout.list} {
		for i, k := range keys {
			path := fmt.Sprintf("%s[%d].key", [...]string{"steps", "back_out.steps"}[g], i)
			v.key(path, k)
			if first, twice := seen[k]; twice && k != "" {
				v.add(path, ReasonDuplicate, "The key %q is taken by %s. Keys are unique over the steps and the back-out.", clip(k), first)
			} else {
				seen[k] = strings.TrimSuffix(path, ".key")
			}
		}
	}
}

func (v *validator) key(path, k string) {
	switch {
	case k == "":
		v.add(path, ReasonMissing, "A key is required, for example deploy-north.")
	case !keyForm.MatchString(k):
		v.add(path, ReasonMalformed, "A key has lower-case letters, digits, dots, hyphens and underscores, starts with a letter or digit, and has 100 characters at most.")
	}
}

// line checks a text of one line, such as a name or a role.
func (v *validator) line(path, s string) {
	switch {
	case len(s) > 200:
		v.add(path, ReasonRange, "At most 200 characters are allowed here.")
	case strings.ContainsAny(s, "\n\r\t\x00") || !utf8.ValidString(s):
		v.add(path, ReasonMalformed, "One line without control characters is expected here.")
	}
}

func (v *validator) text(path, s string) {
	switch {
	case len(s) > MaxText:
		v.add(path, ReasonRange, "At most %d bytes are allowed here; these are %d.", MaxText, len(s))
	case strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s):
		v.add(path, ReasonMalformed, "The text must be UTF-8 without NUL.")
	}
}

// template checks a text that may hold placeholders.
func (v *validator) template(path, s string) {
	v.text(path, s)
	names, err := Placeholders(s)
	if err != nil {
		msg := err.Error()
		v.add(path, ReasonTemplate, "%s.", strings.ToUpper(msg[:1])+msg[1:])
		return
	}
	for _, n := range names {
		root, rest, _ := strings.Cut(n, ".")
		if !slices.Contains(PlaceholderRoots(), root) {
			v.unknown(path, root, "%q is not known as the first word of a placeholder.", PlaceholderRoots())
		} else if root == "param" && !v.params[rest] {
			known := make([]string, len(v.book.Parameters))
			for i, p := range v.book.Parameters {
				known[i] = p.Name
			}
			v.unknown(path, rest, "The parameter %q is not declared under parameters.", known)
		}
	}
}

func (v *validator) unknown(path, word, format string, known []string) {
	v.faults = append(v.faults, Fault{Path: path, Reason: ReasonUnknown, Msg: fmt.Sprintf(format, clip(word)), Word: word, Known: known})
}

func (v *validator) parameters() {
	for i, p := range v.book.Parameters {
		path := fmt.Sprintf("parameters[%d]", i)
		switch {
		case !paramForm.MatchString(p.Name):
			v.add(path+".name", ReasonMalformed, "A parameter's name has letters, digits, hyphens and underscores, and starts with a lower-case letter.")
		case v.params[p.Name]:
			v.add(path+".name", ReasonDuplicate, "The parameter %q is declared twice.", p.Name)
		}
		if p.Required && p.Default != "" {
			v.add(path+".default", ReasonMisplaced, "A required parameter has no default.")
		}
		v.params[p.Name] = true
		v.text(path+".default", p.Default)
		v.text(path+".description", p.Description)
	}
}

func (v *validator) groups() {
	lanes, sections := map[string]bool{}, map[string]bool{}
	for i, l := range v.book.Lanes {
		v.group(fmt.Sprintf("lanes[%d]", i), l.Key, l.Name, lanes)
	}
	for i, s := range v.book.Sections {
		v.group(fmt.Sprintf("sections[%d]", i), s.Key, s.Name, sections)
	}
}

func (v *validator) group(path, key, name string, seen map[string]bool) {
	v.key(path+".key", key)
	if seen[key] {
		v.add(path+".key", ReasonDuplicate, "The key %q is given twice.", clip(key))
	}
	seen[key] = true
	v.line(path+".name", name)
}

// policy checks what the steps promise each other across the two graphs.
func (v *validator) policy() {
	r := v.book
	if !r.RollbackOnFailedVerification {
		return
	}
	if len(r.BackOut.Steps) == 0 {
		v.add("rollback_on_failed_verification", ReasonBackOut, "There is no back-out to start. Add back_out.steps or remove this line.")
	}
	if !slices.ContainsFunc(r.Steps, func(s Step) bool { return s.Verification }) {
		v.add("rollback_on_failed_verification", ReasonBackOut, "No step is marked as a verification. Mark one with verification: true or remove this line.")
	}
}

func (v *validator) duration(path string, d time.Duration) {
	if d < 0 || d > MaxDuration {
		v.add(path, ReasonRange, "A duration from 0 to %s is expected here, not %s.", short(MaxDuration), short(d))
	} else if d%time.Microsecond != 0 {
		v.add(path, ReasonRange, "A duration has whole microseconds.")
	}
}

func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}

func clip(s string) string {
	if len(s) <= 60 {
		return s
	}
	return strings.ToValidUTF8(s[:60], "") + "…"
}
