package strict

import "encoding/json"

// fastJSON reads well-formed JSON without faults, several times faster than jsonTree. It reports false for everything
// else, odd or merely rare, which jsonTree then judges and names: what it accepts, jsonTree accepts with the same tree.
func fastJSON(src []byte, l Limits) (*node, bool) {
	r := &fastReader{src: src, depth: l.Depth, line: 1}
	n := r.value(1)
	r.space()
	return n, n != nil && r.at == len(src)
}

// fastReader reads text that is known to be UTF-8 without NUL. Its methods return nil or false for what they leave to
// jsonTree.
type fastReader struct {
	src   []byte
	at    int
	line  int
	depth int
	nodes []node // room for those to come: one allocation serves several
}

func (r *fastReader) node(k kind) *node {
	if len(r.nodes) == 0 {
		r.nodes = make([]node, 8)
	}
	n := &r.nodes[0]
	r.nodes = r.nodes[1:]
	n.kind, n.line = k, r.line
	return n
}

func (r *fastReader) space() {
	for r.at < len(r.src) {
		switch r.src[r.at] {
		case '\n':
			r.line++
		case ' ', '\t', '\r':
		default:
			return
		}
		r.at++
	}
}

// next passes over white space and one byte, and returns the byte; 0 at the end.
func (r *fastReader) next() byte {
	r.space()
	if r.at == len(r.src) {
		return 0
	}
	r.at++
	return r.src[r.at-1]
}

func (r *fastReader) value(depth int) *node {
	switch c := r.next(); c {
	case '{':
		return r.object(depth)
	case '[':
		return r.list(depth)
	case '"':
		s, ok := r.text()
		if !ok {
			return nil
		}
		n := r.node(text)
		n.val = s
		return n
	case 't':
		return r.word(boolean, "true")
	case 'f':
		return r.word(boolean, "false")
	case 'n':
		return r.word(null, "null")
	default:
		if c == '-' || c >= '0' && c <= '9' {
			r.at--
			return r.number()
		}
		return nil
	}
}

func (r *fastReader) word(k kind, w string) *node {
	end := r.at - 1 + len(w)
	if end > len(r.src) || string(r.src[r.at-1:end]) != w {
		return nil
	}
	r.at = end
	n := r.node(k)
	if k == boolean {
		n.val = w
	}
	return n
}

// text reads behind the opening quote. The copy keeps no more than itself in memory.
func (r *fastReader) text() (string, bool) {
	from, plain := r.at, true
	for r.at < len(r.src) {
		switch c := r.src[r.at]; {
		case c == '"':
			r.at++
			if plain {
				return string(r.src[from : r.at-1]), true
			}
			var s string
			err := json.Unmarshal(r.src[from-1:r.at], &s)
			for i := range len(s) {
				if s[i] == 0 {
					return "", false
				}
			}
			return s, err == nil
		case c == '\\':
			plain = false
			r.at += 2
		case c < ' ':
			return "", false
		default:
			r.at++
		}
	}
	return "", false
}

func (r *fastReader) digits() bool {
	from := r.at
	for r.at < len(r.src) && r.src[r.at] >= '0' && r.src[r.at] <= '9' {
		r.at++
	}
	return r.at > from
}

func (r *fastReader) is(chars string) bool {
	for i := range len(chars) {
		if r.at < len(r.src) && r.src[r.at] == chars[i] {
			r.at++
			return true
		}
	}
	return false
}

func (r *fastReader) number() *node {
	from := r.at
	r.is("-")
	if !r.is("0") && !r.digits() {
		return nil
	}
	if r.is(".") && !r.digits() {
		return nil
	}
	if r.is("eE") {
		r.is("+-")
		if !r.digits() {
			return nil
		}
	}
	n := r.node(number)
	n.val = string(r.src[from:r.at])
	return n
}

func (r *fastReader) list(depth int) *node {
	n := r.node(list)
	if depth > r.depth {
		return nil
	}
	r.space()
	if r.is("]") {
		return n
	}
	for {
		c := r.value(depth + 1)
		if c == nil {
			return nil
		}
		n.items = append(n.items, c)
		switch r.next() {
		case ',':
		case ']':
			return n
		default:
			return nil
		}
	}
}

// few is up to how many names of an object are compared one by one.
const few = 16

func (r *fastReader) object(depth int) *node {
	n := r.node(object)
	if depth > r.depth {
		return nil
	}
	r.space()
	if r.is("}") {
		return n
	}
	var seen map[string]bool
	for {
		if r.next() != '"' {
			return nil
		}
		name, ok := r.text()
		if !ok {
			return nil
		}
		k := key{name: name, line: r.line}
		if len(n.keys) == few {
			seen = make(map[string]bool, 4*few)
			for _, o := range n.keys {
				seen[o.name] = true
			}
		}
		if seen == nil && n.child(name) != nil || seen[name] || r.next() != ':' {
			return nil
		}
		if seen != nil {
			seen[name] = true
		}
		if k.val = r.value(depth + 1); k.val == nil {
			return nil
		}
		n.keys = append(n.keys, k)
		switch r.next() {
		case ',':
		case '}':
			return n
		default:
			return nil
		}
	}
}
