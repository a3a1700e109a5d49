// Package period is windows, freezes and busy times as they are stated, checked, kept and held in memory, with the permits to
// pass a soft freeze. Who may change them and what a change means elsewhere is package calendar's.
package period
