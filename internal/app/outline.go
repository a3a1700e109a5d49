package app

import (
	"context"

	"slipway/internal/clock"
	"slipway/internal/work"
)

// Outline is what follows from a network file.
type Outline = work.Outline

// OutlineOptions say what to work out of it; Clock may be left out.
type OutlineOptions = work.OutlineOptions

// NetworkBytes is the greatest size of a network file.
const NetworkBytes = work.NetworkBytes

// OutlineNetwork reads a network file and works it out, without a server. It fails as work.ReadNetwork and work.Network.Outline
// do.
func OutlineNetwork(ctx context.Context, file string, src []byte, o OutlineOptions) (Outline, error) {
	n, err := work.ReadNetwork(file, src)
	if err != nil {
		return Outline{}, err
	}
	o.Clock = clock.System
	return n.Outline(ctx, o)
}
