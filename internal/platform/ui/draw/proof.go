package draw

// ProofNode is one node of an inclusion proof from the leaf upwards.
type ProofNode struct {
	Hash    string // of the node on the path, in hexadecimal
	Sibling string // hash joined to it to give the next one; empty at the root
}

// Proof draws an inclusion proof: the dark leaf is the entry, outlined nodes are computed, grey ones are given, the green
// root is signed. entry names the leaf. The last node is the root. The hashes are to stand in a list as well.
func Proof(entry string, path []ProofNode) SVG {
	if len(path) == 0 {
		return ""
	}
	const w, step = 360.0, 38.0
	h := 46 + step*float64(len(path)-1)
	dx := 0.0
	if len(path) > 1 {
		dx = min(40, 200/float64(len(path)-1))
	}
	at := func(i int) (float64, float64) { return 60 + dx*float64(i), h - 32 - step*float64(i) }
	var c canvas
	c.svg("mk", w, h, "Inclusion proof: the hash of "+entry+" joins "+siblings(len(path)-1)+" up to the signed root", "img")
	for i := range path[:len(path)-1] {
		x, y := at(i)
		x2, y2 := at(i + 1)
		mid, sx := (y+y2)/2+1, x+88
		c.f(`<path d="M%s %sV%sH%sV%s" class="pa"/><path d="M%s %sV%sH%s" class="si"/>`, n(x), n(y-9), n(mid), n(x2), n(y2+10), n(sx+16), n(y-9), n(mid), n(x2))
		c.rect(sx-8, y-10, 50, 20, 3, "sb")
		c.text(sx+17, y+4, "st1", "middle", short(path[i].Sibling))
	}
	for i, p := range path {
		x, y := at(i)
		box, text := "nd", "st2"
		switch i {
		case len(path) - 1:
			box, text = "rt", "tt"
		case 0:
			box, text = "lf", "tt"
		}
		c.rect(x-26, y-10, 52, 20, 3, box)
		c.text(x, y+4, text, "middle", short(p.Hash))
	}
	x, y := at(len(path) - 1)
	c.text(60, h-8, "cap", "middle", entry)
	c.text(x+32, y+4, "cap", "", "signed root")
	c.f(`</svg>`)
	return SVG(c.String())
}

func siblings(k int) string {
	if k == 1 {
		return "one sibling hash"
	}
	return n(float64(k)) + " sibling hashes"
}

func short(hash string) string {
	if len(hash) > 4 {
		return hash[:4] + "…"
	}
	return hash
}
