// Package e2e holds the journeys: one file per business process, driven through the built binary, its command line, its
// pages in a real browser, and kill -9. It imports nothing of Slipway but the client.
package e2e
