package verdict

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

func (j *judge) approved() {
	if len(j.c.Roles) == 0 {
		j.against("criterion.kind_unknown", "The criterion asks for approval and names no role.", hit{next: "Correct the criterion."})
	}
	for _, r := range j.c.Roles {
		j.role(r)
	}
}

// role counts the valid approvals of one role. A person who declined stands against the criterion until they sign or somebody ends the
// refusal by withdrawing it.
func (j *judge) role(r RoleRule) {
	s := j.s
	var last []*Approval // each person's newest for the role
	for i := range s.Approvals {
		a := &s.Approvals[i]
		if a.Role != r.Role || a.At.After(s.At) {
			continue
		}
		k := slices.IndexFunc(last, func(l *Approval) bool { return l.By == a.By })
		switch {
		case k < 0:
			last = append(last, a)
		case a.At.After(last[k].At), a.At.Equal(last[k].At) && (a.rank() > last[k].rank() || a.rank() == last[k].rank() && a.ID < last[k].ID):
			last[k] = a
		}
	}
	slices.SortFunc(last, func(a, b *Approval) int { return strings.Compare(a.By, b.By) })
	need := max(1, r.Count)
	var ends []time.Time // of the valid ones
	var lost []hit       // signatures that do not count, each with its reason
	for _, a := range last {
		signed := "The approval of " + r.Role + " by " + a.By + " of " + stamp(a.At)
		switch {
		case a.Withdrawn:
		case a.Refused:
			j.against("approval.refused", a.By+" declined to sign for "+r.Role+quoted(a.Text)+".", hit{owner: a.By, since: a.At, next: "Settle what " + a.By + " asks for, then ask again."})
		case a.Barred != "":
			lost = append(lost, hit{code: "approval.barred", text: signed + " does not count: " + strings.TrimSuffix(a.Barred, ".") + ".", since: a.At, next: "Ask somebody else of " + r.Role + " to sign."})
		case len(a.Void) > 0:
			lost = append(lost, hit{code: "approval.void", text: signed + " is void: " + list(a.Void) + " changed since.", owner: a.By, since: a.At, next: "Show " + a.By + " the difference and ask for a new signature."})
		case !a.Until.IsZero() && !s.At.Before(a.Until):
			lost = append(lost, hit{code: "approval.expired", text: signed + " expired " + stamp(a.Until) + ".", owner: a.By, since: a.Until, next: "Ask " + a.By + " to sign again."})
		default:
			ends = append(ends, a.Until)
			j.used = append(j.used, a.ID)
			j.newest(a.At)
			j.changes(a.Until)
		}
	}
	if len(ends) >= need {
		// It holds until fewer than needed are left: the need-th longest decides. No end is the longest.
		slices.SortFunc(ends, func(a, b time.Time) int {
			switch {
			case a.IsZero() && b.IsZero():
				return 0
			case a.IsZero():
				return -1
			case b.IsZero():
				return 1
			}
			return b.Compare(a)
		})
		j.lapse(ends[need-1])
		return
	}
	for _, h := range lost {
		j.missing(h.code, h.text, h)
	}
	if len(lost) == 0 || len(ends)+len(lost) < need {
		text := r.Role + " has not signed."
		if len(ends) > 0 {
			text = strconv.Itoa(len(ends)) + " of " + strconv.Itoa(need) + " approvals of " + r.Role + " are there."
		}
		j.missing("approval.missing", text, hit{next: "Ask " + r.Role + " to sign."})
	}
}

// rank puts the answer that is worse for the release first among a person's answers of one instant.
func (a *Approval) rank() int {
	switch {
	case a.Refused && !a.Withdrawn:
		return 4
	case a.Withdrawn:
		return 3
	case a.Barred != "":
		return 2
	case len(a.Void) > 0:
		return 1
	}
	return 0
}

func list(words []string) string {
	w := slices.Clone(words)
	slices.Sort(w)
	if len(w) < 2 {
		return strings.Join(w, "")
	}
	return strings.Join(w[:len(w)-1], ", ") + " and " + w[len(w)-1]
}

func (j *judge) noRisk() {
	for i := range j.s.Risks {
		r := &j.s.Risks[i]
		if !r.Open || !r.Blocking || r.Since.After(j.s.At) {
			continue
		}
		next := r.Next
		if next == "" {
			next = "Mitigate, accept or close the risk."
		}
		j.against("risk.blocking", "The risk "+r.ID+" blocks: "+strings.TrimSuffix(r.Title, ".")+".", hit{owner: r.Owner, since: r.Since, next: next})
	}
}

func (j *judge) backedOut() {
	b := j.s.BackOut
	within := j.c.RehearsedWithin
	h := hit{owner: b.Owner, since: b.Changed}
	switch {
	case !b.Present:
		h.next = "Write the back-out into the runbook."
		j.missing("back_out.missing", "The release has no back-out.", h)
	case within <= 0:
		j.newest(b.Changed)
	case b.Rehearsed.IsZero() || b.Rehearsed.After(j.s.At):
		h.next = "Rehearse the back-out."
		j.missing("back_out.not_rehearsed", "The back-out has not been rehearsed.", h)
	case b.RehearsalFailed != "":
		h.since, h.next = b.Rehearsed, "Repair the back-out and rehearse it again."
		j.against("back_out.rehearsal_failed", "The rehearsal of the back-out of "+stamp(b.Rehearsed)+" failed: "+strings.TrimSuffix(b.RehearsalFailed, ".")+".", h)
	case b.Rehearsed.Before(b.Changed):
		h.next = "Rehearse the back-out as it is now."
		j.missing("back_out.changed", "The back-out changed "+stamp(b.Changed)+", after its rehearsal of "+stamp(b.Rehearsed)+".", h)
	case !j.s.At.Before(b.Rehearsed.Add(within)):
		h.since, h.next = b.Rehearsed.Add(within), "Rehearse the back-out."
		j.missing("back_out.rehearsal_old", "The rehearsal of the back-out of "+stamp(b.Rehearsed)+" is older than "+span(within)+".", h)
	default:
		j.newest(b.Rehearsed)
		j.lapse(b.Rehearsed.Add(within))
	}
}

func (j *judge) inWindow() {
	w, at := j.s.Window, j.s.At
	h := hit{owner: w.Owner}
	j.changes(w.ValidUntil)
	because := func(text string) string {
		if w.Text == "" {
			return text + "."
		}
		return text + ": " + w.Text
	}
	switch {
	case w.Start.IsZero() || w.End.IsZero():
		h.next = "Book a window."
		j.missing("window.none", "The release has no window.", h)
		return
	case !at.Before(w.End):
		h.since, h.next = w.End, "Book a new window."
		j.against("window.passed", "The window ended "+stamp(w.End)+".", h)
		return
	}
	j.changes(w.End)
	if w.Closed {
		h.next = "Move the release to an opening, or ask for an exception."
		j.against("window.closed", because("The calendar does not allow a deployment in the window"), h)
	}
	if w.NeedsApproval {
		h.next = "Ask the owner of the freeze to let the deployment pass."
		j.missing("window.needs_approval", because("A soft freeze lies on the window"), h)
	}
	if at.Before(w.Start) {
		if j.c.WindowNow {
			h.due, h.next = w.Start, "Wait for the window to open."
			j.missing("window.not_open", "The window opens "+stamp(w.Start)+".", h)
		}
		j.changes(w.Start)
	}
}

func (j *judge) polled() {
	p := j.s.Poll
	h := hit{since: p.At, owner: p.Chair}
	switch {
	case !p.Decided || p.At.After(j.s.At):
		h.since, h.next = time.Time{}, "Hold the go/no-go and decide."
		j.missing("poll.undecided", "The go/no-go is not decided.", h)
		return
	case p.Outcome == "no-go":
		h.next = "Settle what stood against it and poll again."
		j.against("poll.no_go", p.By+" decided NO-GO, "+stamp(p.At)+".", h)
		return
	case p.Outcome != "go" && p.Outcome != "go-if":
		h.next = "Hold the go/no-go and decide."
		j.against("poll.unknown", "The go/no-go ended with "+strconv.Quote(p.Outcome)+", which is no outcome.", h)
		return
	}
	if len(p.Stale) > 0 {
		h.next = "Poll again on the content as it is now."
		j.missing("poll.stale", "The decision of "+stamp(p.At)+" is stale: "+list(p.Stale)+" changed since.", h)
	}
	j.newest(p.At)
	for _, c := range p.Conditions {
		if c.Done {
			continue
		}
		h := hit{owner: c.Owner, since: c.Since, due: c.Due, next: "Do it and mark it done: " + c.Text}
		if !c.Due.IsZero() && !j.s.At.Before(c.Due) {
			j.against("poll.condition_overdue", "A condition of the go was due "+stamp(c.Due)+" and is not done: "+strings.TrimSuffix(c.Text, ".")+".", h)
			continue
		}
		j.missing("poll.condition_open", "A condition of the go is not done: "+strings.TrimSuffix(c.Text, ".")+".", h)
	}
}

func (j *judge) custom() {
	if len(j.in.findings.of(j.at)) == 0 {
		j.missing("finding.missing", "Nothing has been found out about it yet.", hit{next: "Find it out."})
	}
	for _, i := range j.in.findings.of(j.at) {
		f := &j.s.Findings[i]
		h := hit{owner: f.Owner, since: f.Since, next: f.Next}
		code := f.Code
		if code == "" {
			code = "finding.not_met"
		}
		switch {
		case f.Met && !f.Until.IsZero() && !j.s.At.Before(f.Until):
			h.since = f.Until
			if h.next == "" {
				h.next = "Find it out again."
			}
			j.missing("finding.lapsed", "What was found held until "+stamp(f.Until)+".", h)
		case f.Met:
			j.newest(f.Since)
			j.lapse(f.Until)
		case f.Missing:
			if h.next == "" {
				h.next = "Find it out."
			}
			j.missing(code, f.Text, h)
		default:
			if h.next == "" {
				h.next = "Settle what was found."
			}
			j.against(code, f.Text, h)
		}
	}
}
