// Package dial is the one way out of Slipway: HTTP calls to addresses that configuration allows. Private, loopback,
// link-local and other special ranges are refused unless a host, address or network is listed; the address is judged after
// its name was resolved, so that no name leads around the rule. Redirects, sizes and times are bounded.
//
// It does not know what is called or why, and logs nothing.
package dial
