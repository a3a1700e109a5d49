// Package round keeps the rounds of a go/no-go with their answers and conditions, seals their decisions and puts them into
// minutes. It does not know who may open, answer or decide one, and records nothing in the ledger.
package round
