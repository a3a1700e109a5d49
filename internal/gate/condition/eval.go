package condition

import (
	"context"
	"errors"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/interpreter"

	"slipway/internal/errs"
)

// Eval puts the condition to a fact. It fails with errs.Invalid and the reason gate.condition_no_value (the fact lacks what the condition reads), gate.condition_type
// (the values do not fit, or the answer is no bool), gate.condition_cost (MaxCost reached) or gate.condition_failed; and with
// errs.Unavailable and gate.condition_deadline when the context ends first. The message is a sentence for the criterion's page. The cost
// limit bounds an evaluation to some tens of milliseconds without a deadline; a condition of four comparisons costs about 2 µs.
func (p *Program) Eval(ctx context.Context, f Fact) (bool, error) {
	out, _, err := p.prg.ContextEval(ctx, f.vars)
	if err != nil {
		return false, refusal(ctx, err)
	}
	b, ok := out.(types.Bool)
	if !ok {
		return false, errs.Invalid("gate.condition_type", "The condition gives %s for this fact. It must give true or false.", out.Type().TypeName())
	}
	return bool(b), nil
}

func refusal(ctx context.Context, err error) error {
	var cancelled interpreter.EvalCancelledError
	switch {
	case ctx.Err() != nil:
		return errs.Unavailable("gate.condition_deadline", "The condition was not judged in time.").Because(err)
	case errors.As(err, &cancelled):
		return errs.Invalid("gate.condition_cost", "The condition costs more than %d steps for this fact and was stopped.", MaxCost).Because(err)
	}
	text := clip(err.Error())
	switch {
	case strings.Contains(text, "no such key"), strings.Contains(text, "no such attribute"), strings.Contains(text, "index out of bounds"):
		return errs.Invalid("gate.condition_no_value", "The fact lacks a value that the condition reads: %s.", text).Because(err)
	case strings.Contains(text, "no such overload"), strings.Contains(text, "type"):
		return errs.Invalid("gate.condition_type", "The fact's values do not fit the condition: %s.", text).Because(err)
	}
	return errs.Invalid("gate.condition_failed", "The condition cannot be judged for this fact: %s.", text).Because(err)
}
