// Package keeper keeps the forecasts of releases up to date: it follows the ledger, and looks every hour for those that no longer hold.
//
// Releases that have ended, have no window or no open tasks are left alone. It knows nothing of how a forecast is made.
package keeper
