// Package scopetab is the tab Scope of a release: scope items, the manifest beside what runs now, the window, and what was
// changed from what to what.
package scopetab
