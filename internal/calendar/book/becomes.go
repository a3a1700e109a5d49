package book

import (
	"fmt"
	"time"

	"slipway/internal/calendar/openness"
)

// Becomes says in a sentence what a change does to a stretch of that length which stood as before and stands as after.
func Becomes(before, after Fit, length time.Duration) string {
	a, b := after, before
	switch {
	case a.State == openness.Open:
		return "Its window becomes open."
	case a.Shut > b.Shut && a.Shut >= length:
		return "Its whole window becomes closed. " + a.Reason.Text
	case a.Shut > b.Shut:
		return fmt.Sprintf("%s of its window become closed. %s", words(a.Shut-b.Shut), a.Reason.Text)
	case a.Shut < b.Shut:
		return fmt.Sprintf("%s of its window are no longer closed.", words(b.Shut-a.Shut))
	case a.Asks > b.Asks:
		return "Its window needs the approval of a freeze's owner. " + a.Reason.Text
	}
	return fmt.Sprintf("%s of its window no longer need an approval.", words(b.Asks-a.Asks))
}

// words writes a duration as a sentence has it.
func words(d time.Duration) string {
	d = d.Round(time.Minute)
	h, m := int(d.Hours()), int(d.Minutes())%60
	switch {
	case h >= 48:
		return fmt.Sprintf("%d d %d h", h/24, h%24)
	case h > 0 && m > 0:
		return fmt.Sprintf("%d h %d min", h, m)
	case h > 0:
		return fmt.Sprintf("%d h", h)
	}
	return fmt.Sprintf("%d min", m)
}
