// Package job runs background work that is enqueued inside the transaction that causes it.
//
// A job is a short hint ("advance run X"), never the truth: it may run more than once, two jobs may run in any order, and
// after a restore there are none until the areas derive them again from their tables. Work that must outlive its
// timeout keeps its own state and leases and uses jobs to be woken.
//
// One Runner serves both engines. On SQLite an embedded driver starts a job the moment its transaction is durable; on
// PostgreSQL it is River, joined into the same transaction, for any number of replicas. Both drivers pass one
// conformance suite.
//
// The package does not know what any job does, and nothing of attempts, leases or tokens of runs: these belong to
// the run engine.
package job
