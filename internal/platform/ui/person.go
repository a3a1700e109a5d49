package ui

import (
	"hash/fnv"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// Person is somebody as a page shows them. ID gives the colour, so it must be the identifier and not the name.
type Person struct {
	ID   string
	Name string
	Href string // optional
}

// Initials returns up to two letters: the first of the first and of the last name.
func (p Person) Initials() string {
	words := strings.Fields(p.Name)
	if len(words) == 0 {
		return "?"
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	out := string(first)
	if len(words) > 1 {
		last, _ := utf8.DecodeRuneInString(words[len(words)-1])
		out += string(last)
	}
	return strings.ToUpper(out)
}

// First returns the first word of the name.
func (p Person) First() string {
	first, _, _ := strings.Cut(strings.TrimSpace(p.Name), " ")
	return first
}

// Hue returns the angle of the person's colour, 0 to 359: FNV-1a of the identifier, so that it is the same everywhere.
func (p Person) Hue() int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(p.ID))
	return int(h.Sum32() % 360)
}

func (p Person) style() templ.SafeCSS { return templ.SafeCSS("--h:" + strconv.Itoa(p.Hue())) }

func names(people []Person, rest int) string {
	var n []string
	for _, p := range people {
		n = append(n, p.Name)
	}
	s := strings.Join(n, ", ")
	if rest > 0 {
		s += " and " + strconv.Itoa(rest) + " more"
	}
	return s
}

// Vars builds a style attribute of custom properties from numbers: Vars("--x", 12.5, "--w", 9). A pair that is not a name
// and an int or float64 is left out.
func Vars(pairs ...any) templ.SafeCSS {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if b.Len() > 0 {
			b.WriteByte(';')
		}
		name, ok := pairs[i].(string)
		if !ok {
			continue
		}
		b.WriteString(name + ":")
		switch v := pairs[i+1].(type) {
		case int:
			b.WriteString(strconv.Itoa(v))
		case float64:
			b.WriteString(strconv.FormatFloat(v, 'f', -1, 64))
		}
	}
	return templ.SafeCSS(b.String())
}
