// Package frame is what the pages of the calendar share: the services behind them, who looks and when, and how releases and
// periods are named and drawn.
package frame
