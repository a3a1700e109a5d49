package deploy

// The entries of the area. The subject of a run's and its steps' entries is the run; the payload names the step.
const (
	RunStarted        = "run.started"
	RunOverridden     = "run.overridden" // started, or gone on, against a refusal: with its reasons
	RunPaused         = "run.paused"
	RunResumed        = "run.resumed"
	RunAbortRequested = "run.abort_requested"
	RunRollbackBegun  = "run.rollback_begun"
	RunSucceeded      = "run.succeeded"
	RunFailed         = "run.failed"
	RunAborted        = "run.aborted"
	RunRolledBack     = "run.rolled_back"
	RunCommented      = "run.commented"
	RunFreezeMet      = "run.freeze_met" // a freeze began while it was live: with what it does to the run
	RunReasoned       = "run.reasoned"   // the reason of a roll back, given afterwards

	StepStarted       = "step.started" // an attempt was claimed, or a wait began
	StepAsked         = "step.asked"
	StepConfirmed     = "step.confirmed" // by a person
	StepRefused       = "step.refused"   // by a person
	StepSucceeded     = "step.succeeded"
	StepFailed        = "step.failed"
	StepAttemptFailed = "step.attempt_failed" // another attempt follows
	StepUnknown       = "step.left_unknown"   // whether it took effect is not known
	StepRepeated      = "step.repeated"       // the same attempt again, with the same key
	StepChecked       = "step.check_started"
	StepAdopted       = "step.adopted" // a living command has another keeper
	StepRetried       = "step.retried"
	StepSkipped       = "step.skipped"
	StepStopped       = "step.stopped"
	StepCancelled     = "step.cancelled"
	StepNotified      = "step.notified"
	StepReassigned    = "step.reassigned"
)
