package archtest

import (
	"fmt"
	"sort"
	"strings"
)

// Violation is one place where the code disagrees with a rule.
type Violation struct {
	File string // relative to the module's root
	Line int    // 1-based
	Msg  string // what is wrong there
}

func (v Violation) String() string { return fmt.Sprintf("%s:%d: %s", v.File, v.Line, v.Msg) }

// Rule is one checked sentence of the architecture.
type Rule struct {
	Name   string // one word or two, as exceptions and test names use it
	Reason string // why the rule exists, printed with its violations
	check  func(*Tree) []Violation
}

// Check returns the violations of the rule in t that no exception excuses, by file and line.
func (r Rule) Check(t *Tree, exceptions []Exception) []Violation {
	var out []Violation
	for _, v := range r.check(t) {
		if !excused(r.Name, v, exceptions) {
			out = append(out, v)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].File != out[j].File {
			return out[i].File < out[j].File
		}
		return out[i].Line < out[j].Line
	})
	return out
}

// Exception lets something pass a rule, for a stated reason.
type Exception struct {
	Rule   string // the rule's name
	File   string // a file, or a directory with everything below it
	About  string // text that the violation's message contains; empty excuses all of them in File
	Reason string // a full sentence
}

func (e Exception) covers(rule string, v Violation) bool {
	return e.Rule == rule && within(v.File, e.File) && strings.Contains(v.Msg, e.About)
}

func excused(rule string, v Violation, exceptions []Exception) bool {
	for _, e := range exceptions {
		if e.covers(rule, v) {
			return true
		}
	}
	return false
}

// Stale returns the exceptions that excuse nothing although their file or directory exists, so that the list cannot
// outlive what it was written for.
func Stale(t *Tree, rules []Rule, exceptions []Exception) []Exception {
	var out []Exception
	for _, e := range exceptions {
		if t.exists(e.File) && !t.needed(e, rules) {
			out = append(out, e)
		}
	}
	return out
}

func (t *Tree) needed(e Exception, rules []Rule) bool {
	for _, r := range rules {
		if r.Name != e.Rule {
			continue
		}
		for _, v := range r.check(t) {
			if e.covers(r.Name, v) {
				return true
			}
		}
	}
	return false
}

func (t *Tree) exists(name string) bool {
	for _, p := range t.Packages {
		for _, f := range p.Files {
			if within(f.Path, name) {
				return true
			}
		}
	}
	return false
}

// within reports whether file is dir or lies below it.
func within(file, dir string) bool { return file == dir || strings.HasPrefix(file, dir+"/") }

// Rules returns every rule, in the order in which a reader of the architecture meets them.
func Rules() []Rule {
	return []Rule{
		{"parse", "what cannot be read cannot be checked", func(t *Tree) []Violation { return t.Broken }},
		{"areas", "areas meet in their root packages and depend downwards only; what is needed from above is an event or an interface declared below (docs/architecture.md, Who may import whom)", checkAreas},
		{"parts", "the platform and the kernel know nothing of the business, the composition root alone knows everyone (docs/architecture.md, Who may import whom)", checkParts},
		{"roots", "a root package states rules of the business; pages, routes and drivers live beside it, so that it is reachable four ways and testable without a server", checkRoots},
		{"engines", "an engine is a pure function of its arguments: the standard library, errs for its refusals, and no I/O, so that it can be fuzzed, simulated and read alone", checkEngines},
		{"clock", "only package clock reads the machine's time, so that a test or a simulation can hold it still", checkClock},
		{"sql", "the SQL of an area stands in its *_sql.go files, where both engines' subset can be reviewed", checkSQL},
		{"habits", "areas return errors instead of logging, printing, panicking or exiting, and live in the caller's context", checkHabits},
		{"sleep", "a test that sleeps is slow on a good day and wrong on a bad one: wait for a signal", checkSleep},
		{"size", "a package of at most 2,500 lines and a file of at most 500 can be read in one sitting", checkSize},
		{"doc", "doc.go says what a package is for and what it does not know", checkDoc},
		{"comments", "the doc comment of an exported name is its contract: what it does, which error when, units", checkComments},
		{"names", "a package is named after what it is about, in one word and as its directory", checkNames},
		{"words", "Slipway has one word for one thing (CONTEXT.md)", checkWords},
		{"vocabulary", "permissions, ledger actions and error reasons are one vocabulary that scripts rely on", checkVocabulary},
	}
}
