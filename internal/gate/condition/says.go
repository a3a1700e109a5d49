package condition

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// member is a use of a member of the fact in a condition.
var member = regexp.MustCompile(`\bfact((?:\.[A-Za-z_][A-Za-z0-9_]*)+)`)

// saysMost is how many values of a fact are told with a condition that it does not meet.
const saysMost = 4

// Says tells the values that a condition asks about: "p99 412, peak 2x; ". It is "" where none is a plain value.
func Says(expr string, doc []byte) string {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var fact any
	if d.Decode(&fact) != nil {
		return ""
	}
	var out []string
	for _, m := range member.FindAllStringSubmatch(expr, -1) {
		v := fact
		for part := range strings.SplitSeq(m[1][1:], ".") {
			o, _ := v.(map[string]any)
			v = o[part]
		}
		var text string
		switch x := v.(type) {
		case string:
			text = m[1][1:] + " " + strconv.Quote(brief(x))
		case json.Number, bool:
			text = m[1][1:] + " " + brief(fmt.Sprint(x))
		default:
			continue
		}
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if len(out) == 0 {
		return "otherwise; "
	}
	return strings.Join(out[:min(len(out), saysMost)], ", ") + "; "
}

// brief bounds a value of a fact in a sentence.
func brief(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
