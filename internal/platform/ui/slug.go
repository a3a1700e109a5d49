package ui

import (
	"strings"

	"slipway/internal/id"
)

// slug makes an element's id from words: slug("h", "Top risks") is "h-top-risks".
func slug(prefix string, words ...string) string {
	return prefix + "-" + strings.Map(func(r rune) rune {
		if r == '.' {
			return '-'
		}
		return r
	}, id.Keyed(strings.Join(words, " ")))
}
