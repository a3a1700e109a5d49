// Package wake tells goroutines of one process that there may be something to do. It carries no data and keeps no count: who
// wakes looks for itself.
package wake
