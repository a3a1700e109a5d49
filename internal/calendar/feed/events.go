package feed

// The entries of feeds and sources.
const (
	FeedMade     = "feed.made"
	FeedRotated  = "feed.rotated"
	FeedRevoked  = "feed.revoked"
	SourceAdded  = "source.added"
	SourceSynced = "source.synced"
	SourceClosed = "source.closed"
)
