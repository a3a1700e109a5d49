package openness

import (
	"slices"
	"sort"
	"time"
)

// Span is a stretch of time that contains Start and not End.
type Span struct{ Start, End time.Time }

// Spans are the stretches of one period, expanded beforehand, as memory keeps them between questions. A look costs about
// 20 ns. They know nothing behind the instant up to which they were expanded; Input.Horizon must not lie beyond it.
type Spans struct{ list []Span }

// NewSpans merges stretches that overlap or follow each other at once. Empty ones are dropped. The argument is kept unchanged.
func NewSpans(list []Span) *Spans {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b Span) int { return a.Start.Compare(b.Start) })
	s := &Spans{}
	for _, x := range sorted {
		if !x.End.After(x.Start) {
			continue
		}
		if n := len(s.list); n > 0 && !x.Start.After(s.list[n-1].End) {
			s.list[n-1].End = later(s.list[n-1].End, x.End)
			continue
		}
		s.list = append(s.list, x)
	}
	return s
}

// ActiveUntil implements Times.
func (s *Spans) ActiveUntil(t time.Time) (time.Time, bool) {
	i := s.after(t) - 1
	if i < 0 || !t.Before(s.list[i].End) {
		return time.Time{}, false
	}
	return s.list[i].End, true
}

// NextStart implements Times.
func (s *Spans) NextStart(t time.Time) (time.Time, bool) {
	if i := s.after(t); i < len(s.list) {
		return s.list[i].Start, true
	}
	return time.Time{}, false
}

// after returns the index of the first stretch that starts behind t.
func (s *Spans) after(t time.Time) int {
	return sort.Search(len(s.list), func(i int) bool { return s.list[i].Start.After(t) })
}
