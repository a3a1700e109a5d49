package answer

import (
	"slices"
	"strings"
	"time"
)

// decision gathers an answer.
type decision struct {
	s     *Snapshot
	a     Answer
	valid time.Time
	next  time.Time // the latest of the instants at which time removes a cause
	never bool      // a cause that time does not remove
}

// Decide answers. All causes are named, never the first only. An allowed answer costs well under a microsecond, a refused one about one.
func Decide(s *Snapshot) Answer {
	d := decision{s: s}
	if !s.ServiceKnown || !s.EnvironmentKnown {
		d.unknown()
		return d.finish(nil)
	}
	d.bars()
	d.calendar()
	switch {
	case s.Rule == ReleaseOnly:
		d.releases()
	case s.Rule == Open || s.Rule == WindowOnly:
		if s.Production && slices.ContainsFunc(s.Releases, claims) {
			d.releases()
		}
	default:
		d.no(Reason{Code: "clearance.rule_unknown", Text: "The environment " + s.Environment + " has no rule that Slipway knows.", Next: "Set its rule to open, window-only or release-only."}, time.Time{})
	}
	var used *Override
	if len(d.a.Reasons) > 0 {
		used = d.override()
	}
	return d.finish(used)
}

// no adds a cause against it; until is when time removes it, zero never.
func (d *decision) no(r Reason, until time.Time) {
	d.a.Reasons = append(d.a.Reasons, r)
	if until.IsZero() {
		d.never = true
	} else if until.After(d.next) {
		d.next = until
	}
}

func (d *decision) changes(t time.Time) {
	if t.After(d.s.At) && (d.valid.IsZero() || t.Before(d.valid)) {
		d.valid = t
	}
}

func (d *decision) unknown() {
	s := d.s
	if !s.ServiceKnown {
		d.no(Reason{Code: "clearance.service_unknown", Text: "There is no service " + s.Service + " here.", Next: "Correct the name, or add the service to the catalog."}, time.Time{})
	}
	if !s.EnvironmentKnown {
		d.no(Reason{Code: "clearance.environment_unknown", Text: "There is no environment " + s.Environment + " here.", Next: "Correct the name, or add the environment to the catalog."}, time.Time{})
	}
}

// bars refuses a recalled version. Without a digest in the question a bar of any digest of the version refuses: what is not named cannot be cleared.
func (d *decision) bars() {
	s := d.s
	for i := range s.Bars {
		b := &s.Bars[i]
		if s.Tier < b.Tier || b.Digest != "" && s.Digest != "" && b.Digest != s.Digest {
			continue
		}
		d.changes(b.Until)
		if !b.Until.IsZero() && !s.At.Before(b.Until) {
			continue
		}
		lift := b.Lift
		if lift == "" {
			lift = "the release manager"
		}
		d.no(Reason{Code: "clearance.version_barred", Text: s.Service + " " + s.Version + " is barred here: " + strings.TrimSuffix(b.Reason, ".") + ".", Owner: b.By, Since: b.Since,
			Next: "Deploy another version, or ask " + lift + " to lift the bar with a reason."}, b.Until)
	}
}

func (d *decision) calendar() {
	c := &d.s.Calendar
	d.a.Windows = c.Windows
	d.changes(c.ValidUntil)
	if c.State == "open" {
		if d.s.Rule != ReleaseOnly && len(d.a.Reasons) == 0 {
			d.a.Notes = append(d.a.Notes, c.Reasons...)
		}
		return
	}
	if len(c.Reasons) == 0 {
		d.no(Reason{Code: "clearance.calendar_closed", Text: "The calendar does not allow a deployment to " + d.s.Environment + " now.", Next: "Wait for the next opening, or ask for an override.", Overridable: true}, c.Next)
		return
	}
	for _, r := range c.Reasons {
		r.Overridable = true
		if r.Next == "" {
			r.Next = "Wait for the next opening, or ask for an override."
			if c.State == "needs-approval" {
				r.Next = "Ask the owner of the freeze to let the deployment pass."
			}
		}
		d.no(r, c.Next)
	}
}

// claims tells that a version goes into production with this release: it is under way there and no draft any more.
func claims(r Release) bool {
	switch r.State {
	case "planned", "active", "approved", "deploying", "deployed", "verified", "on-hold":
		return !r.Elsewhere
	}
	return false
}

// counts tells whether a release that carries the version is looked at.
func (d *decision) counts(r *Release) bool {
	return (d.s.Release == "" || r.Key == d.s.Release) && (d.s.Rule == ReleaseOnly || claims(*r))
}

// releases asks for one release that carries the version and is ready. One ready release is enough, whatever others say: authority is
// per release. What already runs there may be put there again.
func (d *decision) releases() {
	s := d.s
	if s.Running != "" && s.Running == s.Digest && s.RunningVersion == s.Version && s.Release == "" {
		d.a.Notes = append(d.a.Notes, Reason{Code: "clearance.already_running", Text: s.Service + " " + s.Version + " with this digest runs in " + s.Environment + " already."})
		return
	}
	var ready *Release
	candidates := 0
	for i := range s.Releases {
		r := &s.Releases[i]
		if !d.counts(r) {
			continue
		}
		candidates++
		for _, t := range [...]time.Time{r.ValidUntil, r.Start, r.End} {
			d.changes(t)
		}
		if r.ready(s) && (ready == nil || r.Start.Before(ready.Start) || r.Start.Equal(ready.Start) && r.Key < ready.Key) {
			ready = r
		}
	}
	if ready != nil {
		d.a.Release = ready.Key
		return
	}
	if candidates == 0 {
		text := "No release carries " + s.Service + " " + s.Version + "."
		if s.Release != "" {
			text = "The release " + s.Release + " does not carry " + s.Service + " " + s.Version + "."
		}
		d.no(Reason{Code: "clearance.no_release", Text: text, Next: "Add the version to a release's manifest, or ask for an override.", Overridable: true}, time.Time{})
		return
	}
	// Of several, the one that time alone makes ready first decides the next opening.
	sorted := make([]*Release, 0, candidates)
	for i := range s.Releases {
		if d.counts(&s.Releases[i]) {
			sorted = append(sorted, &s.Releases[i])
		}
	}
	slices.SortFunc(sorted, func(a, b *Release) int { return strings.Compare(a.Key, b.Key) })
	first, waits := time.Time{}, false
	for _, r := range sorted {
		one := decision{s: s}
		one.release(r)
		d.a.Reasons = append(d.a.Reasons, one.a.Reasons...)
		if !one.never && (!waits || one.next.Before(first)) {
			first, waits = one.next, true
		}
	}
	if !waits {
		d.never = true
	} else if first.After(d.next) {
		d.next = first
	}
}

// authorises tells the states in which a release may put its versions into place: from its approval until it is verified.
func authorises(state string) bool {
	return state == "approved" || state == "deploying" || state == "deployed" || state == "verified"
}

// outside tells that the instant lies before or behind the window of the release.
func (r *Release) outside(at time.Time) bool {
	return !r.Start.IsZero() && (at.Before(r.Start) || !r.End.IsZero() && !at.Before(r.End))
}

func (r *Release) matches(s *Snapshot) bool {
	return r.Digest == "" && s.Digest == "" || r.Digest == s.Digest || s.Digest == ""
}

func (r *Release) ready(s *Snapshot) bool {
	return authorises(r.State) && !r.Elsewhere && r.matches(s) && r.Verdict == "go" && (r.Decision == "go" || r.Decision == "go-if") && len(r.Stale) == 0 && !r.outside(s.At)
}

// release names everything that stands against one release.
func (d *decision) release(r *Release) {
	s := d.s
	in := "Release " + r.Key + " "
	add := func(code, text, next string, overridable bool, until time.Time) {
		d.no(Reason{Code: code, Text: in + text, Next: next, Owner: r.Owner, Overridable: overridable}, until)
	}
	switch {
	case authorises(r.State):
	case r.State == "on-hold":
		add("clearance.release_on_hold", "is on hold.", "Resume the release.", true, time.Time{})
	case r.State == "cancelled", r.State == "rolled-back", r.State == "closed":
		add("clearance.release_ended", "is "+strings.ReplaceAll(r.State, "-", " ")+" and authorises nothing any more.", "Carry the version in a new release.", true, time.Time{})
	default:
		add("clearance.release_not_approved", "is "+r.State+", not approved.", "Bring the release to its approval.", true, time.Time{})
	}
	if r.Elsewhere {
		add("clearance.release_elsewhere", "does not go to "+s.Environment+".", "Add the environment to the release and have it approved, or ask for an override.", true, time.Time{})
	}
	if !r.matches(s) {
		text := "carries another digest of " + s.Service + " " + s.Version + "."
		if r.Digest == "" {
			text = "names no digest of " + s.Service + " " + s.Version + ", so this one is not what was approved."
		}
		add("clearance.digest_mismatch", text, "Deploy the digest of the manifest, or change the manifest and have it approved.", false, time.Time{})
	}
	switch {
	case r.Verdict == "go":
	case len(r.Reasons) == 0 && r.Verdict == "pending":
		add("clearance.verdict_pending", "is PENDING.", "Wait for what is not yet due.", true, time.Time{})
	case len(r.Reasons) == 0:
		add("clearance.verdict_no_go", "is NO-GO.", "Meet its criteria.", true, time.Time{})
	default:
		for _, x := range r.Reasons {
			if x.Next == "" {
				x.Next = "Meet the criterion."
			}
			d.no(Reason{Code: x.Code, Text: in + "is " + strings.ToUpper(r.Verdict) + ": " + x.Text, Next: x.Next, Owner: x.Owner, Since: x.Since, Overridable: true}, time.Time{})
		}
	}
	switch {
	case r.Decision == "no-go":
		add("clearance.decided_no_go", "was decided NO-GO.", "Settle what stood against it and poll again.", true, time.Time{})
	case r.Decision != "go" && r.Decision != "go-if":
		add("clearance.undecided", "has no go decision.", "Hold the go/no-go and decide.", true, time.Time{})
	case len(r.Stale) > 0:
		add("clearance.decision_stale", "was decided on other content: "+strings.Join(r.Stale, ", ")+" changed since.", "Poll again on the content as it is now.", true, time.Time{})
	}
	if r.outside(s.At) {
		if s.At.Before(r.Start) {
			add("clearance.release_window_ahead", "has its window from "+stamp(r.Start)+".", "Wait for the window.", true, r.OpensAt)
		} else {
			add("clearance.release_window_over", "had its window until "+stamp(r.End)+".", "Book a new window.", true, time.Time{})
		}
	}
}

// override passes every overridable cause if a break-glass for exactly this digest is in force. A bar, a foreign digest and an unknown name are not
// passed.
func (d *decision) override() *Override {
	s := d.s
	var used *Override
	for i := range s.Overrides {
		o := &s.Overrides[i]
		if o.Digest == "" || o.Digest != s.Digest || o.Until.IsZero() {
			continue
		}
		d.changes(o.From)
		if s.At.Before(o.From) || !s.At.Before(o.Until) {
			continue
		}
		d.changes(o.Until)
		if used == nil || o.Until.After(used.Until) || o.Until.Equal(used.Until) && o.ID < used.ID {
			used = o
		}
	}
	if used == nil {
		return nil
	}
	for i := range d.a.Reasons {
		if !d.a.Reasons[i].Overridable {
			return nil
		}
	}
	return used
}

func (d *decision) finish(used *Override) Answer {
	s := d.s
	a := &d.a
	switch {
	case used != nil:
		a.Notes = append(a.Notes, a.Reasons...)
		a.Reasons = []Reason{{Code: "clearance.overridden", Text: "An override by " + used.By + " lets this digest pass until " + stamp(used.Until) + ": " + strings.TrimSuffix(used.Reason, ".") + ".", Owner: used.By, Since: used.From,
			Next: "The retrospective approval is owed."}}
		a.Allowed = true
	case len(a.Reasons) == 0:
		a.Allowed = true
		a.Reasons = []Reason{d.why()}
	default:
		a.Override = d.way()
		if !d.never && d.next.After(s.At) {
			next := d.next
			a.NextOpening = &next
		}
	}
	if !d.valid.IsZero() {
		valid := d.valid
		a.ValidUntil = &valid
	}
	return *a
}

func (d *decision) why() Reason {
	switch {
	case d.a.Release != "":
		return Reason{Code: "clearance.release_ready", Text: "Release " + d.a.Release + " is GO and carries this version."}
	case d.s.Rule == ReleaseOnly:
		return Reason{Code: "clearance.already_running", Text: "This digest runs there already."}
	case len(d.a.Windows) > 0:
		return Reason{Code: "clearance.window_active", Text: "A window is active and nothing stands against it."}
	}
	return Reason{Code: "clearance.environment_open", Text: "The environment is open and nothing stands against it."}
}

// way says how an override comes about, or why none can.
func (d *decision) way() *Way {
	for i := range d.a.Reasons {
		if r := &d.a.Reasons[i]; !r.Overridable {
			return &Way{Text: "No override passes this: " + r.Text}
		}
	}
	if d.s.OverrideRole == "" {
		return &Way{Text: "Nobody may override here."}
	}
	text := "Ask " + d.s.OverrideRole + " for an override of this digest: reason, time limit, retrospective approval."
	if d.s.Digest == "" {
		text = "Ask again with the artefact's digest: an override is for one digest. Then ask " + d.s.OverrideRole + "."
	}
	return &Way{Possible: true, Role: d.s.OverrideRole, Text: text}
}

func stamp(t time.Time) string { return t.UTC().Format("Mon 2 Jan 2006, 15:04") + " UTC" }
