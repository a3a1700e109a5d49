package publication

// The entries of published versions.
const (
	CalendarPublished = "calendar.published"
	CalendarRead      = "calendar.read_acknowledged"
	CalendarChased    = "calendar.readers_chased"
)
