// Package riskweb is the pages of the risk register: the register with its heat map, a risk with its forms and its
// history, the tab of a release, and the panel that other pages show.
//
// The tab stands in the frame of a release, which the application gives as a ReleasePage.
package riskweb
