// Package gate guards releases: the criteria of each release, the evidence, confirmations and waivers they are judged by,
// and the verdict computed from all of it. Criteria come from the release's template and may be added, changed and dropped
// by those who may; they are the section "criteria" of its content.
//
// Evidence is immutable. Its original bytes are kept under their digest, and it is bound to what the release carried when it
// was received. What is computed (the verdict, whether evidence is stale, what a condition gives for a fact) is never stored.
//
// It does not know how signatures, polls, windows, risks and runbooks work. What the verdict needs of them comes through
// Sources, which areas above and beside implement.
package gate
