// Package risk is the register of what may go wrong: of a release, of a product, and of the portfolio as a whole.
//
// A risk has a human number, a probability and an impact from 1 to 5 whose product is its score, an owner, a
// response with the score that it leaves, and a blocking level. While an open risk blocks, the gate of its release does
// not pass. Its states are open, accepted by somebody who may, and closed; an acceptance covers the score that was
// accepted and lapses when the score rises.
//
// The register keeps every change with before and after. It does not know what a gate or an approval is: other areas ask
// Blockers, Section and Authors inside their own transactions.
package risk
