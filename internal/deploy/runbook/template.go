package runbook

import (
	"fmt"
	"strings"
)

// PlaceholderRoots are the first words that a placeholder may begin with.
func PlaceholderRoots() []string {
	return []string{"environment", "param", "release", "run", "secret", "service", "step"}
}

// Placeholders returns the names of the placeholders of a text in order: "service.version" for ${service.version}. A dollar
// sign before a brace is written $${. A name is two to eight words of letters, digits, hyphens and underscores with dots between. It fails
// with a sentence that says what is wrong and where.
func Placeholders(text string) ([]string, error) {
	var names []string
	err := scan(text, func(string) {}, func(name string) error {
		names = append(names, name)
		return nil
	})
	return names, err
}

// Expand puts values in the place of placeholders. value reports whether it knows the name. Values are not read again. It
// fails if the text is malformed or a name is not known.
func Expand(text string, value func(name string) (string, bool)) (string, error) {
	var b strings.Builder
	err := scan(text, func(s string) { b.WriteString(s) }, func(name string) error {
		v, ok := value(name)
		if !ok {
			return fmt.Errorf("the placeholder ${%s} has no value", name)
		}
		b.WriteString(v)
		return nil
	})
	if err != nil {
		return "", err
	}
	return b.String(), nil
}

func scan(text string, literal func(string), name func(string) error) error {
	for rest := text; ; {
		i := strings.Index(rest, "${")
		if i < 0 {
			literal(rest)
			return nil
		}
		if i > 0 && rest[i-1] == '$' {
			literal(rest[:i-1] + "${")
			rest = rest[i+2:]
			continue
		}
		literal(rest[:i])
		at := len(text) - len(rest) + i + 1
		end := strings.IndexByte(rest[i:], '}')
		if end < 0 {
			return fmt.Errorf("the placeholder at character %d is not closed; write a plain dollar sign and brace as $${", at)
		}
		word := rest[i+2 : i+end]
		if why := malformed(word); why != "" {
			return fmt.Errorf("the placeholder at character %d %s", at, why)
		}
		if err := name(word); err != nil {
			return err
		}
		rest = rest[i+end+1:]
	}
}

func malformed(name string) string {
	const form = "; write it as ${release.version} or ${param.region}"
	if len(name) > 200 {
		return "is longer than 200 characters"
	}
	words := strings.Split(name, ".")
	if len(words) < 2 || len(words) > 8 {
		return "needs two to eight words with dots between" + form
	}
	for _, w := range words {
		if w == "" {
			return "has an empty word" + form
		}
		for _, r := range w {
			if r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
				return fmt.Sprintf("holds %q, which no name can", r) + form
			}
		}
	}
	return ""
}
