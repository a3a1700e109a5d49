// Package ical writes and reads calendars as text of RFC 5545. It does not know what an event is for, where a text comes
// from or who asks for it.
//
// # Writing
//
// Lines end with CRLF and are folded at 75 octets without cutting a character. Times of a zone come with a VTIMEZONE that is made
// from the zone's own data for the span in use: a yearly rule where the zone has one, single dates where it has none.
//
// # Reading
//
// A text is read within limits of bytes, lines, length of a line, depth, properties, events and dates. Beyond one of
// them, with a NUL, with invalid UTF-8 or with a rule that recurs within the day, the whole text is refused and the refusal
// names the line. An event that cannot be understood is left out, and a note names its line. Recurrence is expanded for a
// span that the caller gives, so an endless rule ends there.
//
// A wall time that does not exist is read with the offset in force before the gap, one that exists twice means its first
// occurrence (RFC 5545 section 3.3.5).
package ical
