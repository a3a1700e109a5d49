package uitest

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// selector is a list of alternatives, each a chain of compounds joined by combinators.
//
// Understood are: tag, *, #id, .class, [attr], [attr=v], [attr^=v], [attr$=v], [attr*=v], [attr~=v], :not(compound),
// :first-child, :last-child, the combinators descendant, >, + and ~, and lists with a comma.
type selector []chain

type chain struct {
	compounds []compound // from left to right
	joins     []byte     // joins[i] stands between compounds i and i+1
}

type compound []test

type test func(*html.Node) bool

func parseSelector(s string) (selector, error) {
	p := &selectorParser{s: strings.TrimSpace(s)}
	var out selector
	for {
		c, err := p.chain()
		if err != nil {
			return nil, fmt.Errorf("selector %q: %w", s, err)
		}
		out = append(out, c)
		p.space()
		if p.done() {
			return out, nil
		}
		if !p.eat(',') {
			return nil, fmt.Errorf("selector %q: unexpected %q", s, p.s[p.i])
		}
		p.space()
	}
}

type selectorParser struct {
	s string
	i int
}

func (p *selectorParser) done() bool { return p.i >= len(p.s) }

func (p *selectorParser) space() bool {
	start := p.i
	for !p.done() && strings.IndexByte(" \t\n", p.s[p.i]) >= 0 {
		p.i++
	}
	return p.i > start
}

func (p *selectorParser) eat(c byte) bool {
	if !p.done() && p.s[p.i] == c {
		p.i++
		return true
	}
	return false
}

func (p *selectorParser) name() string {
	start := p.i
	for !p.done() {
		c := p.s[p.i]
		if c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 {
			p.i++
			continue
		}
		if c == '\\' && p.i+1 < len(p.s) {
			p.i += 2
			continue
		}
		break
	}
	return strings.ReplaceAll(p.s[start:p.i], `\`, "")
}

func (p *selectorParser) chain() (chain, error) {
	var c chain
	for {
		k, err := p.compound()
		if err != nil {
			return c, err
		}
		c.compounds = append(c.compounds, k)
		spaced := p.space()
		if p.done() || p.s[p.i] == ',' || p.s[p.i] == ')' {
			return c, nil
		}
		join := byte(' ')
		if strings.IndexByte(">+~", p.s[p.i]) >= 0 {
			join = p.s[p.i]
			p.i++
			p.space()
		} else if !spaced {
			return c, fmt.Errorf("unexpected %q", p.s[p.i])
		}
		c.joins = append(c.joins, join)
	}
}

func (p *selectorParser) compound() (compound, error) {
	var c compound
	for !p.done() {
		switch b := p.s[p.i]; {
		case b == '*':
			p.i++
			c = append(c, func(*html.Node) bool { return true })
		case b == '#':
			p.i++
			id := p.name()
			c = append(c, func(n *html.Node) bool { return attrOf(n, "id") == id })
		case b == '.':
			p.i++
			class := p.name()
			c = append(c, func(n *html.Node) bool { return slices.Contains(strings.Fields(attrOf(n, "class")), class) })
		case b == '[':
			t, err := p.attribute()
			if err != nil {
				return nil, err
			}
			c = append(c, t)
		case b == ':':
			t, err := p.pseudo()
			if err != nil {
				return nil, err
			}
			c = append(c, t)
		default:
			tag := p.name()
			if tag == "" {
				if len(c) == 0 {
					return nil, fmt.Errorf("unexpected %q", b)
				}
				return c, nil
			}
			c = append(c, func(n *html.Node) bool { return n.Data == tag })
		}
	}
	if len(c) == 0 {
		return nil, fmt.Errorf("nothing to match")
	}
	return c, nil
}

func (p *selectorParser) attribute() (test, error) {
	p.i++ // [
	end := strings.IndexByte(p.s[p.i:], ']')
	if end < 0 {
		return nil, fmt.Errorf("unclosed [")
	}
	body := p.s[p.i : p.i+end]
	p.i += end + 1
	key, value, has := strings.Cut(body, "=")
	if !has {
		return func(n *html.Node) bool { return hasAttr(n, body) }, nil
	}
	value = strings.Trim(value, `"'`)
	op := byte('=')
	if key != "" && strings.IndexByte("^$*~", key[len(key)-1]) >= 0 {
		op, key = key[len(key)-1], key[:len(key)-1]
	}
	return func(n *html.Node) bool {
		if !hasAttr(n, key) {
			return false
		}
		v := attrOf(n, key)
		switch op {
		case '^':
			return strings.HasPrefix(v, value)
		case '$':
			return strings.HasSuffix(v, value)
		case '*':
			return strings.Contains(v, value)
		case '~':
			return slices.Contains(strings.Fields(v), value)
		}
		return v == value
	}, nil
}

func (p *selectorParser) pseudo() (test, error) {
	p.i++ // :
	switch name := p.name(); name {
	case "first-child":
		return func(n *html.Node) bool { return sibling(n, false) == nil }, nil
	case "last-child":
		return func(n *html.Node) bool { return sibling(n, true) == nil }, nil
	case "not":
		if !p.eat('(') {
			return nil, fmt.Errorf(":not wants (")
		}
		c, err := p.chain()
		if err != nil {
			return nil, err
		}
		if !p.eat(')') {
			return nil, fmt.Errorf("unclosed :not(")
		}
		return func(n *html.Node) bool { return !c.match(n, len(c.compounds)-1) }, nil
	default:
		return nil, fmt.Errorf(":%s is not understood", name)
	}
}

func (s selector) match(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	for _, c := range s {
		if c.match(n, len(c.compounds)-1) {
			return true
		}
	}
	return false
}

func (c chain) match(n *html.Node, at int) bool {
	for _, t := range c.compounds[at] {
		if !t(n) {
			return false
		}
	}
	if at == 0 {
		return true
	}
	switch c.joins[at-1] {
	case '>':
		return element(n.Parent) && c.match(n.Parent, at-1)
	case '+':
		s := sibling(n, false)
		return s != nil && c.match(s, at-1)
	case '~':
		for s := sibling(n, false); s != nil; s = sibling(s, false) {
			if c.match(s, at-1) {
				return true
			}
		}
		return false
	}
	for a := n.Parent; element(a); a = a.Parent {
		if c.match(a, at-1) {
			return true
		}
	}
	return false
}

func element(n *html.Node) bool { return n != nil && n.Type == html.ElementNode }

func sibling(n *html.Node, next bool) *html.Node {
	for {
		if next {
			n = n.NextSibling
		} else {
			n = n.PrevSibling
		}
		if n == nil || n.Type == html.ElementNode {
			return n
		}
	}
}

func hasAttr(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func attrOf(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
