// Package recur is a period in time, one-off or recurring by an RRULE of RFC 5545, held as wall times of an IANA zone. It
// answers which occurrences touch a span, whether one covers an instant and when the next one starts. It does not know
// what a period is for: windows and freezes, their scope and their hardness belong to package calendar.
//
// # Wall time
//
// A recurring period keeps its wall times through clock changes: "22:00 to 04:00 in Europe/Berlin" lasts five hours in
// the night the clocks go forward and seven in the night they go back. RFC 5545 section 3.8.5.3 would keep the exact length of the
// first occurrence when DTEND is given; people who write a window mean the clock on the wall, so both ends keep it here.
//
//   - A wall time that does not exist is read with the offset in force before the gap (RFC 5545 section 3.3.5): 02:30 in the
//     spring night of Berlin is 03:30 summer time. The occurrence takes place; it is never dropped, since a freeze that vanishes
//     for one night would open production.
//   - A wall time that exists twice means its first occurrence (the same section), at both ends.
//   - If, after that, an end would not lie behind its start (02:30 to 03:00 in that spring night), the occurrence keeps the length
//     that its wall times state.
//
// An occurrence contains its start and not its end.
package recur
