package verdict

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (j *judge) run() {
	switch j.c.Kind {
	case Confirmed:
		j.confirmed()
	case Proven:
		j.proven()
	case Approved:
		j.approved()
	case NoRisk:
		j.noRisk()
	case BackedOut:
		j.backedOut()
	case InWindow:
		j.inWindow()
	case Polled:
		j.polled()
	case Custom:
		j.custom()
	default:
		j.against("criterion.kind_unknown", "Slipway does not know how to judge a criterion of the kind "+strconv.Quote(string(j.c.Kind))+".", hit{next: "Correct the criterion."})
	}
}

// fresh reports whether something bound to a digest still counts.
func (j *judge) fresh(manifest string) bool {
	return j.c.Binding == ToRelease || manifest == j.s.Manifest
}

func (j *judge) lapse(t time.Time) {
	if !t.IsZero() && (j.lapses.IsZero() || t.Before(j.lapses)) {
		j.lapses = t
	}
}

func (j *judge) changes(t time.Time) {
	if t.After(j.s.At) && (j.change.IsZero() || t.Before(j.change)) {
		j.change = t
	}
}

func (j *judge) newest(t time.Time) {
	if t.After(j.since) {
		j.since = t
	}
}

func (j *judge) confirmed() {
	var last []*Confirmation // each person's newest
	for _, i := range j.in.confirmations.of(j.at) {
		c := &j.s.Confirmations[i]
		if c.At.After(j.s.At) {
			continue
		}
		k := slices.IndexFunc(last, func(l *Confirmation) bool { return l.By == c.By })
		switch {
		case k < 0:
			last = append(last, c)
		case c.At.After(last[k].At), c.At.Equal(last[k].At) && c.rank(j) > last[k].rank(j):
			last[k] = c
		}
	}
	slices.SortFunc(last, func(a, b *Confirmation) int { return strings.Compare(a.By, b.By) })
	good, stale := 0, ""
	for _, c := range last {
		switch {
		case c.Withdrawn:
		case !j.fresh(c.Manifest):
			stale = c.By
			j.stale = append(j.stale, c.By)
		case c.Denied:
			j.against("confirmation.denied", c.By+" says that it is not fulfilled"+quoted(c.Text)+".", hit{since: c.At, next: "Fulfil it, then " + c.By + " confirms."})
		default:
			good++
			j.newest(c.At)
		}
	}
	if need := max(1, j.c.Persons); good+len(j.hits) < need {
		text := "Nobody has confirmed it."
		switch {
		case stale != "":
			text = "The manifest changed after " + stale + " confirmed it."
		case good > 0:
			text = strconv.Itoa(good) + " of " + strconv.Itoa(need) + " persons have confirmed it."
		}
		j.missing("confirmation.missing", text, hit{next: "Confirm it."})
	}
}

// rank puts the answer that is worse for the release first among a person's answers of one instant.
func (c *Confirmation) rank(j *judge) int {
	switch {
	case c.Withdrawn:
		return 2
	case !j.fresh(c.Manifest):
		return 1
	case c.Denied:
		return 3
	}
	return 0
}

func (j *judge) proven() {
	services := j.c.Evidence.Services
	if len(services) == 0 {
		services = everything
	}
	for _, service := range services {
		j.provenFor(service, len(j.c.Evidence.Services) > 0)
	}
}

var everything = []string{""}

// provenFor judges the newest evidence that is bound to what the release carries now. Only passing evidence ages: bad news
// stays until something newer replaces it.
func (j *judge) provenFor(service string, only bool) {
	var best, old *Evidence
	for _, i := range j.in.evidence.of(j.at) {
		e := &j.s.Evidence[i]
		if e.At.After(j.s.At) || only && e.Service != service {
			continue
		}
		if !j.fresh(e.Manifest) {
			j.stale = append(j.stale, e.ID)
			if old == nil || j.newer(e, old) {
				old = e
			}
			continue
		}
		if best == nil || j.newer(e, best) {
			best = e
		}
	}
	if len(j.stale) > 1 {
		slices.Sort(j.stale)
	}
	of := ""
	if service != "" {
		of = " for " + service
	}
	if best == nil {
		h := hit{next: "Send evidence" + of + " for this content."}
		if old != nil {
			h.since = old.At
			j.missing("evidence.stale", "The newest evidence"+of+", "+name(old)+" of "+stamp(old.At)+", is of another manifest and does not count.", h)
			return
		}
		j.missing("evidence.missing", "There is no evidence"+of+".", h)
		return
	}
	j.used = append(j.used, best.ID)
	j.newest(best.At)
	if bad := j.bad(best); bad != "" {
		j.against("evidence.failed", capital(name(best))+of+" of "+stamp(best.At)+": "+bad+".", hit{since: best.At, next: "Repair the cause and send newer evidence" + of + "."})
		return
	}
	if j.c.Evidence.MaxAge > 0 {
		end := best.At.Add(j.c.Evidence.MaxAge)
		if !j.s.At.Before(end) {
			j.missing("evidence.too_old", capital(name(best))+of+" of "+stamp(best.At)+" passed and is older than "+span(j.c.Evidence.MaxAge)+".",
				hit{since: end, next: "Send newer evidence" + of + "."})
			return
		}
		j.lapse(end)
	}
}

// newer orders evidence by receipt; of one instant the later intake counts, and what cannot be told apart counts by the worse.
func (j *judge) newer(a, b *Evidence) bool {
	if !a.At.Equal(b.At) {
		return a.At.After(b.At)
	}
	if a.Seq != b.Seq {
		return a.Seq > b.Seq
	}
	if x, y := j.bad(a) != "", j.bad(b) != ""; x != y {
		return x
	}
	return a.ID < b.ID
}

// bad says what in the evidence does not fulfil the criterion; empty if it does.
func (j *judge) bad(e *Evidence) string {
	switch r := j.c.Evidence; {
	case e.Fact != nil && e.JUnit != nil, e.Fact == nil && e.JUnit == nil:
		return "it is neither a report nor a judged fact"
	case e.Fact != nil && e.Fact.Met:
		return ""
	case e.Fact != nil:
		return cmp.Or(strings.TrimSuffix(e.Fact.Text, "."), "its condition is not met")
	default:
		return r.fault(*e.JUnit)
	}
}

// Passes reports whether a JUnit report of these counts fulfils the rule, whatever its age.
func (r EvidenceRule) Passes(n Counts) bool { return r.fault(n) == "" }

func (r EvidenceRule) fault(n Counts) string {
	switch {
	case n.Tests < max(1, r.MinTests):
		return count(n.Tests, "test") + ", " + strconv.Itoa(max(1, r.MinTests)) + " asked for"
	case over(n.Failures, r.MaxFailures):
		return count(n.Failures, "failure") + ", " + strconv.Itoa(r.MaxFailures) + " allowed"
	case over(n.Errors, r.MaxErrors):
		return count(n.Errors, "error") + ", " + strconv.Itoa(r.MaxErrors) + " allowed"
	case over(n.Skipped, r.MaxSkipped):
		return strconv.Itoa(n.Skipped) + " skipped, " + strconv.Itoa(r.MaxSkipped) + " allowed"
	case n.Skipped >= n.Tests:
		return "all " + count(n.Tests, "test") + " skipped"
	}
	return ""
}

func over(n, limit int) bool { return limit >= 0 && n > limit }

func name(e *Evidence) string { return cmp.Or(e.Source, "evidence "+e.ID) }

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func quoted(text string) string {
	if text == "" {
		return ""
	}
	return ": “" + strings.TrimSuffix(text, ".") + "”"
}

// capital writes the first letter of a sentence; a source that is a name of its own keeps its form if it starts outside a to z.
func capital(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

func span(d time.Duration) string {
	if d%(24*time.Hour) == 0 {
		return count(int(d/(24*time.Hour)), "day")
	}
	if d%time.Hour == 0 {
		return count(int(d/time.Hour), "hour")
	}
	return count(int(d/time.Minute), "minute")
}
