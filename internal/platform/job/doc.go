// Package job runs background work that is enqueued inside the transaction that causes it.
package job
