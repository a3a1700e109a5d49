package train

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var placeholders = regexp.MustCompile(`\{[^}]*\}?`)

// known are the placeholders of a pattern of versions.
var known = []string{"{yy}", "{yyyy}", "{m}", "{mm}", "{d}", "{dd}", "{ww}", "{n}"}

// version makes the version of a release whose window starts at a wall time.
func version(pattern string, at time.Time, n int64) string {
	_, week := at.ISOWeek()
	return strings.NewReplacer(
		"{yyyy}", strconv.Itoa(at.Year()), "{yy}", fmt.Sprintf("%02d", at.Year()%100),
		"{mm}", fmt.Sprintf("%02d", int(at.Month())), "{m}", strconv.Itoa(int(at.Month())),
		"{dd}", fmt.Sprintf("%02d", at.Day()), "{d}", strconv.Itoa(at.Day()),
		"{ww}", fmt.Sprintf("%02d", week), "{n}", strconv.FormatInt(n, 10),
	).Replace(pattern)
}

// counts reports whether a pattern counts.
func counts(pattern string) bool { return strings.Contains(pattern, "{n}") }

// yearly reports whether the count begins anew with each year, because the pattern names it.
func yearly(pattern string) bool { return counts(pattern) && strings.Contains(pattern, "{yy") }

// numbering goes through the numbers of a train.
type numbering struct {
	pattern      string
	number, year int64
}

// next returns the version of the next release and counts on.
func (x *numbering) next(at time.Time) string {
	if y := int64(at.Year()); yearly(x.pattern) && x.year != 0 && x.year != y {
		x.number = 1
	}
	v := version(x.pattern, at, x.number)
	x.number++
	x.year = int64(at.Year())
	return v
}
