// Package httpx is the edge of the server: listening, limits, request identity, the real client behind trusted proxies,
// refusal of plain HTTP beyond loopback, cross-origin protection, security headers, compression, access log, recovery
// from panics, health and graceful shutdown. It knows nothing of what the routes do, of pages or of people.
package httpx
