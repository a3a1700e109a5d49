package strict

// Limits bounds an input before and while it is read. The zero value of a field stands for its default.
type Limits struct {
	Bytes  int // greatest size of the whole input; default 1 MiB
	Depth  int // greatest nesting of lists and mappings; default 64
	Faults int // how many faults are reported at most; default 20
}

const (
	defaultBytes  = 1 << 20
	defaultDepth  = 64
	defaultFaults = 20
	shown         = 60 // bytes of a foreign text that a message repeats
)

func (l Limits) filled() Limits {
	if l.Bytes <= 0 {
		l.Bytes = defaultBytes
	}
	if l.Depth <= 0 {
		l.Depth = defaultDepth
	}
	if l.Faults <= 0 {
		l.Faults = defaultFaults
	}
	return l
}
