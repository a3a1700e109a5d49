package home

import (
	"encoding/json"
	"strconv"
	"strings"
)

// sentence is what an action says: words, and where in the payload the name of its subject stands. The first path that
// holds something is taken; "~" is the name that was looked up.
type sentence struct {
	words string
	paths []string
}

// sentences say what the known actions mean. What is not here follows the general rule of Sentence.
var sentences = map[string]sentence{
	"release.created":            {"Release created: ", []string{"~", "name", "key"}},
	"release.imported":           {"Release imported: ", []string{"~", "name", "key"}},
	"release.changed":            {"Release changed: ", []string{"~"}},
	"release.planned":            {"Release planned: ", []string{"~"}},
	"release.activated":          {"Release activated: ", []string{"~"}},
	"release.approved":           {"Release approved: ", []string{"~"}},
	"release.reopened":           {"Release reopened by a change: ", []string{"~"}},
	"release.deployment_started": {"Deployment started: ", []string{"~"}},
	"release.deployment_stopped": {"Deployment stopped: ", []string{"~"}},
	"release.deployed":           {"Release deployed: ", []string{"~"}},
	"release.verified":           {"Release verified: ", []string{"~"}},
	"release.rolled_back":        {"Release rolled back: ", []string{"~"}},
	"release.moved":              {"Date of the release moved: ", []string{"~"}},
	"release.retargeted":         {"Release retargeted: ", []string{"~"}},
	"release.held":               {"Release put on hold: ", []string{"~"}},
	"release.resumed":            {"Release resumed: ", []string{"~"}},
	"release.cancelled":          {"Release cancelled: ", []string{"~"}},
	"release.closed":             {"Release closed: ", []string{"~"}},
	"scope.added":                {"Scope item added: ", []string{"item.key"}},
	"scope.changed":              {"Scope item changed: ", []string{"after.key"}},
	"scope.removed":              {"Scope item removed: ", []string{"item.key"}},
	"scope.change_proposed":      {"Change of the scope proposed: ", []string{"title"}},
	"scope.change_applied":       {"Change of the scope approved and carried out: ", []string{"title"}},
	"scope.change_declined":      {"Change of the scope declined: ", []string{"title"}},
	"scope.change_withdrawn":     {"Change of the scope withdrawn: ", []string{"title"}},
	"budget.added":               {"Line of the budget added: ", []string{"after.name"}},
	"budget.changed":             {"Line of the budget changed: ", []string{"after.name"}},
	"budget.booked":              {"Booked to the budget: ", []string{"name"}},
	"budget.removed":             {"Line of the budget removed: ", []string{"before.name"}},
	"train.added":                {"Train added: ", []string{"name"}},
	"train.changed":              {"Train changed: ", []string{"name"}},
	"train.paused":               {"Train paused: ", []string{"name"}},
	"train.resumed":              {"Train resumed: ", []string{"name"}},
	"train.closed":               {"Train closed: ", []string{"name"}},
	"train.opened":               {"Release opened by its train: ", []string{"release"}},
	"train.skipped":              {"Date of a train left out: ", []string{"name"}},
	"train.stalled":              {"A train could not open its release: ", []string{"name"}},
	"roadmap.proposed":           {"Date proposed: ", []string{"key"}},
	"roadmap.countered":          {"Another date put on the table: ", []string{"key"}},
	"roadmap.consented":          {"A role agreed to the date of ", []string{"key"}},
	"roadmap.refused":            {"Date refused: ", []string{"key"}},
	"roadmap.settled":            {"Date agreed: ", []string{"key"}},
	"roadmap.moved":              {"Agreed date moved with the window: ", []string{"key"}},
	"roadmap.withdrawn":          {"Date withdrawn: ", []string{"key"}},
	"roadmap.published":          {"Date published: ", []string{"key"}},
	"request.filed":              {"Release requested: ", []string{"title"}},
	"request.accepted":           {"Request accepted: ", []string{"title"}},
	"request.boarded":            {"Request went onto the release of its train: ", []string{"title"}},
	"request.returned":           {"Request is open again, since its train was closed: ", []string{"title"}},
	"request.deferred":           {"Request put off: ", []string{"title"}},
	"request.declined":           {"Request declined: ", []string{"title"}},
	"request.withdrawn":          {"Request withdrawn: ", []string{"title"}},
	"repository.added":           {"Repository added: ", []string{"key"}},
	"repository.changed":         {"Repository changed: ", []string{"key"}},
	"repository.removed":         {"Repository removed: ", []string{"key"}},
	"repository.fetched":         {"Repository fetched: ", []string{"key"}},
	"action.added":               {"Action added: ", []string{"after.title"}},
	"action.changed":             {"Action changed: ", []string{"after.title"}},
	"action.started":             {"Action begun: ", []string{"after.title"}},
	"action.said_done":           {"Action said to be done: ", []string{"after.title"}},
	"action.sent_back":           {"Proof of an action sent back: ", []string{"after.title"}},
	"action.closed":              {"Action closed: ", []string{"after.title"}},
	"action.dropped":             {"Action dropped: ", []string{"after.title"}},
	"action.reopened":            {"Action reopened: ", []string{"after.title"}},
	"action.reminded":            {"Reminded of an action: ", []string{"title"}},
	"action.overdue":             {"Action overdue: ", []string{"title"}},
	"action.escalated":           {"Overdue action escalated: ", []string{"title"}},
	"milestone.added":            {"Milestone added: ", []string{"name"}},
	"milestone.changed":          {"Milestone changed: ", []string{"after.name"}},
	"milestone.removed":          {"Milestone removed: ", []string{"milestone.name"}},
	"deliverable.added":          {"Deliverable added: ", []string{"name"}},
	"deliverable.changed":        {"Deliverable changed: ", []string{"after.name"}},
	"deliverable.removed":        {"Deliverable removed: ", []string{"deliverable.name"}},
	"phase.changed":              {"Plan of a phase changed: ", []string{"after.name"}},
	"phase.entered":              {"Phase entered: ", []string{"phase"}},
	"phase.left":                 {"Phase left: ", []string{"phase"}},
	"template.added":             {"Template added: ", []string{"id"}},
	"template.changed":           {"Template changed: ", []string{"id"}},
	"task.added":                 {"Task added: ", []string{"name", "after.name"}},
	"task.changed":               {"Task changed: ", []string{"after.name"}},
	"task.started":               {"Task started: ", []string{"after.name"}},
	"task.blocked":               {"Task blocked: ", []string{"after.name"}},
	"task.done":                  {"Task done: ", []string{"after.name"}},
	"task.dropped":               {"Task dropped: ", []string{"after.name"}},
	"plan.imported":              {"Plan imported from a file", nil},
	"task.reopened":              {"Task reopened: ", []string{"after.name"}},
	"task.reported":              {"Task reported on: ", []string{"after.name"}},
	"task.chased":                {"Nothing heard of a task for days: ", []string{"name"}},
	"forecast.made":              {"Forecast made", nil},
	"baseline.saved":             {"Baseline saved: ", []string{"name"}},
	"dependency.proposed":        {"Dependency proposed: ", []string{"after.what", "what"}},
	"dependency.changed":         {"Dependency changed: ", []string{"after.what", "what"}},
	"dependency.accepted":        {"Dependency agreed: ", []string{"after.what", "what"}},
	"dependency.doubted":         {"Dependency at risk: ", []string{"after.what", "what"}},
	"dependency.delivered":       {"Delivered to who waited: ", []string{"after.what", "what"}},
	"dependency.withdrawn":       {"Dependency withdrawn: ", []string{"after.what", "what"}},
	"dependency.dates_moved":     {"Dates of a dependency moved with a window: ", []string{"what"}},
	"dependency.taker_delayed":   {"A slip hits who waits: ", []string{"release"}},
	"dependency.taker_relieved":  {"No slip hits any more: ", []string{"release"}},
	"workingtime.set":            {"Working time stated from ", []string{"since"}},
	"workingtime.removed":        {"Statement of working time taken back, from ", []string{"since"}},
	"team.lead_named":            {"Lead of a team named: ", []string{"name"}},
	"holiday.set":                {"Holidays stated: ", []string{"name"}},
	"holiday.removed":            {"Holidays removed: ", []string{"name"}},
	"absence.requested":          {"Days away requested from ", []string{"first"}},
	"absence.granted":            {"Days away granted from ", []string{"first"}},
	"absence.refused":            {"Days away refused from ", []string{"first"}},
	"absence.withdrawn":          {"Days away withdrawn from ", []string{"first"}},
	"skill.set":                  {"Skills stated", nil},
	"deputy.set":                 {"Deputies named", nil},
	"tool.set":                   {"Tool stated: ", []string{"name"}},
	"resource.requested":         {"People or tools requested: ", []string{"name"}},
	"resource.granted":           {"Request for people or tools granted: ", []string{"name"}},
	"resource.refused":           {"Request for people or tools refused: ", []string{"name"}},
	"resource.withdrawn":         {"Request for people or tools withdrawn: ", []string{"name"}},
	"allocation.made":            {"Time promised: ", []string{"name"}},
	"allocation.changed":         {"Promised time changed: ", []string{"after.name"}},
	"window.added":               {"Window added: ", []string{"name", "after.name", "key"}},
	"window.changed":             {"Window changed: ", []string{"after.name"}},
	"window.withdrawn":           {"Window withdrawn: ", []string{"key"}},
	"feed.made":                  {"Calendar feed made: ", []string{"name"}},
	"feed.rotated":               {"Calendar feed given another address: ", []string{"name"}},
	"feed.revoked":               {"Calendar feed revoked: ", []string{"name"}},
	"source.added":               {"Calendar imported: ", []string{"name", "key"}},
	"source.synced":              {"Imported calendar changed: ", []string{"name", "key"}},
	"source.closed":              {"Import of a calendar ended: ", []string{"name", "key"}},
	"freeze.added":               {"Freeze added: ", []string{"name", "after.name", "key"}},
	"freeze.changed":             {"Freeze changed: ", []string{"after.name"}},
	"freeze.withdrawn":           {"Freeze withdrawn: ", []string{"key"}},
	"freeze.permitted":           {"Let through a freeze: ", []string{"release~"}},
	"freeze.permit_withdrawn":    {"Permit to pass a freeze withdrawn: ", []string{"release~"}},
	"busy.added":                 {"Busy time added: ", []string{"name", "after.name", "key"}},
	"busy.changed":               {"Busy time changed: ", []string{"after.name"}},
	"busy.withdrawn":             {"Busy time withdrawn: ", []string{"key"}},
	"booking.requested":          {"Booking asked for: ", []string{"name", "thing"}},
	"booking.confirmed":          {"Booking confirmed: ", []string{"name", "thing"}},
	"booking.declined":           {"Booking declined: ", []string{"name", "thing"}},
	"booking.moved":              {"Booking moved: ", []string{"name", "thing"}},
	"booking.withdrawn":          {"Booking withdrawn: ", []string{"name", "thing"}},
	"booking.offered":            {"Booking offered back: ", []string{"name", "thing"}},
	"booking.kept":               {"Booking kept: ", []string{"name", "thing"}},
	"booking.rule_changed":       {"How a thing may be booked changed: ", []string{"name", "thing"}},
	"conflict.found":             {"Conflict found: ", []string{"text"}},
	"conflict.accepted":          {"Conflict accepted: ", []string{"text"}},
	"conflict.reopened":          {"Conflict open again: ", []string{"text"}},
	"conflict.gone":              {"Conflict gone: ", []string{"text"}},
	"impact.stated":              {"Impact on users stated: ", []string{"service"}},
	"impact.announced":           {"Users told of an impact: ", []string{"service"}},
	"impact.dropped":             {"Impact on users dropped: ", []string{"service"}},
	"calendar.published":         {"Calendar published: ", []string{"name"}},
	"calendar.read_acknowledged": {"Calendar read: ", []string{"name"}},
	"calendar.readers_chased":    {"Readers of the calendar chased: ", []string{"name"}},
	"product.added":              {"Product added: ", []string{"name", "key"}},
	"product.changed":            {"Product changed: ", []string{"after.name"}},
	"service.added":              {"Service added: ", []string{"name", "key"}},
	"service.changed":            {"Service changed: ", []string{"after.name"}},
	"environment.added":          {"Environment added: ", []string{"name", "key"}},
	"environment.changed":        {"Environment changed: ", []string{"after.name"}},
	"deployment.recorded":        {"Deployment recorded: ", []string{"serviceKey"}},
	"version.barred":             {"Version barred: ", []string{"version"}},
	"version.lifted":             {"Bar of a version lifted: ", []string{"version"}},
	"clearance.answered":         {"Clearance answered: ", []string{"answer"}},
	"override.given":             {"Override given: ", []string{"reason"}},
	"override.withdrawn":         {"Override withdrawn: ", []string{"reason"}},
	"approval.signed":            {"Approval signed for ", []string{"role"}},
	"approval.declined":          {"Approval declined for ", []string{"role"}},
	"approval.withdrawn":         {"Approval withdrawn for ", []string{"role"}},
	"approval.asked":             {"Approval asked of ", []string{"role"}},
	"delegation.made":            {"Delegation made for ", []string{"role"}},
	"delegation.ended":           {"Delegation ended", nil},
	"poll.opened":                {"Go/no-go opened, round ", []string{"round"}},
	"poll.called":                {"Go/no-go asked ", []string{"role"}},
	"poll.answered":              {"Go/no-go answered for ", []string{"answer.role"}},
	"poll.closed":                {"Go/no-go closed without a decision, round ", []string{"round"}},
	"decision.sealed":            {"Decision sealed: ", []string{"outcome"}},
	"condition.done":             {"Condition done: ", []string{"text"}},
	"condition.reopened":         {"Condition reopened: ", []string{"text"}},
	"criterion.added":            {"Criterion added: ", []string{"after.name", "criterion"}},
	"criterion.changed":          {"Criterion changed: ", []string{"after.name", "criterion"}},
	"criterion.dropped":          {"Criterion dropped: ", []string{"before.name", "criterion"}},
	"criterion.answered":         {"Criterion answered: ", []string{"criterion"}},
	"evidence.received":          {"Evidence received for ", []string{"criterion", "kind"}},
	"waiver.asked":               {"Waiver asked for ", []string{"criterion"}},
	"waiver.granted":             {"Waiver granted for ", []string{"criterion"}},
	"waiver.ended":               {"Waiver ended for ", []string{"criterion"}},
	"risk.opened":                {"Risk opened: ", []string{"after.title", "key"}},
	"risk.changed":               {"Risk changed: ", []string{"after.title", "key"}},
	"risk.assessed":              {"Risk assessed: ", []string{"after.title", "key"}},
	"risk.mitigated":             {"Response to a risk planned: ", []string{"after.title", "key"}},
	"risk.assigned":              {"Risk assigned: ", []string{"after.title", "key"}},
	"risk.accepted":              {"Risk accepted: ", []string{"after.title", "key"}},
	"risk.closed":                {"Risk closed: ", []string{"after.title", "key"}},
	"risk.reopened":              {"Risk reopened: ", []string{"after.title", "key"}},
	"runbook.added":              {"Runbook added: ", []string{"content.name", "key"}},
	"runbook.changed":            {"Runbook changed: ", []string{"content.name", "key"}},
	"runbook.chosen":             {"Runbook chosen: ", []string{"runbook"}},
	"run.started":                {"Run started: run ", []string{"run"}},
	"run.overridden":             {"Run overridden: run ", []string{"run"}},
	"run.paused":                 {"Run paused: run ", []string{"run"}},
	"run.resumed":                {"Run resumed: run ", []string{"run"}},
	"run.abort_requested":        {"Abort of the run requested: run ", []string{"run"}},
	"run.rollback_begun":         {"Roll back begun: run ", []string{"run"}},
	"run.succeeded":              {"Run succeeded: run ", []string{"run"}},
	"run.failed":                 {"Run failed: run ", []string{"run"}},
	"run.aborted":                {"Run aborted: run ", []string{"run"}},
	"run.rolled_back":            {"Run rolled back: run ", []string{"run"}},
	"run.freeze_met":             {"A freeze began during the run: ", []string{"name"}},
	"run.commented":              {"Run commented: run ", []string{"run"}},
	"run.reasoned":               {"Reason of the roll back given: run ", []string{"run"}},
	"step.check_started":         {"Outcome of a step being looked up: ", []string{"step"}},
	"step.attempt_failed":        {"Attempt of a step failed: ", []string{"step"}},
	"step.left_unknown":          {"Outcome of a step unknown: ", []string{"step"}},
	"step.asked":                 {"Answer to a step asked for: ", []string{"step"}},
	"step.adopted":               {"Step taken over by another replica: ", []string{"step"}},
	"step.notified":              {"Message sent by a step: ", []string{"step"}},
	"token.made":                 {"Token made: ", []string{"name"}},
	"token.changed":              {"Token changed: ", []string{"after.name"}},
	"token.revoked":              {"Token revoked", nil},
	"session.opened":             {"Signed in", nil},
	"session.closed":             {"Signed out", nil},
	"session.refused":            {"Sign-in refused", nil},
	"password.changed":           {"Password changed", nil},
	"team.added":                 {"Team added: ", []string{"name"}},
	"team.changed":               {"Team changed: ", []string{"name"}},
	"team.closed":                {"Team closed: ", []string{"name"}},
	"team.reopened":              {"Team reopened: ", []string{"name"}},
	"role.defined":               {"Role defined: ", []string{"name"}},
	"role.changed":               {"Role changed: ", []string{"name"}},
	"role.granted":               {"Role granted: ", []string{"role"}},
	"role.revoked":               {"Role revoked: ", []string{"role"}},
	"ledger.epoch_started":       {"Epoch of the record started: ", []string{"epoch"}},
	"ledger.redacted":            {"Entry redacted: ", []string{"reason"}},
}

// Sentence says in words what an entry means: "Risk opened: Vendor slips". An action that has no words of its own is read
// as noun and verb, followed by the name of its subject.
func (e Entry) Sentence() string {
	var payload any
	_ = json.Unmarshal(e.Payload, &payload) // redacted or malformed: the words stand alone
	s, known := sentences[e.Action]
	if !known {
		noun, verb, _ := strings.Cut(e.Action, ".")
		s = sentence{capital(noun) + " " + strings.ReplaceAll(verb, "_", " ") + ": ", []string{"~", "step", "name", "title", "key", "after.name", "after.title", "after.key", "id"}}
	}
	for _, p := range s.paths {
		if name := e.at(payload, p); name != "" {
			return s.words + name + e.outcome(payload)
		}
	}
	bare := strings.TrimRight(s.words, ": ")
	for _, end := range []string{" for", " of", ", round", ": run"} {
		bare = strings.TrimSuffix(bare, end)
	}
	return bare
}

// outcomes are where the answer stands that an action gives, told behind its subject.
var outcomes = map[string]string{"poll.answered": "answer.answer"}

func (e Entry) outcome(payload any) string {
	p, ok := outcomes[e.Action]
	if !ok {
		return ""
	}
	switch a := e.at(payload, p); a {
	case "":
		return ""
	case "go-if":
		return ": GO IF"
	default:
		return ": " + strings.ToUpper(a)
	}
}

// at returns the text at a path of the payload, or one of the names that stand for it.
func (e Entry) at(payload any, path string) string {
	switch path {
	case "~":
		return e.Name
	case "release~":
		return e.ReleaseName
	case "id":
		return e.Subject.ID
	}
	for part := range strings.SplitSeq(path, ".") {
		m, ok := payload.(map[string]any)
		if !ok {
			return ""
		}
		payload = m[part]
	}
	switch v := payload.(type) {
	case string:
		if strings.HasSuffix(path, "role") {
			return strings.ReplaceAll(v, "-", " ")
		}
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
