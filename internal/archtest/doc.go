// Package archtest holds the architecture as tests: who may import whom, how big a package may grow, what must be documented,
// and the one vocabulary of dotted words. The rules about imports are read from the tables of docs/architecture.md.
//
// It parses source text only and checks no types, so that it answers in about a second and also while a package does not compile.
// It knows nothing of what the code does. Every violation names file, line and the reason of the rule; what a rule must let pass
// stands in exceptions.go with its own reason.
package archtest
