// Package feed is calendars that leave Slipway and calendars that come in.
//
// A feed is one person's view of the calendar under a secret address that a calendar program reads: what concerns
// the person, a product, an environment, or everything that the person may see. It shows what the person may see at the
// instant it is asked, and nothing once it is revoked or the person is no longer active.
//
// A source is the calendar of somebody else, fetched on a schedule or uploaded: days off, maintenance of a supplier. Its events are
// kept as rows that the calendar shows; they open and close nothing.
//
// The package does not know HTTP, pages or tasks: what it needs of these it declares.
package feed
