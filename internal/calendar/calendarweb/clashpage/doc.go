// Package clashpage is the pages of conflicts: the card with the picture of what does not go together and the ways out that were
// checked, the list, and the page on which a conflict is accepted by name.
package clashpage
