package tree

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Edge is the right edge of a tree: the roots of the perfect subtrees that it consists of, the largest first. It is all
// that is needed to append. The zero Edge is the empty tree.
type Edge struct {
	size  int64
	roots []tlog.Hash
}

// Size returns the number of leaves.
func (e *Edge) Size() int64 { return e.size }

// Append adds a leaf and returns the nodes that it completes, the leaf itself first. It costs one hash for each further
// node, one on average.
func (e *Edge) Append(leaf tlog.Hash) []tlog.Hash {
	nodes := make([]tlog.Hash, 1, 2)
	nodes[0] = leaf
	for n := e.size; n&1 == 1; n >>= 1 {
		last := len(e.roots) - 1
		leaf = tlog.NodeHash(e.roots[last], leaf)
		e.roots = e.roots[:last]
		nodes = append(nodes, leaf)
	}
	e.roots = append(e.roots, leaf)
	e.size++
	return nodes
}

// Root returns the root of the tree; the empty tree has the hash of nothing (RFC 6962). It costs at most one hash for
// each bit of the size.
func (e *Edge) Root() tlog.Hash {
	if e.size == 0 {
		return Empty
	}
	last := len(e.roots) - 1
	h := e.roots[last]
	for i := last - 1; i >= 0; i-- {
		h = tlog.NodeHash(e.roots[i], h)
	}
	return h
}

// Clone returns an edge that grows apart from e.
func (e *Edge) Clone() Edge { return Edge{size: e.size, roots: slices.Clone(e.roots)} }

// Empty is the root of the tree without leaves.
var Empty = func() tlog.Hash {
	h, err := tlog.TreeHash(0, nil)
	if err != nil {
		panic(err) // the empty tree reads nothing
	}
	return h
}()

// EdgeAt reads the right edge that the tree had with size leaves.
func EdgeAt(size int64, r tlog.HashReader) (Edge, error) {
	e := Edge{size: size}
	var need []int64
	for start, rest := int64(0), size; rest > 0; {
		l := bits.Len64(uint64(rest)) - 1
		need = append(need, tlog.StoredHashIndex(l, start>>l))
		start += 1 << l
		rest -= 1 << l
	}
	if len(need) == 0 {
		return e, nil
	}
	var err error
	if e.roots, err = r.ReadHashes(need); err != nil {
		return Edge{}, fmt.Errorf("tree: the edge at %d: %w", size, err)
	}
	return e, nil
}

// Place says where a node is stored: with the entry that completes it, Level nodes after its leaf.
type Place struct {
	Seq   int64
	Level int
}

// PlaceOf returns the place of the node with one of tlog's stored hash indexes.
func PlaceOf(index int64) Place {
	l, n := tlog.SplitStoredHashIndex(index)
	return Place{Seq: (n+1)<<l - 1, Level: l}
}

// Nodes returns how many nodes the entry with number seq completes, its leaf included.
func Nodes(seq int64) int { return 1 + bits.TrailingZeros64(uint64(seq)+1) }

// Join returns hashes as an entry stores them, one behind the other.
func Join(hs []tlog.Hash) []byte {
	b := make([]byte, 0, len(hs)*tlog.HashSize)
	for _, h := range hs {
		b = append(b, h[:]...)
	}
	return b
}

// ErrMissing says that a node that the tree must have is not stored.
var ErrMissing = errors.New("tree: a node is missing")

// Pick returns the nodes with tlog's stored hash indexes out of what entries have stored, by sequence number. It fails
// with ErrMissing if one is not among them.
func Pick(indexes []int64, stored map[int64][]byte) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		p := PlaceOf(index)
		b := stored[p.Seq]
		if len(b) < (p.Level+1)*tlog.HashSize {
			return nil, fmt.Errorf("%w: node %d of entry %d", ErrMissing, p.Level, p.Seq)
		}
		out[i] = tlog.Hash(b[p.Level*tlog.HashSize : (p.Level+1)*tlog.HashSize])
	}
	return out, nil
}
