package book

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
)

// answerNames are what conditions of calls speak of besides, conditionNames everything: the rest are the first words of
// placeholders.
var answerNames = []string{"answer", "status", "headers"}

var conditionNames = []string{"answer", "status", "headers", "environment", "param", "release", "run", "service", "step"}

// checkConditions compiles every condition of a runbook, so that a fault is found when it is written and not in the night.
func (b *Runbooks) checkConditions(r runbook.Runbook) error {
	var faults []errs.Field
	try := func(field, text string) {
		if text == "" {
			return
		}
		if _, err := b.exprs.Compile(field, text); err != nil {
			faults = append(faults, errs.As(err).Fields...)
		}
	}
	for _, g := range []struct {
		path  string
		steps []runbook.Step
	}{{"steps", r.Steps}, {"back_out.steps", r.BackOut.Steps}} {
		for i, s := range g.steps {
			at := fmt.Sprintf("%s[%d]", g.path, i)
			try(at+".when", s.When)
			if s.HTTP != nil {
				try(at+".http.condition", s.HTTP.Condition)
			}
			if s.Check != nil && s.Check.HTTP != nil {
				try(at+".check.http.condition", s.Check.HTTP.Condition)
			}
		}
	}
	if len(faults) > 0 {
		return errs.Invalid("runbook.invalid", "The runbook has faults: %d.", len(faults)).With(faults...)
	}
	return nil
}

// Holds evaluates a condition over the values of a run (see Tree) and, for a call, its answer, status and headers. It fails with
// errs.Invalid if it cannot be judged for these values.
func (b *Runbooks) Holds(ctx context.Context, text string, values map[string]any) (bool, error) {
	p, err := b.exprs.Compile("condition", text)
	if err != nil {
		return false, err
	}
	return p.Holds(ctx, values)
}

// Tree turns the flat values of placeholders into what conditions look into: service.cards.version is service["cards"]["version"].
func Tree(flat map[string]string) map[string]any {
	out := map[string]any{}
	for _, n := range conditionNames {
		if !slices.Contains(answerNames, n) {
			out[n] = map[string]any{}
		}
	}
	for name, value := range flat {
		words := strings.Split(name, ".")
		if words[0] == "service" && len(words) > 2 { // a key may hold dots itself
			words = []string{"service", strings.Join(words[1:len(words)-1], "."), words[len(words)-1]}
		}
		at := out
		for _, w := range words[:len(words)-1] {
			next, ok := at[w].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[w] = next
			}
			at = next
		}
		at[words[len(words)-1]] = value
	}
	return out
}
