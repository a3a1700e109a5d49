package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"slipway/internal/errs"
)

// yamlTrees reads all documents of a stream. Empty documents are left out.
func yamlTrees(file string, src []byte, l Limits) ([]*node, error) {
	if err := edge(file, src, l); err != nil {
		return nil, err
	}
	f := &faults{file: file, max: l.Faults}
	var out []*node
	dec := yaml.NewDecoder(bytes.NewReader(src))
	for {
		var doc yaml.Node
		err := next(dec, &doc)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			line, msg := yamlFault(err)
			if strings.Contains(msg, "max depth") {
				f.add(line, "", ReasonDepth, "The nesting is deeper than %d levels.", l.Depth)
			} else {
				f.add(line, "", ReasonSyntax, "This is not YAML: %s.", msg)
			}
			break
		}
		if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
			continue
		}
		root := doc.Content[0]
		if root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" && root.Value == "" {
			continue
		}
		out = append(out, fromYAML(root, nil, 1, l, f))
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	return out, nil
}

// next reads one document. The library reports through panics inside; whatever gets out of it is an error here.
func next(dec *yaml.Decoder, doc *yaml.Node) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the parser gave up: %v", p)
		}
	}()
	return dec.Decode(doc)
}

var yamlLine = regexp.MustCompile(`^(?:yaml: )*(?:line (\d+): )?`)

func yamlFault(err error) (int, string) {
	m := yamlLine.FindStringSubmatch(err.Error())
	line, _ := strconv.Atoi(m[1])
	return max(line, 1), clip(strings.TrimSuffix(err.Error()[len(m[0]):], "."))
}

// edge refuses what no format may carry.
func edge(file string, src []byte, l Limits) error {
	if len(src) > l.Bytes {
		e := errs.TooLarge(ReasonSize, "The input has %d bytes; the limit is %d.", len(src), l.Bytes)
		return e.With(errs.Field{Reason: ReasonSize, Msg: e.Msg, File: file})
	}
	f := &faults{file: file, max: l.Faults}
	if i := bytes.IndexByte(src, 0); i >= 0 {
		f.add(1+bytes.Count(src[:i], []byte("\n")), "", ReasonEncoding, "A NUL character is not allowed.")
	} else if !utf8.Valid(src) {
		i := 0
		for i < len(src) {
			r, n := utf8.DecodeRune(src[i:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			i += n
		}
		f.add(1+bytes.Count(src[:i], []byte("\n")), "", ReasonEncoding, "The text must be UTF-8. The byte 0x%02X here is not.", src[i])
	}
	return f.err()
}

func fromYAML(y *yaml.Node, at *place, depth int, l Limits, f *faults) *node {
	n := &node{kind: broken, line: y.Line}
	switch {
	case y.Kind == yaml.AliasNode:
		f.add(y.Line, at.String(), ReasonForbidden, "Aliases (*%s) are not allowed. Write the value out.", clip(y.Value))
		return n
	case y.Anchor != "":
		f.add(y.Line, at.String(), ReasonForbidden, "Anchors (&%s) are not allowed. Write the value where it is needed.", clip(y.Anchor))
	case y.Style&yaml.TaggedStyle != 0 || y.Tag == "!":
		f.add(y.Line, at.String(), ReasonForbidden, "Tags (%s) are not allowed. Put a text into quotes instead.", clip(y.Tag))
		return n
	}
	if depth > l.Depth && y.Kind != yaml.ScalarNode {
		f.add(y.Line, "", ReasonDepth, "The nesting is deeper than %d levels.", l.Depth)
		return n
	}
	switch y.Kind {
	case yaml.MappingNode:
		n.kind = object
		yamlObject(n, y, at, depth, l, f)
	case yaml.SequenceNode:
		n.kind = list
		n.items = make([]*node, 0, len(y.Content))
		for i, c := range y.Content {
			n.items = append(n.items, fromYAML(c, at.index(i), depth+1, l, f))
		}
	case yaml.ScalarNode:
		n.kind, n.val = yamlScalar(y), y.Value
		n.plain = y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
		if strings.IndexByte(y.Value, 0) >= 0 {
			f.add(y.Line, at.String(), ReasonEncoding, "A NUL character is not allowed.")
		}
	default:
		f.add(y.Line, at.String(), ReasonSyntax, "This is not YAML that Slipway reads.")
	}
	return n
}

func yamlScalar(y *yaml.Node) kind {
	switch y.ShortTag() {
	case "!!int", "!!float":
		return number
	case "!!bool":
		return boolean
	case "!!null":
		return null
	}
	return text
}

func yamlObject(n *node, y *yaml.Node, at *place, depth int, l Limits, f *faults) {
	seen := make(map[string]int, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		k, v := y.Content[i], y.Content[i+1]
		switch {
		case k.Kind == yaml.ScalarNode && k.Value == "<<" && k.ShortTag() == "!!merge":
			f.add(k.Line, at.String(), ReasonForbidden, "Merge keys (<<) are not allowed. Write the fields out.")
			continue
		case k.Kind == yaml.AliasNode || k.Anchor != "" || k.Style&yaml.TaggedStyle != 0:
			f.add(k.Line, at.String(), ReasonForbidden, "A name must be a plain word: no anchor, alias or tag.")
			continue
		case k.Kind != yaml.ScalarNode || k.Value == "":
			f.add(k.Line, at.String(), ReasonType, "A name must be a plain word.")
			continue
		case strings.IndexByte(k.Value, 0) >= 0:
			f.add(k.Line, at.String(), ReasonEncoding, "A NUL character is not allowed.")
			continue
		}
		p := at.field(k.Value)
		if first, twice := seen[k.Value]; twice {
			f.add(k.Line, p.String(), ReasonDuplicate, "%q is given twice; the first is on line %d.", clip(k.Value), first)
			continue
		}
		seen[k.Value] = k.Line
		n.keys = append(n.keys, key{k.Value, k.Line, fromYAML(v, p, depth+1, l, f)})
	}
}
