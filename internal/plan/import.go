package plan

import (
	"context"

	"slipway/internal/catalog"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Imported is a release that is taken over from elsewhere, in the state that it had there; draft unless stated.
type Imported struct {
	Spec
	State  State
	Reason string // how it came to be there
}

// importBatch is how many releases one transaction takes over.
const importBatch = 250

// Import takes releases over in any state, a few hundred to a transaction, and returns how many. Those before a failure
// stay; none of the failing transaction does. It fails as Create does.
func (p *Plans) Import(ctx context.Context, in []Imported) (int, error) {
	done := 0
	for len(in) > 0 {
		n := min(importBatch, len(in))
		if err := p.importBatch(ctx, in[:n]); err != nil {
			return done, err
		}
		done += n
		in = in[n:]
	}
	return done, nil
}

func (p *Plans) importBatch(ctx context.Context, in []Imported) error {
	return p.db.Write(ctx, func(tx *db.Tx) error {
		products := map[string]catalog.Product{}
		for i, x := range in {
			if x.State == "" {
				x.State = Draft
			}
			var f fault.List
			if !x.State.Known() || x.State == Held {
				f.Say(fault.At("releases", i)+".state", "state.unknown", "%.40q is not a state that a release can be taken over in.", string(x.State))
			}
			f.Text(fault.At("releases", i)+".reason", x.Reason, fault.ReasonMax, false)
			if err := f.Err(); err != nil {
				return err
			}
			product, ok := products[x.Product]
			if !ok {
				var err error
				if product, err = productOf(tx, x.Product); err != nil {
					return err
				}
				if err := auth.Check(tx, "plan.import", catalog.Scope(product.ID)); err != nil {
					return err
				}
				products[x.Product] = product
			}
			if _, err := p.create(tx, product, x.Spec, x.State, x.Reason); err != nil {
				return err
			}
		}
		return nil
	})
}
