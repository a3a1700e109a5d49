package archtest

// Exceptions returns what the rules let pass, with the reason of each. An exception that excuses nothing fails the tests.
func Exceptions() []Exception {
	return []Exception{
		{"engines", "internal/gate/condition", "cel-go", "Conditions are written in CEL, and its reference implementation bounds their cost; a language of our own would not."},
		{"engines", "internal/calendar/recur", "rrule-go", "RFC 5545 recurrence has corners that a well-used library has met; recur adds zones and bounds to it."},
		{"engines", "internal/decide/digest", "jcs", "Digests are taken of canonical JSON (RFC 8785), and the library is the reference of that format for Go."},
		{"vocabulary", "internal/errs", `"internal"`, "It is the reason of every error that is not ours, so no area can own it."},
	}
}
