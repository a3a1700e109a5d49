// Package riskapi is the operations of the risk register.
package riskapi
