package planfile

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// slashed is a date as spreadsheets of the United States and of Britain write it, with an hour of twelve or of twenty-four.
var slashed = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})/(\d{4})(?:,? +(\d{1,2}:\d{2})(?::\d{2})?(?: ?([AaPp][Mm]))?)?$`)

// slashes writes dates with slashes as dates that can be read in one way only, where some date of the file tells which of its two
// numbers is the day.
func (t table) slashes(at map[Column]int) {
	var cells []*string
	first, second := 0, 0
	for _, c := range []Column{NotBefore, FixedStart, FixedEnd, Due, Started, Ended, start} {
		i, ok := at[c]
		for _, r := range t.rows {
			if !ok || i >= len(r.cells) {
				continue
			}
			if m := slashed.FindStringSubmatch(strings.TrimSpace(r.cells[i])); m != nil {
				a, _ := strconv.Atoi(m[1])
				b, _ := strconv.Atoi(m[2])
				first, second = max(first, a), max(second, b)
				cells = append(cells, &r.cells[i])
			}
		}
	}
	layout := "1/2/2006"
	switch {
	case first > 12 && second <= 12:
		layout = "2/1/2006"
	case first > 12 || second <= 12:
		return
	}
	for _, c := range cells {
		m := slashed.FindStringSubmatch(strings.TrimSpace(*c))
		day, err := time.Parse(layout, m[1]+"/"+m[2]+"/"+m[3])
		if err != nil {
			continue
		}
		out := day.Format(time.DateOnly)
		if m[4] != "" {
			clock := "15:04"
			if m[5] != "" {
				clock = "3:04PM"
			}
			hour, err := time.Parse(clock, m[4]+strings.ToUpper(m[5]))
			if err != nil {
				continue
			}
			out += hour.Format(" 15:04")
		}
		*c = out
	}
}

// unclear is why a date with slashes is not read.
func unclear(s string) error {
	if slashed.MatchString(s) {
		return fmt.Errorf("nothing in the file tells which number of %.40q is the day; write dates as 2026-11-23", s)
	}
	return nil
}
