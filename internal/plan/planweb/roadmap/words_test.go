package roadmap

import "testing"

// The days are those of the rule, and those of the first date only where the rule leaves them open.
func TestDeparts(t *testing.T) {
	const start = "2026-12-10T21:00" // a Thursday
	for rule, want := range map[string]string{
		"FREQ=WEEKLY":                         "every week, Thu 21:00",
		"FREQ=WEEKLY;INTERVAL=2;WKST=MO":      "every 2 weeks, Thu 21:00",
		"FREQ=WEEKLY;BYDAY=TU,TH;COUNT=9":     "every week, Tue and Thu 21:00",
		"FREQ=MONTHLY;BYDAY=2TH":              "every month, 2nd Thu 21:00",
		"FREQ=MONTHLY;BYDAY=-1FR":             "every month, last Fri 21:00",
		"FREQ=MONTHLY;BYDAY=1MO,3MO":          "every month, 1st Mon and 3rd Mon 21:00",
		"FREQ=MONTHLY":                        "every month, 10th 21:00",
		"FREQ=MONTHLY;BYMONTHDAY=11,22,-2":    "every month, 11th, 22nd and 2nd last 21:00",
		"FREQ=YEARLY":                         "every year, 10 Dec 21:00",
		"FREQ=DAILY;UNTIL=20270101":           "every day, 21:00",
		"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13": "every month, FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
		"FREQ=DAILY;BYHOUR=1,2":               "every day, FREQ=DAILY;BYHOUR=1,2",
	} {
		if got := departs(rule, start); got != want {
			t.Errorf("%s: %q, want %q", rule, got, want)
		}
	}
}
