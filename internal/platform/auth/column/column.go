package column

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Null turns "" into NULL.
func Null[T ~string](s T) *string {
	if s == "" {
		return nil
	}
	t := string(s)
	return &t
}

// Text turns NULL into "".
func Text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Places writes "$from, $from+1, …" for n arguments.
func Places(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(from+i))
	}
	return b.String()
}

// Folded is what a case-insensitive search looks in. Go folds, since the engines fold differently beyond ASCII.
func Folded(parts ...string) string { return strings.ToLower(strings.Join(parts, " ")) }

// Like makes a pattern that finds text anywhere in what Folded made; its escape is the exclamation mark.
func Like(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(text)) + "%"
}

// Words reads a stored list. The column is written by Listed only, so it always is one.
func Words[T ~string](text string) []T {
	out := []T{}
	_ = json.Unmarshal([]byte(text), &out)
	return out
}

// Listed writes a list.
func Listed[T ~string](list []T) string {
	if list == nil {
		list = []T{}
	}
	b, _ := json.Marshal(list) // strings cannot fail
	return string(b)
}
