// Package openness decides from windows and freezes whether deployments to one environment are allowed at an instant, and
// when that changes. It is the rule CA2 and nothing else: the periods it is given already match the service and environment in
// question. It does not know scopes, recurrence, releases, versions or people's rights.
//
// In order:
//
//  1. a hard freeze is active: closed;
//  2. windows match and none is active: closed;
//  3. a soft freeze is active that its owner has not let this deployment pass: needs approval;
//  4. a window is active: open;
//  5. no window matches: the environment's stated default, which a soft freeze turns from open to needs approval.
//
// A window counts as matching as long as it is in the list, whether it is over or still to come. Were a past window not counted, an
// environment that is open by default would open in the minute its window ends. Who wants the default back withdraws the window.
package openness
