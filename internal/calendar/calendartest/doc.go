// Package calendartest builds windows and freezes for tests.
package calendartest
