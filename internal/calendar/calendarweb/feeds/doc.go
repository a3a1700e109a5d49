// Package feeds is the pages of calendars that people subscribe to and of calendars that are imported, and the address
// that calendar programs read.
package feeds
