package strict

import "strconv"

type kind int

const (
	object kind = iota
	list
	text
	number
	boolean
	null
	broken // refused already: the decoder passes over it
)

// named says what a node is, in a message.
func (k kind) named() string {
	return [...]string{"a mapping", "a list", "a text", "a number", "true or false", "nothing", "something refused"}[k]
}

type node struct {
	kind  kind
	val   string // of a scalar, as written and unescaped
	plain bool   // a YAML scalar without quotes
	line  int
	keys  []key // of an object, without duplicates
	items []*node
}

type key struct {
	name string
	line int
	val  *node
}

func (n *node) child(name string) *node {
	for i := range n.keys {
		if n.keys[i].name == name {
			return n.keys[i].val
		}
	}
	return nil
}

// locate follows a dotted path ("steps[3].needs") as far as it goes and returns the line of the last thing met.
func (n *node) locate(path string) int {
	line := n.line
	for path != "" {
		if path[0] == '.' {
			path = path[1:]
		}
		if path != "" && path[0] == '[' {
			i, j := 0, 1
			for j < len(path) && path[j] >= '0' && path[j] <= '9' && i < 1<<30 {
				i = i*10 + int(path[j]-'0')
				j++
			}
			if j == 1 || j >= len(path) || path[j] != ']' || n.kind != list || i >= len(n.items) {
				return line
			}
			n, path = n.items[i], path[j+1:]
			line = n.line
			continue
		}
		// A key may hold dots itself, so the longest key that the path begins with is taken.
		best := -1
		for i := range n.keys {
			k := n.keys[i].name
			if len(path) >= len(k) && path[:len(k)] == k && (len(path) == len(k) || path[len(k)] == '.' || path[len(k)] == '[') &&
				(best < 0 || len(k) > len(n.keys[best].name)) {
				best = i
			}
		}
		if best < 0 {
			return line
		}
		line = n.keys[best].line
		path = path[len(n.keys[best].name):]
		n = n.keys[best].val
	}
	return line
}

// plainly returns the tree of a JSON text as encoding/json reads it into an any. It fails for a number beyond float64.
func (n *node) plainly() (any, error) {
	var err error
	switch n.kind {
	case object:
		m := make(map[string]any, len(n.keys))
		for _, k := range n.keys {
			if m[k.name], err = k.val.plainly(); err != nil {
				return nil, err
			}
		}
		return m, nil
	case list:
		s := make([]any, len(n.items))
		for i, c := range n.items {
			if s[i], err = c.plainly(); err != nil {
				return nil, err
			}
		}
		return s, nil
	case text:
		return n.val, nil
	case boolean:
		return n.val == "true", nil
	case number:
		return strconv.ParseFloat(n.val, 64)
	}
	return nil, nil
}
