package move

// ReleaseMoved is the entry of a date that was moved, with what moved along and the reason.
const ReleaseMoved = "release.moved"
