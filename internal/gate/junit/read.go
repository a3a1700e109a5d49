package junit

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"slipway/internal/errs"
)

// Read reads one report. It fails with errs.Invalid and one of the reasons junit.encoding, junit.nul, junit.doctype, junit.entity, junit.root, junit.structure,
// junit.too_deep, junit.too_many_attributes, junit.too_many_cases, junit.name_too_long or junit.xml, the element's path as the field and its
// line; with errs.TooLarge (junit.too_large); and with the reader's own error if reading fails. Memory is about 100 KiB, the attributes of one
// element within Limits, and what is kept, whatever the size; a report of 100 tests and 50 KB costs about 0.1 ms.
func Read(r io.Reader, lim Limits) (*Report, error) {
	lim = lim.withDefaults()
	in, err := utf8Of(r)
	if err != nil {
		return nil, err
	}
	p := &parser{s: newScanner(in, lim), lim: lim, rep: &Report{}}
	if !p.run() {
		var under errRead
		if errors.As(p.s.fault, &under) {
			return nil, under.err
		}
		return nil, p.s.fault
	}
	return p.rep, nil
}

type element uint8

const (
	other element = iota
	suites
	suite
	testcase
	failure
	errorElement
	skipped
	flaky
)

func elementOf(name []byte) element {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	switch string(name) {
	case "testsuites":
		return suites
	case "testsuite":
		return suite
	case "testcase":
		return testcase
	case "failure":
		return failure
	case "error":
		return errorElement
	case "skipped", "disabled":
		return skipped
	case "flakyFailure", "flakyError":
		return flaky
	}
	return other
}

// level is one open suite (or the suites element) with what it declares and what was counted in it.
type level struct {
	element  element
	name     string
	line     int
	declared [4]int // tests, failures, errors, skipped; -1: not declared
	disabled int
	total    [4]int // in all levels below
	own      [4]int // of its own cases
	time     time.Duration
	timed    bool
}

type parser struct {
	s      *scanner
	lim    Limits
	rep    *Report
	levels []level
	open   []element
	cur    struct { // the open testcase
		name, class                    string
		line                           int
		failure, error, skipped, flaky bool
		first                          Case
		time                           time.Duration
	}
	text     []byte // of the open failure or error
	textCut  bool
	wantText bool
	scratch  []byte
	top      time.Duration // of the outermost suites
	topTimed bool
	cases    time.Duration
}

func (p *parser) run() bool {
	keep := func(b []byte) {
		if room := p.lim.Text - len(p.text); len(b) > room {
			b, p.textCut = b[:max(room, 0)], true
		}
		p.text = append(p.text, b...)
	}
	roots := 0
	for {
		var sink func([]byte)
		if p.wantText {
			sink = keep
		}
		k, closed := p.s.advance(sink)
		switch k {
		case failed:
			return false
		case endOfFile:
			if roots == 0 {
				return p.s.fail("junit.root", "The report is empty.")
			}
			return p.finish()
		case startTag:
			if len(p.open) == 0 {
				if roots++; roots > 1 {
					return p.s.fail("junit.xml", "There is a second root element. Send one report at a time.")
				}
			}
			if !p.start() {
				return false
			}
			if closed {
				p.s.pop()
				if !p.end() {
					return false
				}
			}
		case endTag:
			if !p.end() {
				return false
			}
		}
	}
}

// attribute returns an attribute's value, cut to n bytes, and whether it is there.
func (p *parser) attribute(name string, n int) (string, bool) {
	for _, a := range p.s.attrs {
		if string(p.s.values[a.name.from:a.name.to]) != name {
			continue
		}
		var bad string
		p.scratch, bad = plain(p.scratch[:0], p.s.values[a.value.from:a.value.to], a.cut)
		if bad != "" {
			p.s.fail("junit.entity", "The entity %s in the attribute %s is not one of XML's five.", bad, name)
			return "", false
		}
		return clip(string(p.scratch), n), true
	}
	return "", false
}

// limited reads an attribute whose length is limited rather than cut.
func (p *parser) limited(name string) string {
	for _, a := range p.s.attrs {
		if a.cut && string(p.s.values[a.name.from:a.name.to]) == name {
			p.s.fail("junit.name_too_long", "The attribute %s has more than %d bytes.", name, p.lim.Name)
			return ""
		}
	}
	v, _ := p.attribute(name, 512)
	return v
}

func (p *parser) warn(code string, line int, text string) {
	if len(p.rep.Warn) < p.lim.Warnings {
		p.rep.Warn = append(p.rep.Warn, Warning{code, text, line})
	}
}

func (p *parser) number(name string) int {
	v, ok := p.attribute(name, 40)
	if !ok {
		return -1
	}
	n, err := strconv.Atoi(strings.ReplaceAll(strings.TrimSpace(v), ",", ""))
	if err != nil || n < 0 {
		p.warn("junit.number", p.s.line, "The attribute "+name+", "+strconv.Quote(v)+", is not a number of tests.")
		return -1
	}
	return n
}

// seconds reads a duration as tools write it: "0.123", "1,234.5", "1e-05".
func (p *parser) seconds() (time.Duration, bool) {
	v, ok := p.attribute("time", 40)
	if !ok || v == "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(v), ",", ""), 64)
	if err != nil || math.IsNaN(f) || f < 0 || f > 1e8 {
		p.warn("junit.number", p.s.line, "The attribute time, "+strconv.Quote(v)+", is not a number of seconds.")
		return 0, false
	}
	return time.Duration(math.Round(f * 1e9)), true
}

func (p *parser) start() bool {
	e := elementOf(p.s.name)
	parent := other
	if n := len(p.open); n > 0 {
		parent = p.open[n-1]
	}
	inCase := false
	for _, o := range p.open {
		inCase = inCase || o == testcase
	}
	switch {
	case len(p.open) == 0 && e != suites && e != suite:
		return p.s.fail("junit.root", "The root element is <%s>. %s", clip(string(p.s.name), 40), hint(string(p.s.name)))
	case (e == suites || e == suite || e == testcase) && inCase:
		return p.s.fail("junit.structure", "A <%s> stands inside a testcase.", clip(string(p.s.name), 40))
	case e == suites && len(p.open) > 0:
		return p.s.fail("junit.structure", "A <testsuites> stands inside another element.")
	case (e == failure || e == errorElement || e == skipped || e == flaky) && parent != testcase && (parent != suite || e == flaky || e == skipped):
		e = other // such as a reporter's own element of that name deeper down
	}
	p.open = append(p.open, e)
	switch e {
	case suites, suite:
		p.startSuite(e)
	case testcase:
		p.startCase()
	case failure, errorElement:
		p.startFailure(e, parent)
	case skipped:
		p.cur.skipped = true
	case flaky:
		p.cur.flaky = true
	}
	return p.s.fault == nil
}

func hint(root string) string {
	switch root {
	case "assemblies", "assembly":
		return "This is a report of xUnit.net. Write it in JUnit's format instead."
	case "test-run", "test-results":
		return "This is a report of NUnit. Write it in JUnit's format instead."
	case "TestRun":
		return "This is a TRX report. Write it in JUnit's format instead."
	case "html", "HTML":
		return "This is a web page, perhaps an error of the server it came from."
	case "coverage":
		return "This is a coverage report."
	}
	return "A report begins with <testsuites> or <testsuite>."
}

func (p *parser) finish() bool {
	p.rep.Totals.Duration = p.cases
	if p.topTimed {
		p.rep.Totals.Duration = p.top
	}
	if p.rep.Totals.Tests == 0 {
		p.warn("junit.empty", 1, "The report lists no test.")
	}
	return true
}

// ReadBytes reads a report that is already in memory.
func ReadBytes(doc []byte, lim Limits) (*Report, error) {
	if l := lim.withDefaults(); int64(len(doc)) > 2*l.Bytes+4 {
		return nil, errs.TooLarge("junit.too_large", "The test report was not taken: it has more than %d bytes. Split it by suite.", l.Bytes)
	}
	return Read(bytes.NewReader(doc), lim)
}
