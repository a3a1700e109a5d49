package archtest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var wellFormed = regexp.MustCompile(`^[a-z][a-z0-9]*\.[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

func checkVocabulary(t *Tree) []Violation {
	var out []Violation
	first := map[string]Word{}
	for _, w := range Vocabulary(t) {
		fault := func(format string, args ...any) {
			out = append(out, Violation{w.File, w.Line, fmt.Sprintf("%s %q ", w.Kind, w.Text) + fmt.Sprintf(format, args...)})
		}
		if !wellFormed.MatchString(w.Text) {
			fault("is not of the form area.word_with_underscores")
			continue
		}
		switch _, word, _ := strings.Cut(w.Text, "."); {
		case w.Kind == "action" && !pastTense(word):
			fault("is not in the past tense; an entry says what has happened")
		case w.Kind == "permission" && strings.HasSuffix(word, "ed") && pastTense(word):
			fault("is in the past tense; a permission says what may be done")
		}
		key := w.Kind + " " + stem(w.Text)
		if twin, ok := first[key]; ok {
			fault("differs from %q of %s:%d only in tense, number or order", twin.Text, twin.File, twin.Line)
			continue
		}
		first[key] = w
	}
	return out
}

// strong lists past participles that do not end in "ed".
var strong = set([]string{
	"begun", "bound", "broken", "brought", "built", "chosen", "done", "drawn", "fallen", "found", "forgotten", "frozen", "given",
	"gone", "grown", "held", "hidden", "kept", "known", "laid", "left", "lost", "made", "met", "overridden", "paid", "put",
	"read", "redone", "reset", "risen", "run", "seen", "sent", "set", "shown", "shut", "signed", "sold", "split", "spent", "taken", "undone",
	"torn", "withdrawn", "won", "written", "rewritten",
})

// pastTense reports whether a word of an action contains a participle: "opened", "rolled_back", "content_set".
func pastTense(word string) bool {
	for _, w := range strings.Split(word, "_") {
		if strong[w] || strings.HasSuffix(w, "ed") && len(w) > 3 && !strings.HasSuffix(w, "eed") {
			return true
		}
	}
	return false
}

var endings = []string{"ing", "ed", "es", "s", "d", "e"}

// stem strips tense and number of every part of a dotted word and forgets the order of what follows the area.
func stem(text string) string {
	area, word, _ := strings.Cut(text, ".")
	parts := strings.Split(word, "_")
	for i, p := range parts {
		for _, e := range endings {
			if s := strings.TrimSuffix(p, e); s != p && len(s) >= 3 {
				p = s
				break
			}
		}
		if n := len(p); n > 3 && p[n-1] == p[n-2] {
			p = p[:n-1] // "cancelled" and "cancel"
		}
		parts[i] = p
	}
	slices.Sort(parts)
	return area + "." + strings.Join(parts, "_")
}
