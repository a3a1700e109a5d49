// Package decideweb draws the go/no-go room, the page on which somebody approves, delegations, and the card of approvals that
// the pages of a release show.
package decideweb
