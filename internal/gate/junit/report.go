package junit

import "time"

// Limits bound what one report may cost. The zero value of a field means its default.
type Limits struct {
	Bytes      int64 // of the document, after decoding to UTF-8; default 32 MiB
	Depth      int   // of nested elements; default 64
	Attributes int   // of one element; default 64
	Name       int   // bytes of an element's or attribute's name, and of a test's name and class; default 8 KiB
	Cases      int   // testcase elements; default 500,000
	Failing    int   // failing cases that are kept; default 100
	Text       int   // bytes of a kept message; default 2 KiB
	Warnings   int   // default 20
}

func (l Limits) withDefaults() Limits {
	set := func(p *int, d int) {
		if *p <= 0 {
			*p = d
		}
	}
	if l.Bytes <= 0 {
		l.Bytes = 32 << 20
	}
	set(&l.Depth, 64)
	set(&l.Attributes, 64)
	set(&l.Name, 8<<10)
	set(&l.Cases, 500_000)
	set(&l.Failing, 100)
	set(&l.Text, 2<<10)
	set(&l.Warnings, 20)
	return l
}

// Totals are the counted numbers of a report.
type Totals struct {
	Suites   int           `json:"suites"`
	Tests    int           `json:"tests"`
	Failures int           `json:"failures"`
	Errors   int           `json:"errors"`
	Skipped  int           `json:"skipped"`
	Flaky    int           `json:"flaky,omitempty"` // passed in the end, counted among the passed
	Duration time.Duration `json:"duration"`
}

// Passed returns the tests that neither failed nor were skipped.
func (t Totals) Passed() int { return max(0, t.Tests-t.Failures-t.Errors-t.Skipped) }

// Outcome is how a failing case failed.
type Outcome string

// The outcomes of failing cases.
const (
	Failure Outcome = "failure" // an assertion did not hold
	Error   Outcome = "error"   // the test broke
)

// Case is a failing test. Name is empty for a suite that failed as a whole.
type Case struct {
	Suite   string  `json:"suite,omitempty"`
	Class   string  `json:"class,omitempty"`
	Name    string  `json:"name"`
	Outcome Outcome `json:"outcome"`
	Type    string  `json:"type,omitempty"`
	Message string  `json:"message,omitempty"` // the message attribute, else the beginning of the text
	Line    int     `json:"line"`              // of the document
}

// Warning is something in a report that does not stop it from counting.
type Warning struct {
	Code string `json:"code"` // junit.totals_differ, junit.number, junit.empty
	Text string `json:"text"`
	Line int    `json:"line"`
}

// Report is what a document says.
type Report struct {
	Totals  Totals    `json:"totals"`
	Failing []Case    `json:"failing,omitempty"` // in the order of the document, bounded
	Omitted int       `json:"omitted,omitempty"` // failing cases that were not kept
	Warn    []Warning `json:"warnings,omitempty"`
}
