// Package apply turns files into changes: documents with a kind and a key, all in one transaction, and back again. It
// knows the kinds only by what areas register; what a kind means, who may change it and what entry that leaves is theirs.
package apply
