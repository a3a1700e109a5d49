// Package desk is what the pages of runs and runbooks share: for whom a page is drawn, the words and shapes of runs and steps,
// pictures of graphs that have not started, and the rows of lists.
package desk
