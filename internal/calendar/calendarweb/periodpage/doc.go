// Package periodpage is the pages of windows, freezes and busy times, on which the effect of a change is seen before it is published.
package periodpage
