// Package metrics tells a Prometheus-shaped collector how the server fares: requests, transactions, jobs, the ledger,
// runs. It has a registry of its own and knows nothing of where the figures come from; the application gives functions.
package metrics
