// Package gallery shows every component on one page, in the shell with made-up data, for looking at and for axe. It is
// served by tests only and is in no binary.
package gallery
