// Package bench holds the benchmarks that need the whole product: the run engine with everything around it, pages and lists
// through net/http, and the start of the binary. Those of one area stand beside that area. Each measures its limit in the same
// run, in turn with what it is about, and reports both medians and their ratio, since machines are noisy.
//
// `go test ./internal/bench -bulk big -run '^$' -bench .` makes the big data set (20,000 services, 300 environments, 200
// freezes, 10,000 releases, 1,000,000 entries) first; without -bulk big a small one stands in for it, whose figures say nothing.
//
// Nothing here is part of the product.
package bench
