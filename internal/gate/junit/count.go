package junit

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

func (p *parser) startSuite(e element) {
	l := level{element: e, line: p.s.line, name: p.limited("name"), disabled: p.number("disabled")}
	for i, n := range []string{"tests", "failures", "errors", "skipped"} {
		l.declared[i] = p.number(n)
	}
	if l.declared[3] < 0 {
		l.declared[3] = p.number("skips") // pytest before 5.1
	}
	l.time, l.timed = p.seconds()
	if e == suite {
		p.rep.Totals.Suites++
	}
	p.levels = append(p.levels, l)
}

func (p *parser) startCase() {
	c := &p.cur
	*c = struct {
		name, class                    string
		line                           int
		failure, error, skipped, flaky bool
		first                          Case
		time                           time.Duration
	}{name: p.limited("name"), class: p.limited("classname"), line: p.s.line}
	c.time, _ = p.seconds()
	status, _ := p.attribute("status", 40)
	switch strings.ToLower(status) {
	case "notrun", "disabled", "skipped", "ignored", "suppressed":
		c.skipped = true
	case "failed", "failure", "fail":
		c.failure = true
	case "error", "errored", "broken":
		c.error = true
	}
	if p.rep.Totals.Tests++; p.rep.Totals.Tests > p.lim.Cases {
		p.s.fail("junit.too_many_cases", "The report has more than %d test cases. Split it by suite.", p.lim.Cases)
	}
}

func (p *parser) startFailure(e, parent element) {
	p.text, p.textCut, p.wantText = p.text[:0], false, true
	c := Case{Outcome: Failure, Line: p.s.line}
	if e == errorElement {
		c.Outcome = Error
	}
	c.Type, _ = p.attribute("type", 200)
	c.Message, _ = p.attribute("message", p.lim.Text)
	if parent == testcase {
		first := !p.cur.failure && !p.cur.error || p.cur.first.Line == 0
		p.cur.failure = p.cur.failure || e == failure
		if e == errorElement && !p.cur.error {
			p.cur.error, first = true, true
		}
		if !first {
			p.wantText = false
			return
		}
	}
	p.cur.first = c
}

func (p *parser) end() bool {
	n := len(p.open) - 1
	e := p.open[n]
	p.open = p.open[:n]
	switch e {
	case failure, errorElement:
		return p.endFailure(e, p.open[n-1])
	case testcase:
		p.endCase()
	case suites, suite:
		p.endSuite()
	}
	return p.s.fault == nil
}

func (p *parser) endFailure(e, parent element) bool {
	if p.wantText && p.cur.first.Message == "" {
		text, bad := plain(nil, bytes.TrimSpace(p.text), p.textCut)
		if bad != "" {
			// CDATA may hold anything; what cannot be resolved is kept as it stands.
			text = bytes.ToValidUTF8(bytes.TrimSpace(p.text), []byte("\ufffd"))
		}
		p.cur.first.Message = clip(string(text), p.lim.Text)
	}
	p.wantText = false
	if parent == suite {
		i := 1
		if e == errorElement {
			i = 2
		}
		p.count(i)
		p.keep(p.cur.first)
	}
	return p.s.fault == nil
}

// count adds one to a number of the innermost suite: 0 tests, 1 failures, 2 errors, 3 skipped.
func (p *parser) count(i int) {
	if n := len(p.levels); n > 0 {
		p.levels[n-1].own[i]++
		p.levels[n-1].total[i]++
	}
	switch i {
	case 1:
		p.rep.Totals.Failures++
	case 2:
		p.rep.Totals.Errors++
	case 3:
		p.rep.Totals.Skipped++
	}
}

func (p *parser) keep(c Case) {
	for i := len(p.levels) - 1; i >= 0 && c.Suite == ""; i-- {
		if p.levels[i].element == suite {
			c.Suite = p.levels[i].name
		}
	}
	if len(p.rep.Failing) >= p.lim.Failing {
		p.rep.Omitted++
		return
	}
	p.rep.Failing = append(p.rep.Failing, c)
}

func (p *parser) endCase() {
	c := &p.cur
	p.count(0)
	p.cases += c.time
	switch {
	case c.error:
		p.count(2)
		c.first.Outcome = Error
	case c.failure:
		p.count(1)
		c.first.Outcome = Failure
	case c.skipped:
		p.count(3)
		return
	case c.flaky:
		p.rep.Totals.Flaky++
		return
	default:
		return
	}
	c.first.Name, c.first.Class = c.name, c.class
	if c.first.Line == 0 {
		c.first.Line = c.line
	}
	p.keep(c.first)
}

func (p *parser) endSuite() {
	n := len(p.levels) - 1
	l := p.levels[n]
	p.levels = p.levels[:n]
	if n > 0 {
		for i := range l.total {
			p.levels[n-1].total[i] += l.total[i]
		}
	}
	for i, what := range []string{"tests", "failures", "errors", "skipped tests"} {
		d := l.declared[i]
		if d < 0 || d == l.total[i] || d == l.own[i] || i == 3 && l.disabled > 0 && d+l.disabled == l.total[i] {
			continue
		}
		of := "The document"
		if l.element == suite {
			of = "Suite " + strconv.Quote(l.name)
		}
		p.warn("junit.totals_differ", l.line, of+" declares "+strconv.Itoa(d)+" "+what+"; "+strconv.Itoa(l.total[i])+" are listed and counted.")
	}
	switch {
	case n == 0 && l.timed:
		p.top, p.topTimed = l.time, true
	case l.timed && (n == 1 && p.levels[0].element == suites):
		p.top, p.topTimed = p.top+l.time, true
	}
}
