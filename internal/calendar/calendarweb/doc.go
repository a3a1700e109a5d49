// Package calendarweb is the calendar's pages: the month with releases, freezes and conflicts, the agenda, and the pages of
// windows and freezes, on which the effect of a change is seen before it is published.
package calendarweb
