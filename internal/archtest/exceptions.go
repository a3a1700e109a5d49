package archtest

// Exceptions returns what the rules let pass, with the reason of each. An exception that excuses nothing fails the tests.
func Exceptions() []Exception {
	return []Exception{
		{"engines", "internal/gate/condition", "cel-go", "Conditions are written in CEL, and its reference implementation bounds their cost; a language of our own would not."},
		{"engines", "internal/calendar/recur", "rrule-go", "RFC 5545 recurrence has corners that a well-used library has met; recur adds zones and bounds to it."},
		{"engines", "internal/work/wish", "imports internal/work/forecast", "Whether moves are enough is a question to the forecast; taking it as a function would hide what is searched over."},
		{"engines", "internal/work/planfile", "excelize", "Workbooks have corners that a well-used library has met; planfile bounds what a file unpacks to before the library sees it."},
		{"parts", "internal/platform/api", "imports client", "A test drives the door through the client that everybody uses; nothing else of the platform knows it."},
		{"size", "internal/cli", "the package", "One file for each noun, and nothing between them but the grammar: it grows with the product's words, not with its complexity."},
		{"size", "client", "the package", "One file for each noun, as in the command line; callers want one import."},
		{"size", "internal/platform/ledger", "the package", "Verification reads every table that the rest writes. It becomes a part of its own with the next addition."},
		{"vocabulary", "internal/errs", `"internal"`, "It is the reason of every error that is not ours, so no area can own it."},
	}
}
