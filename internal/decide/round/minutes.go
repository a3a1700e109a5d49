package round

import (
	"fmt"
	"slices"
	"strings"

	"slipway/internal/decide/tally"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Minutes puts a decision into Markdown, with the names of people as they are now.
func Minutes(tx *db.Tx, d Decision) (string, error) {
	s, err := d.Unseal()
	if err != nil {
		return "", err
	}
	ids := []id.Person{s.Chair, s.By}
	for _, a := range s.Answers {
		ids = append(ids, a.Person, a.Principal)
	}
	for _, c := range s.Conditions {
		ids = append(ids, c.Owner, c.Verifier, c.Person, c.DoneBy)
	}
	people, err := auth.PeopleByID(tx, slices.DeleteFunc(ids, func(p id.Person) bool { return p == "" })...)
	if err != nil {
		return "", err
	}
	name := func(p id.Person) string {
		if x, ok := people[p]; ok {
			return x.Name
		}
		return "Slipway"
	}
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Go/no-go: %s\n", inline(s.Name))
	line("- Release: %s", inline(s.Key))
	if !s.Window.IsZero() {
		line("- Window: %s to %s", stamp(s.Window.Start), stamp(s.Window.End))
	}
	line("- Round: %d, opened %s", s.Round, stamp(s.OpenedAt))
	line("- Chair: %s", inline(name(s.Chair)))
	line("- Verdict without the decision: %s", s.Verdict.Word)
	line("- Content: `%s`\n", s.Content)
	line("## Decision\n")
	line("**%s**, decided by %s at %s.\n", outcomeWord(s.Decision), inline(name(s.By)), stamp(s.At))
	line("%s\n", quoted(s.Reason))
	if !s.Again.IsZero() {
		line("The next round is at %s.\n", stamp(s.Again))
	}
	line("## Answers\n")
	line("| Role | Weight | Answer | By | At | Said |")
	line("|---|---|---|---|---|---|")
	ordinal := map[string]int64{}
	for _, x := range s.Standing {
		ordinal[x.Role] = x.Ordinal
	}
	for _, seat := range s.Roles {
		n, ok := ordinal[seat.Role]
		if !ok {
			line("| %s | %s | – | | | |", inline(seat.Name), seat.Kind)
			continue
		}
		a := s.Answers[n-1]
		line("| %s | %s | %s | %s | %s | %s |", inline(seat.Name), seat.Kind, outcomeWord(string(a.Word)), inline(by(a, name)), stamp(a.At), inline(a.Comment))
	}
	if changed := len(s.Answers) - len(s.Standing); changed > 0 {
		line("\n%d earlier answers were changed before the decision; all are in the sealed record.", changed)
	}
	if len(s.Dissent) > 0 {
		line("\n## Dissent and what was missing\n")
		for _, x := range s.Dissent {
			line("- %s", inline(x))
		}
	}
	if len(s.Conditions) > 0 {
		line("\n## Conditions\n")
		line("| Condition | Asked by | Owner | Due | Verified by | Done then |")
		line("|---|---|---|---|---|---|")
		for _, c := range s.Conditions {
			due, done := "–", "no"
			if !c.Due.IsZero() {
				due = stamp(c.Due)
			}
			if c.Done() {
				done = stamp(c.DoneAt)
			}
			line("| %s | %s | %s | %s | %s | %s |", inline(c.Text), inline(name(c.Person)), inline(name(c.Owner)), due, inline(name(c.Verifier)), done)
		}
	}
	if len(s.Verdict.Reasons) > 0 {
		line("\n## What the verdict said\n")
		for _, x := range s.Verdict.Reasons {
			line("- %s (`%s`)", inline(x.Text), x.Code)
		}
	}
	line("\n## Seal\n")
	line("- Decision: `%s`", d.ID)
	line("- SHA-256 of the canonical snapshot: `%s`", d.Digest)
	line("- What lay on the table at the opening: `%s`", s.Opening)
	for _, x := range s.Sections {
		line("- Section %s: `%s`", x.Name, x.Digest)
	}
	return b.String(), nil
}

func by(a Answer, name func(id.Person) string) string {
	if a.Principal != "" {
		return name(a.Person) + " for " + name(a.Principal)
	}
	return name(a.Person)
}

func outcomeWord(s string) string {
	switch s {
	case string(tally.Go):
		return "GO"
	case string(tally.NoGo):
		return "NO-GO"
	case string(tally.GoIf):
		return "GO IF"
	}
	return strings.ToUpper(s)
}

var marks = strings.NewReplacer(`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `<`, `&lt;`, `>`, `&gt;`, `#`, `\#`, `|`, `\|`, `!`, `\!`)

// inline keeps what people typed from becoming Markdown, on one line.
func inline(s string) string { return marks.Replace(strings.Join(strings.Fields(s), " ")) }

// quoted sets a text of several lines as a quotation.
func quoted(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for i, l := range lines {
		lines[i] = "> " + inline(l)
	}
	return strings.Join(lines, "\n")
}

func stamp(t db.Time) string { return t.Std().Format("15:04 MST on 2 Jan 2006") }
