package decide

// The entries of the area. No entry says that an approval became void or a decision stale: the change that did it has its own.
const (
	ApprovalSigned    = "approval.signed"
	ApprovalDeclined  = "approval.declined"
	ApprovalWithdrawn = "approval.withdrawn"
	ApprovalAsked     = "approval.asked"
	DelegationMade    = "delegation.made"
	DelegationEnded   = "delegation.ended"
	PollOpened        = "poll.opened"
	PollCalled        = "poll.called"
	PollAnswered      = "poll.answered"
	PollClosed        = "poll.closed"
	DecisionSealed    = "decision.sealed"
	ConditionDone     = "condition.done"
	ConditionReopened = "condition.reopened"
)
