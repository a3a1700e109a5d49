package app

import (
	"context"

	"slipway/internal/clock"
	"slipway/internal/work/network"
)

// Outline is what follows from a network file.
type Outline = network.Outline

// OutlineOptions say what to work out of it; Clock may be left out.
type OutlineOptions = network.Options

// NetworkBytes is the greatest size of a network file.
const NetworkBytes = network.BytesMax

// OutlineNetwork reads a network file and works it out, without a server. It fails as network.Read and work.Netnetwork.Outline
// do.
func OutlineNetwork(ctx context.Context, file string, src []byte, o OutlineOptions) (Outline, error) {
	n, err := network.Read(file, src)
	if err != nil {
		return Outline{}, err
	}
	o.Clock = clock.System
	return n.Outline(ctx, o)
}
