package risk

import (
	"context"
	"strings"

	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Statement is what is said of a risk beside its assessment and its response. What is nil stays.
type Statement struct {
	Title    *string `json:"title,omitempty" doc:"What may happen, in a line"`
	Text     *string `json:"text,omitempty" doc:"What it would mean"`
	Cause    *string `json:"cause,omitempty" doc:"What brings it about"`
	Trigger  *string `json:"trigger,omitempty" doc:"The early sign that it begins"`
	Category *string `json:"category,omitempty" doc:"A word to group by"`
	Review   *string `json:"review,omitempty" doc:"The day it is looked at again, such as 2026-11-26; empty for none"`
	Blocks   *Blocks `json:"blocks,omitempty" enum:"none,gate" doc:"What it holds up while it is open"`
	Release  *string `json:"release,omitempty" doc:"Key of the release it belongs to; empty for none"`
	Product  *string `json:"product,omitempty" doc:"Key of the product, for a risk of no release; empty for the portfolio"`
	Reason   string  `json:"reason,omitempty" doc:"Why, as the record will say; required to take away that it blocks"`
}

// Set changes what is said of a risk. A risk that blocks stops doing so, or leaves its release, only by somebody who may
// accept it, for a reason. It fails as the verbs do.
func (r *Register) Set(ctx context.Context, ref string, rev int64, in Statement) (Risk, error) {
	return r.change(ctx, edit{ref: ref, rev: rev, permission: "risk.assess", action: RiskChanged, reason: in.Reason}, func(tx *db.Tx, n *Risk, f *faults) error {
		if err := unclosed(*n); err != nil {
			return err
		}
		was := *n
		put(&n.Title, in.Title)
		put(&n.Text, in.Text)
		put(&n.Cause, in.Cause)
		put(&n.Trigger, in.Trigger)
		put(&n.Category, in.Category)
		put(&n.Review, in.Review)
		put(&n.Blocks, in.Blocks)
		if in.Release != nil || in.Product != nil {
			if err := move(tx, n, in, f); err != nil {
				return err
			}
		}
		if was.Blocking() && (n.Blocks != BlocksGate || n.Release != was.Release) {
			if err := auth.Check(tx, "risk.accept", Scope(was)); err != nil {
				return err
			}
			if strings.TrimSpace(in.Reason) == "" {
				f.Say("reason", "text.missing", "Say why %s no longer holds up %s.", was.Key, was.ReleaseName)
			}
		}
		return nil
	})
}

// move gives a risk to another release or product. It needs the right where it goes as well.
func move(tx *db.Tx, n *Risk, in Statement, f *faults) error {
	was := *n
	release, product := n.ReleaseKey, ""
	if in.Release != nil {
		release = *in.Release
	}
	switch {
	case in.Product != nil:
		product = *in.Product
	case release == "":
		product = was.ProductKey
	}
	f.place(tx, n, release, product)
	if n.Release == was.Release && n.Product == was.Product {
		return nil
	}
	if err := auth.Check(tx, "risk.assess", Scope(*n)); err != nil {
		if len(f.Fields) > 0 {
			return f.err()
		}
		return err
	}
	return living(tx, n.Release)
}

func put[T any](dst, given *T) {
	if given != nil {
		*dst = *given
	}
}
