package statement

import (
	"slipway/internal/gate/verdict"
	"slipway/internal/plan"
)

// Proven reports whether criteria of a kind are judged from evidence.
func Proven(kind string) bool { return kind == plan.KindJUnit || kind == plan.KindFact }

// Normal writes the defaults of a statement out, so that equal criteria have equal content.
func Normal(s plan.CriterionSpec) plan.CriterionSpec {
	m := s.IsMandatory()
	s.Mandatory = &m
	if (s.Kind == plan.KindConfirmation || s.Kind == plan.KindApproval) && s.Count == 0 {
		s.Count = 1
	}
	if s.Phase != "" && s.Point == "" {
		s.Point = "exit"
	}
	if Proven(s.Kind) {
		e := plan.EvidenceSpec{}
		if s.Evidence != nil {
			e = *s.Evidence
		}
		if e.Subject == "" {
			e.Subject = string(verdict.ToManifest)
		}
		s.Evidence = &e
	}
	return s
}
