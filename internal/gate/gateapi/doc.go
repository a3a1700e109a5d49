// Package gateapi is the gate's operations: verdicts, criteria with their confirmations and waivers, and evidence.
package gateapi
