package ledger

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger/leaf"
	"slipway/internal/platform/ledger/outside"
	"slipway/internal/platform/ledger/tree"
)

// The ways in which a ledger can be bad.
const (
	Altered   = "altered"
	Removed   = "removed"
	Inserted  = "inserted"
	Reordered = "reordered"
	Truncated = "truncated"
)

// Fault is the first thing that is wrong. That something is wrong at Seq to Last is certain; where the tree alone tells,
// What is the likeliest cause.
type Fault struct {
	Seq  int64  `json:"seq"`  // the first bad entry; where only a range is known, its beginning; -1 if no entry is at fault
	Last int64  `json:"last"` // the end of the range, Seq if the entry is certain
	What string `json:"what"` // Altered and its like
	Text string `json:"text"` // a sentence
	leaf bool   // the header does not hash to the leaf beside it
	tree bool   // the nodes do not fit the tree
}

func (f *Fault) String() string {
	switch {
	case f.Seq < 0:
		return f.What + ": " + f.Text
	case f.Last > f.Seq:
		return fmt.Sprintf("entry %d to %d %s: %s", f.Seq, f.Last, f.What, f.Text)
	}
	return fmt.Sprintf("entry %d %s: %s", f.Seq, f.What, f.Text)
}

// Report is what Verify found.
type Report struct {
	Installation string `json:"installation"`
	Key          string `json:"key"` // the public key
	Epoch        int64  `json:"epoch"`
	Size         int64  `json:"size"` // entries that were recomputed
	Root         string `json:"root"` // their root in base64
	Redacted     int64  `json:"redacted"`
	Pending      int64  `json:"pending"`     // committed entries without a number yet; they are not covered
	Checkpoints  int64  `json:"checkpoints"` // whose signature and root hold
	Covered      int64  `json:"covered"`     // entries under the newest of them
	Outside      bool   `json:"outside"`     // the checkpoint kept outside of the database was there and holds
	Fault        *Fault `json:"fault,omitempty"`
}

// patience is how long Verify waits for transactions under way before it leaves out what waits for them.
const patience = 3 * time.Second

// Verify recomputes the whole ledger from its rows and stops at the first fault: every header in canonical form and equal to
// the columns beside it, every payload under its digest, every redaction with the entry that records it, every stored node of
// the tree, the head, and every checkpoint's signature and root, the one outside the database included. A fault is in
// the report; an error means that the database could not be read. It reads one snapshot and costs about 10 µs an entry.
func (l *Ledger) Verify(ctx context.Context) (Report, error) {
	// What waits for a transaction under way is reported as pending; any other error has its cause in what is verified now.
	short, cancel := context.WithTimeout(ctx, patience)
	_ = l.Sequence(short)
	cancel()
	file, err := outside.Checkpoint(l.o.CheckpointFile) // before the snapshot, which then holds all that it covers
	if err != nil {
		return Report{}, err
	}
	v := &verification{l: l, keys: map[int64]string{}, redactions: map[string]string{}}
	err = l.db.Read(ctx, func(tx *db.Tx) error { return v.run(tx, file) })
	return v.report, err
}

type verification struct {
	l      *Ledger
	tx     *db.Tx
	head   Head
	edge   tree.Edge
	epoch  int64
	rows   int64
	report Report

	notes      []checkpointColumns // by size; those before next are done
	next       int
	keys       map[int64]string // public key of an epoch
	redactions map[string]string
	redacted   []redaction
	lastID     string
}

type redaction struct {
	seq    int64
	id, by string
}

func (v *verification) run(tx *db.Tx, file string) error {
	v.tx, v.report = tx, Report{Installation: v.l.installation, Key: v.l.key.Public()}
	var err error
	if v.head, err = headRow(tx); err != nil {
		return err
	}
	if v.rows, v.report.Pending, err = counts(tx); err != nil {
		return err
	}
	if v.notes, err = checkpointRows(tx); err != nil {
		return err
	}
	if f := v.outside(file); f != nil {
		v.report.Fault = f
		return nil
	}
	fault, err := v.stream()
	if err != nil {
		return err
	}
	if fault == nil {
		fault, err = v.end()
	}
	v.report.Epoch, v.report.Size, v.report.Root, v.report.Fault = v.epoch, v.edge.Size(), v.edge.Root().String(), fault
	v.report.Redacted = int64(len(v.redacted))
	return err
}

// outside puts the checkpoint of the file among the others, in its place by size.
func (v *verification) outside(file string) *Fault {
	if file == "" {
		return nil
	}
	c, err := tree.VerifyCheckpoint(file, v.l.key.Public())
	if err != nil {
		return &Fault{Seq: -1, Last: -1, What: Altered, Text: "The checkpoint kept beside the key is not signed by this installation's key."}
	}
	if c.Origin != tree.Origin(v.l.installation, v.head.Epoch) {
		return nil // of the epoch before; the first checkpoint of this one replaces it
	}
	at := 0
	for at < len(v.notes) && v.notes[at].Size < c.Size {
		at++
	}
	own := checkpointColumns{Epoch: v.head.Epoch, Size: c.Size, Note: file, At: outsideMark}
	v.notes = append(v.notes[:at:at], append([]checkpointColumns{own}, v.notes[at:]...)...)
	return nil
}

// outsideMark in place of an instant tells the file's checkpoint from those of the database.
const outsideMark = -1

func (v *verification) stream() (*Fault, error) {
	for from := int64(-1 << 62); ; {
		cs, err := verifyRows(v.tx, from, stride)
		if err != nil || len(cs) == 0 {
			return nil, err
		}
		for _, c := range cs {
			if f := v.entry(c); f != nil {
				return f, v.cause(f, c)
			}
			if f := v.covered(); f != nil {
				return f, nil
			}
		}
		from = cs[len(cs)-1].Seq + 1
	}
}

func at(seq int64, what, format string, args ...any) *Fault {
	return &Fault{Seq: seq, Last: seq, What: what, Text: fmt.Sprintf(format, args...)}
}

func (v *verification) entry(c verifyColumns) *Fault {
	n := v.edge.Size()
	switch {
	case c.Seq < n:
		return at(c.Seq, Inserted, "The ledger starts at entry 0.")
	case c.Seq > n && n >= v.head.Size:
		return at(c.Seq, Inserted, "It stands behind the head, which counts %d entries.", v.head.Size)
	case c.Seq > n:
		return &Fault{Seq: n, Last: c.Seq - 1, What: Removed, Text: fmt.Sprintf("Entry %d follows entry %d.", c.Seq, n-1)}
	case n >= v.head.Size:
		return at(n, Inserted, "It stands behind the head, which counts %d entries.", v.head.Size)
	}
	h, err := leaf.Parse([]byte(c.Header))
	if err != nil {
		return at(n, Altered, "Its header is not in the ledger's format (%v).", err)
	}
	if f := v.nodes(c); f != nil {
		return f
	}
	if name := c.differs(h); name != "" {
		return at(n, Altered, "Its column %s does not say what its header says.", name)
	}
	if f := v.payload(c, h); f != nil {
		return f
	}
	v.lastID = h.ID
	return v.own(n, h, c)
}

// nodes extends the tree with the header and compares what the entry completes with what is stored.
func (v *verification) nodes(c verifyColumns) *Fault {
	n := v.edge.Size()
	got := v.edge.Append(leaf.Hash([]byte(c.Header)))
	if len(c.Nodes) < tlog.HashSize || tlog.Hash(c.Nodes[:tlog.HashSize]) != got[0] {
		f := at(n, Altered, "Its header does not hash to its leaf.")
		f.leaf = true
		return f
	}
	for level, want := range got[1:] {
		level++
		if len(c.Nodes) >= (level+1)*tlog.HashSize && tlog.Hash(c.Nodes[level*tlog.HashSize:(level+1)*tlog.HashSize]) == want {
			continue
		}
		return &Fault{Seq: n + 1 - 1<<level, Last: n, What: Altered, Text: "They do not hash to the node of the tree above them.", tree: true}
	}
	if len(c.Nodes) != len(got)*tlog.HashSize {
		return &Fault{Seq: n, Last: n, What: Altered, Text: "It carries nodes of another place in the tree.", tree: true}
	}
	return nil
}

// cause names the likeliest cause of a header or a tree that does not fit: a header that fits another leaf, numbers shifted
// after a removal or an insertion, entries that stand before older ones.
func (v *verification) cause(f *Fault, c verifyColumns) error {
	switch {
	case f.leaf:
		h := leaf.Hash([]byte(c.Header))
		other, found, err := leafElsewhere(v.tx, h[:], c.Seq)
		if found {
			f.What, f.Text = Reordered, fmt.Sprintf("Its header belongs to entry %d.", other)
		}
		return err
	case !f.tree:
	case v.rows < v.head.Size:
		f.What = Removed
	case v.rows > v.head.Size:
		f.What = Inserted
	default:
		younger, err := youngerThanNext(v.tx, c.Seq)
		if younger || c.ID < v.lastID {
			f.What = Reordered
		}
		return err
	}
	return nil
}

func (v *verification) payload(c verifyColumns, h leaf.Header) *Fault {
	switch {
	case !c.HasPayload:
		return at(c.Seq, Removed, "Its payload is missing, though it was not redacted.")
	case c.Salt == nil && c.Payload == nil && c.RedactedBy.String != "":
		v.redacted = append(v.redacted, redaction{c.Seq, h.ID, c.RedactedBy.String})
		return nil
	case len(c.Salt) != leaf.SaltSize || leaf.PayloadDigest(leaf.Salt(c.Salt), c.Payload) != h.Payload:
		return at(c.Seq, Altered, "Its payload is not the one that its header was made over.")
	case c.RedactedBy.Valid:
		return at(c.Seq, Altered, "It is marked as redacted but has its payload.")
	}
	return nil
}

// own follows what the ledger's own entries say.
func (v *verification) own(n int64, h leaf.Header, c verifyColumns) *Fault {
	switch h.Action {
	case ActionEpochStarted:
		var e epochStarted
		if c.Payload.Decode(&e) != nil || e.Epoch != v.epoch+1 {
			return at(n, Altered, "It does not start the epoch after %d.", v.epoch)
		}
		v.epoch = e.Epoch
		v.keys[e.Epoch] = e.Key
	case ActionRedacted:
		v.redactions[h.ID] = h.Subject.ID
	}
	if n == 0 && v.epoch != 1 {
		return at(n, Altered, "It does not start the first epoch.")
	}
	return nil
}

// covered checks the checkpoints that end at the present size.
func (v *verification) covered() *Fault {
	for ; v.next < len(v.notes) && v.notes[v.next].Size <= v.edge.Size(); v.next++ {
		n := v.notes[v.next]
		c, err := tree.VerifyCheckpoint(n.Note, v.keys[n.Epoch])
		if err != nil || n.Epoch != v.epoch || c.Origin != tree.Origin(v.l.installation, n.Epoch) || c.Size != n.Size {
			return unsigned(n.Size)
		}
		if c.Size != v.edge.Size() || c.Root != v.edge.Root() {
			return &Fault{Seq: v.report.Covered, Last: c.Size - 1, What: Altered,
				Text: fmt.Sprintf("The checkpoint over %d entries was signed over other ones; those before entry %d hold.", c.Size, v.report.Covered)}
		}
		if n.At == outsideMark {
			v.report.Outside = true
		} else {
			v.report.Checkpoints++
		}
		v.report.Covered = c.Size
	}
	return nil
}

func unsigned(size int64) *Fault {
	return &Fault{Seq: -1, Last: -1, What: Altered, Text: fmt.Sprintf("The checkpoint over %d entries is not signed by the key of its epoch.", size)}
}

// end checks what is known only after the last entry.
func (v *verification) end() (*Fault, error) {
	size := v.edge.Size()
	if v.next < len(v.notes) {
		for _, n := range v.notes[v.next:] {
			key := v.keys[n.Epoch]
			if n.Epoch == v.head.Epoch {
				key = v.l.key.Public()
			}
			if _, err := tree.VerifyCheckpoint(n.Note, key); err != nil {
				return unsigned(n.Size), nil //nolint:nilerr // what does not verify is the finding
			}
		}
		last := v.notes[len(v.notes)-1].Size
		return &Fault{Seq: size, Last: last - 1, What: Truncated, Text: fmt.Sprintf("A checkpoint was signed over %d entries, %d are left.", last, size)}, nil
	}
	if size < v.head.Size {
		return &Fault{Seq: size, Last: v.head.Size - 1, What: Truncated, Text: fmt.Sprintf("The head counts %d entries, %d are left.", v.head.Size, size)}, nil
	}
	if v.edge.Root() != v.head.Root || v.head.Epoch != v.epoch && v.report.Pending == 0 {
		return &Fault{Seq: -1, Last: -1, What: Altered, Text: "The head does not say what its entries say."}, nil
	}
	if v.head.key != v.l.key.Public() || v.epoch == v.head.Epoch && v.keys[v.epoch] != v.head.key {
		return &Fault{Seq: -1, Last: -1, What: Altered, Text: "The head names another public key than the epoch's first entry."}, nil
	}
	for _, r := range v.redacted {
		subject, known := v.redactions[r.by]
		if !known {
			var err error
			if subject, err = v.pendingRedaction(r.by); err != nil {
				return nil, err
			}
		}
		if subject != r.id {
			return at(r.seq, Altered, "Its payload is gone, but no entry records that it was redacted."), nil
		}
	}
	seq, found, err := strayPayload(v.tx, size)
	if err != nil || !found {
		return nil, err
	}
	return at(seq, Inserted, "A payload belongs to no entry."), nil
}

// pendingRedaction returns which entry a redaction that waits for its number is about, or "".
func (v *verification) pendingRedaction(by string) (string, error) {
	header, found, err := pendingHeader(v.tx, by)
	if err != nil || !found {
		return "", err
	}
	h, err := leaf.Parse([]byte(header))
	if err != nil || h.Action != ActionRedacted {
		return "", nil //nolint:nilerr // what cannot be read records no redaction, which the caller reports
	}
	return h.Subject.ID, nil
}
