package statement

import (
	"cmp"
	"slices"
	"strconv"

	"slipway/internal/plan"
)

// atWindow is when what a template asks for without a criterion is due: when the window opens.
const atWindow plan.Offset = "0"

// Implied returns the criteria that a template asks for without writing them: one for each role that must sign and that no
// mandatory criterion of kind approval names, and one for the go/no-go if it has a poll and no mandatory criterion of that
// kind. Without them a release could be GO that nobody approved.
func Implied(t plan.Template) []plan.CriterionSpec {
	asked := func(kind, role string) bool {
		return slices.ContainsFunc(t.Criteria, func(c plan.CriterionSpec) bool {
			return c.Kind == kind && c.Role == role && c.IsMandatory()
		})
	}
	var out []plan.CriterionSpec
	add := func(s plan.CriterionSpec) {
		taken := func(key string) bool {
			is := func(c plan.CriterionSpec) bool { return c.Key == key }
			return slices.ContainsFunc(t.Criteria, is) || slices.ContainsFunc(out, is)
		}
		key := s.Key
		for n := 2; taken(s.Key); n++ {
			s.Key = key + "-" + strconv.Itoa(n)
		}
		s.Question, s.Group, s.Due = "authorised", "Approval", atWindow
		out = append(out, s)
	}
	for _, a := range t.Approvals {
		if !asked(plan.KindApproval, a.Role) {
			add(plan.CriterionSpec{Key: "approval-" + a.Role, Name: cmp.Or(a.Name, a.Role) + " has signed", Kind: plan.KindApproval, Role: a.Role, Owner: a.Role})
		}
	}
	if t.Poll != nil && !asked(plan.KindPoll, "") {
		add(plan.CriterionSpec{Key: "go-no-go", Name: "The go/no-go is decided", Kind: plan.KindPoll})
	}
	return out
}
