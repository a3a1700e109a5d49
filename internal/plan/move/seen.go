package move

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"

	"slipway/internal/errs"
)

// Difference is a hit that is not what was shown.
type Difference struct {
	Area  Area   `json:"area"`
	Thing string `json:"thing"`
	Was   string `json:"was,omitempty"` // in words; "" for what is new
	Is    string `json:"is,omitempty"`  // "" for what is gone
}

// Text is the difference as a sentence.
func (d Difference) Text() string {
	switch {
	case d.Was == "":
		return d.Thing + ": new, " + d.Is + "."
	case d.Is == "":
		return d.Thing + ": was " + d.Was + ", and is gone."
	case d.Was == d.Is:
		return d.Thing + ": still " + d.Is + ", but not as it was."
	}
	return d.Thing + ": was " + d.Was + ", is " + d.Is + "."
}

// Changed is what a save is told that relied on what is no longer so.
type Changed struct {
	Foresight   Foresight    `json:"foresight"`
	Differences []Difference `json:"differences"`
}

// shown is a hit as the seal of a foresight remembers it.
type shown struct {
	ID    string `json:"i"`
	Thing string `json:"t"`
	Word  Word   `json:"w"`
	Print string `json:"p"`
}

func shownOf(h Hit) shown {
	parts := []string{string(h.Word), string(h.Severity)}
	if !h.Loose {
		parts = append(parts, h.Thing, h.Text)
	}
	if h.Choice != nil {
		parts = append(parts, h.Choice.Text, h.Choice.Note, h.Choice.Default)
		for _, o := range h.Choice.Options {
			parts = append(parts, o.Value, o.Text)
		}
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return shown{h.ID, h.Thing, h.Word, hex.EncodeToString(sum[:6])}
}

// Bounds of a seal that is read.
const (
	sealMax  = 64 << 10
	plainMax = 1 << 20
)

// seal packs what was shown, so that a save can say what differs. It is no secret and proves nothing: who forges one deceives
// nobody else.
func seal(hits []Hit) (string, error) {
	list := make([]shown, 0, len(hits))
	for _, h := range hits {
		list = append(list, shownOf(h))
	}
	plain, err := json.Marshal(list)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	z, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := z.Write(plain); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b.Bytes()), nil
}

// opened reads a seal. It fails with errs.Invalid for what is none.
func opened(s string) ([]shown, error) {
	bad := errs.InvalidField("seen", "move.unseen", "Look at what the date hits first, and send the word seen that it answers with.")
	if s == "" || len(s) > sealMax {
		return nil, bad
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil, bad
	}
	plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), plainMax))
	if err != nil {
		return nil, bad
	}
	var out []shown
	if err := json.Unmarshal(plain, &out); err != nil {
		return nil, bad
	}
	return out, nil
}

// differ compares what was shown with what is, in the order of what is, and behind it what is gone.
func differ(was []shown, hits []Hit) []Difference {
	before := map[string]shown{}
	for _, s := range was {
		before[s.ID] = s
	}
	out := []Difference{}
	for _, h := range hits {
		s, known := before[h.ID]
		delete(before, h.ID)
		switch {
		case !known:
			out = append(out, Difference{Area: h.Area, Thing: h.Thing, Is: said(h.Word)})
		case s.Print != shownOf(h).Print:
			out = append(out, Difference{Area: h.Area, Thing: h.Thing, Was: said(s.Word), Is: said(h.Word)})
		}
	}
	for _, s := range was {
		if _, gone := before[s.ID]; gone {
			area, _, _ := strings.Cut(s.ID, "/")
			out = append(out, Difference{Area: Area(area), Thing: s.Thing, Was: said(s.Word)})
		}
	}
	return out
}

func said(w Word) string { return strings.ToLower(w.Says()) }

// changed refuses a save that relied on what is no longer so.
func changed(f Foresight, ds []Difference) error {
	e := errs.Conflict("move.changed", Changed{f, ds}, "Nothing was moved: what the date hits has changed since you looked. Look again, then save.")
	for _, d := range ds {
		e = e.With(errs.Field{Name: "hits", Reason: "move.changed", Msg: d.Text()})
	}
	return e
}
