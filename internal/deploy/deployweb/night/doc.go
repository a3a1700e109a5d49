// Package night is the tab Runbook of a release: the runbook that is bound to it, the planned night and the way back, what
// rehearsals say of them, and the forms that choose, rehearse and start.
package night
