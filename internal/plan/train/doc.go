// Package train keeps the trains of products: cadences whose releases are opened by Slipway itself when their lead time comes,
// each date once, whatever the number of replicas and however long the server was down.
//
// It does not know how a cadence recurs nor when deployments are frozen: both are asked of a Calendar, which lies above.
package train
