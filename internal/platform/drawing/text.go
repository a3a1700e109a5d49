package drawing

import "strings"

// Width returns about how wide a text is in a sans-serif face of the given size, rather too wide than too narrow.
func Width(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		w += advance(r)
	}
	return w * size
}

// advance returns the width of a character in parts of the size.
func advance(r rune) float64 {
	switch {
	case strings.ContainsRune(" .,:;'|!()[]ijlI", r):
		return 0.33
	case strings.ContainsRune("ftr-\"/\\", r):
		return 0.42
	case strings.ContainsRune("mwMW@%", r):
		return 0.95
	case r >= 'A' && r <= 'Z':
		return 0.67
	case r < 0x300:
		return 0.57
	case r >= 0x1100:
		return 1.05
	}
	return 0.75
}

// Fit shortens a text to a width, with an ellipsis where something is left out.
func Fit(s string, size, width float64) string {
	if Width(s, size) <= width+0.01 { // sums of parts are not exact
		return s
	}
	left := width/size - advance('…')
	cut := 0
	for i, r := range s {
		if left -= advance(r); left < 0 {
			break
		}
		cut = i + len(string(r))
	}
	return strings.TrimRight(s[:cut], " ,;") + "…"
}
