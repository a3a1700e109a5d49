//go:build linux || darwin

package shim

// identity names one process of one boot.
type identity struct {
	Boot  string `json:"boot"`
	Pid   int    `json:"pid"`
	Start string `json:"start"` // in the system's own unit
}

// identify returns the identity of a living process.
func identify(pid int) (identity, bool) {
	boot, ok := bootID()
	if !ok {
		return identity{}, false
	}
	start, ok := startOf(pid)
	return identity{boot, pid, start}, ok
}

// alive reports whether that very process lives and is more than a zombie.
func (i identity) alive() bool {
	if i.Pid <= 0 {
		return false
	}
	now, ok := identify(i.Pid)
	return ok && now == i
}
