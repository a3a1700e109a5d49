package work

// The entries of the area.
const (
	TaskAdded    = "task.added"
	TaskChanged  = "task.changed"
	TaskStarted  = "task.started"
	TaskBlocked  = "task.blocked"
	TaskDone     = "task.done"
	TaskDropped  = "task.dropped"
	TaskReopened = "task.reopened"
	TaskReported = "task.reported"
	TaskChased   = "task.chased"
)

// actions names the entry that a new status makes.
var actions = map[Status]string{ToDo: TaskReopened, Doing: TaskStarted, Blocked: TaskBlocked, Done: TaskDone, Dropped: TaskDropped}
