// Package compare tells two JSON documents apart, line by line, as people read a change. It knows nothing of what they say.
package compare
