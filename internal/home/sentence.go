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
	"release.retargeted":         {"Release retargeted: ", []string{"~"}},
	"release.held":               {"Release put on hold: ", []string{"~"}},
	"release.resumed":            {"Release resumed: ", []string{"~"}},
	"release.cancelled":          {"Release cancelled: ", []string{"~"}},
	"release.closed":             {"Release closed: ", []string{"~"}},
	"scope.added":                {"Scope item added: ", []string{"item.key"}},
	"scope.changed":              {"Scope item changed: ", []string{"after.key"}},
	"scope.removed":              {"Scope item removed: ", []string{"item.key"}},
	"milestone.added":            {"Milestone added: ", []string{"name"}},
	"milestone.changed":          {"Milestone changed: ", []string{"after.name"}},
	"milestone.removed":          {"Milestone removed: ", []string{"milestone.name"}},
	"deliverable.added":          {"Deliverable added: ", []string{"name"}},
	"deliverable.changed":        {"Deliverable changed: ", []string{"after.name"}},
	"deliverable.removed":        {"Deliverable removed: ", []string{"deliverable.name"}},
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
	"task.reopened":              {"Task reopened: ", []string{"after.name"}},
	"window.added":               {"Window added: ", []string{"name", "after.name", "key"}},
	"window.changed":             {"Window changed: ", []string{"after.name"}},
	"window.withdrawn":           {"Window withdrawn: ", []string{"key"}},
	"freeze.added":               {"Freeze added: ", []string{"name", "after.name", "key"}},
	"freeze.changed":             {"Freeze changed: ", []string{"after.name"}},
	"freeze.withdrawn":           {"Freeze withdrawn: ", []string{"key"}},
	"freeze.permitted":           {"Let through a freeze: ", []string{"release~"}},
	"freeze.permit_withdrawn":    {"Permit to pass a freeze withdrawn: ", []string{"release~"}},
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
