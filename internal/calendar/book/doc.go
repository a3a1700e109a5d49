// Package book is windows and freezes ready for many questions: which of them meet a service in an environment, how a
// stretch of time lies in the open time of a place, and where two periods meet. The rule for one instant is package openness.
//
// It knows no database, no releases and no people; what it holds was read and expanded by package calendar.
package book
