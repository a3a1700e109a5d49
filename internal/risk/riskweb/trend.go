package riskweb

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"slipway/internal/risk"
)

// point is the score of a risk at the end of a week, or now.
type point struct {
	Week  int // of ISO 8601
	Score int
}

// trendWeeks is how far a trend goes back, with the present week.
const trendWeeks = 5

// weeks returns the score at the end of each of the last weeks and now, oldest first, without those before the risk was
// opened. scored is in order.
func weeks(scored []risk.Scored, now time.Time, zone *time.Location) []point {
	now = now.In(zone)
	back := (int(now.Weekday()) + 6) % 7 // days since Monday
	monday := time.Date(now.Year(), now.Month(), now.Day()-back, 0, 0, 0, 0, zone)
	var out []point
	for i := trendWeeks - 1; i >= 0; i-- {
		end := monday.AddDate(0, 0, 7-7*i)
		score := 0
		for _, s := range scored {
			if s.At.Std().Before(end) {
				score = s.Score
			}
		}
		if score > 0 {
			_, week := end.AddDate(0, 0, -1).ISOWeek()
			out = append(out, point{week, score})
		}
	}
	return out
}

// finding is the trend in a sentence.
func finding(ps []point) string {
	if len(ps) == 0 {
		return "There is no score yet"
	}
	first, last := ps[0], ps[len(ps)-1]
	word := "rose"
	switch {
	case first.Score == last.Score:
		return fmt.Sprintf("The score is %d, as in week %d", last.Score, first.Week)
	case last.Score < first.Score:
		word = "fell"
	}
	return fmt.Sprintf("The score %s from %d in week %d to %d in week %d", word, first.Score, first.Week, last.Score, last.Week)
}

// The places of points on a canvas of 320 by 86.
func trendX(i, n int) float64  { return 34 + 66*float64(trendWeeks-n+i) }
func trendY(score int) float64 { return 70 - 2.2*float64(score) }
func coord(f float64) string   { return strconv.FormatFloat(f, 'f', -1, 64) }
func trendPath(ps []point) string {
	var b strings.Builder
	for i, p := range ps {
		letter := "L"
		if i == 0 {
			letter = "M"
		}
		b.WriteString(letter + coord(trendX(i, len(ps))) + " " + coord(trendY(p.Score)))
	}
	return b.String()
}
