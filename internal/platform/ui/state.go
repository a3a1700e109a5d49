package ui

// State is what a shape, a word and a colour say together. It is written into data-s, and components read their colours
// from it.
type State string

// The states of the design, in order of trust.
const (
	Go     State = "go"   // met, done, approved: filled circle with a tick
	GoIf   State = "cond" // go with conditions, waived: ring with a tick
	Hold   State = "hold" // at risk, late, drift: triangle
	NoGo   State = "nogo" // not met, failed, rolled back: octagon
	Live   State = "live" // running, in session: half-filled ring
	Wait   State = "wait" // pending, planned, not polled: dashed ring
	Skip   State = "skip" // skipped: ring with a dash
	Freeze State = "frz"  // freeze: diamond
	Now    State = "now"  // now, or your turn: pointer; never a status
)

// States lists all of them.
var states = []State{Go, GoIf, Hold, NoGo, Live, Wait, Skip, Freeze, Now}

// States returns all states in the order of the design.
func States() []State { return append([]State(nil), states...) }

var stateWords = map[State]string{
	Go: "GO", GoIf: "GO with conditions", Hold: "Hold", NoGo: "NO-GO", Live: "In progress", Wait: "Pending", Skip: "Skipped",
	Freeze: "Freeze", Now: "Now",
}

// Word returns the word that stands for the state when nothing better is known.
func (s State) Word() string { return stateWords[s] }

// Says returns text, or the word of the state when there is none.
func (s State) Says(text string) string {
	if text != "" {
		return text
	}
	return s.Word()
}
