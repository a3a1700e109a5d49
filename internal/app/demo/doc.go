// Package demo is the demonstration: Aldermoor Bank with its people, services and releases on an ordinary Slipway, and a
// small bank of HTTP services that its runbooks really deploy to. Everything it shows went through the services that
// anybody else would use, so that its ledger verifies.
package demo
