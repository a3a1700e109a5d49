package repository

import (
	"regexp"
	"slices"
	"strings"

	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/git"
)

// match finds the scope items of commits.
type match struct {
	items    []plan.ScopeItem
	byKey    map[string]int // in lower case
	has      []bool         // by item: a commit belongs to it
	patterns map[string]*regexp.Regexp
}

func newMatch(items []plan.ScopeItem) *match {
	m := &match{items: items, byKey: map[string]int{}, has: make([]bool, len(items)), patterns: map[string]*regexp.Regexp{}}
	for i, it := range items {
		m.byKey[strings.ToLower(it.Key)] = i
	}
	return m
}

// compiled returns an expression that was checked when it was stated; one that is none matches nothing.
func (m *match) compiled(text string) *regexp.Regexp {
	x, ok := m.patterns[text]
	if !ok && text != "" {
		x, _ = regexp.Compile(text)
		m.patterns[text] = x
	}
	return x
}

// commit says to which items a commit belongs.
func (m *match) commit(w wanted, c git.Commit) Commit {
	out := Commit{Repository: w.repo.Key, Service: w.service, Hash: c.Hash, Author: c.Author, At: db.At(c.At), Subject: c.Subject, How: None}
	if x := m.compiled(w.repo.Pattern); x != nil {
		for _, key := range x.FindAllString(c.Message, 50) {
			if k, ok := m.byKey[strings.ToLower(key)]; ok {
				out.Items = with(out.Items, m.items[k].Key)
				m.has[k] = true
				out.How = ByMessage
			} else {
				out.Keys = with(out.Keys, key)
			}
		}
	}
	for k, it := range m.items {
		if slices.ContainsFunc(it.Commits, func(h string) bool { return strings.HasPrefix(c.Hash, h) }) {
			m.has[k] = true
			if out.How == None {
				out.How = ByHand
			}
			out.Items = with(out.Items, it.Key)
		}
	}
	if out.How != None {
		return out
	}
	x := m.compiled(w.repo.Excuse)
	switch {
	case c.Merge, x != nil && (x.MatchString(c.Subject) || x.MatchString(c.Author)):
		out.How = Excused
	case len(out.Keys) > 0:
		out.How = Elsewhere
	}
	return out
}

func with(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// without returns the items that no commit was found for; commits that the item names and no history holds do not count.
func (m *match) without() []ItemWithout {
	out := []ItemWithout{}
	for i, it := range m.items {
		if !m.has[i] {
			out = append(out, ItemWithout{Key: it.Key, Title: it.Title, State: it.State, NoCommit: it.NoCommit})
		}
	}
	return out
}
