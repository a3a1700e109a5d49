// Package openpage is the page that says whether environments are open, what decides it, and when that changes.
package openpage
