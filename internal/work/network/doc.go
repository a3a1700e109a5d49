// Package network reads a network of tasks from a file and works it out without a server: schedule, levelling, forecast. It is what
// `slipway plan schedule` does, and knows neither releases nor a database.
package network
