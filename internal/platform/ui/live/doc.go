// Package live keeps pages fresh: a hub of topics that is woken when something was committed, and streams of server-sent
// events that answer a wake with the current fragments of what has changed, rendered for the one who looks.
//
// The hub carries no content. A wake says only that a topic has moved to a ledger sequence; every stream then asks its page
// to render what is new since the last one it sent. So a slow reader costs no memory, many wakes become one answer, and a
// reader that was away gets the present state and not a history. It knows nothing of the ledger, of rights or of pages.
package live
