package client

import (
	"context"
	"encoding/json"
	"io"
	"time"
)

// Entry is an entry of the record.
type Entry struct {
	Seq     int64     `json:"seq"`
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Who     string    `json:"who"`
	Action  string    `json:"action"`
	Release string    `json:"release,omitempty"`
	Subject struct {
		Kind string `json:"kind"`
		ID   string `json:"id"`
	} `json:"subject"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// LedgerReport is what a verification of the ledger found; Fault is nil if everything holds.
type LedgerReport struct {
	Installation string `json:"installation"`
	Key          string `json:"key"`
	Epoch        int64  `json:"epoch"`
	Size         int64  `json:"size"`
	Root         string `json:"root"`
	Redacted     int64  `json:"redacted"`
	Pending      int64  `json:"pending"`
	Checkpoints  int64  `json:"checkpoints"`
	Covered      int64  `json:"covered"`
	Outside      bool   `json:"outside"`
	Fault        *struct {
		Seq  int64  `json:"seq"`
		Last int64  `json:"last"`
		What string `json:"what"`
		Text string `json:"text"`
	} `json:"fault,omitempty"`
}

// VerifyLedger recomputes the server's whole ledger.
func (c *Client) VerifyLedger(ctx context.Context) (out LedgerReport, err error) {
	return out, c.Get(ctx, "/ledger/verify", nil, &out)
}

// ExportRecord opens the record of a release with its proofs, or the whole record for "". The caller closes it.
func (c *Client) ExportRecord(ctx context.Context, release string) (io.ReadCloser, error) {
	if release == "" {
		return c.Open(ctx, "/ledger/export", nil)
	}
	return c.Open(ctx, Path("releases", release, "record", "export"), nil)
}
