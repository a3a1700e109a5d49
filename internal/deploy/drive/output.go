package drive

import (
	"sort"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"slipway/internal/clock"
)

// logEvery is how long output is gathered before it becomes a commit of its own.
const logEvery = 500 * time.Millisecond

// output gathers the log of an attempt. What is left goes with the commit of its result.
type output struct {
	c Claim

	mu      sync.Mutex
	parts   []Part
	offset  int64 // of the command's output that is gathered
	partial []byte
	secrets []string
	since   time.Time
}

// say adds a line of Slipway's own.
func (o *output) say(line string) { o.add("slipway", line+"\n") }

func (o *output) add(source, text string) {
	if text == "" {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	text = o.masked(text)
	if n := len(o.parts); n > 0 && o.parts[n-1].Source == source {
		o.parts[n-1].Text += text
	} else {
		o.parts = append(o.parts, Part{source, text})
	}
	if o.since.IsZero() {
		o.since = clock.System.Now()
	}
}

// bytes adds output of a command up to an offset of its file. A character that is cut in two waits for its other half.
func (o *output) bytes(b []byte, offset int64) {
	o.mu.Lock()
	b = append(o.partial, b...)
	cut := len(b)
	for i := 1; i <= min(utf8.UTFMax-1, len(b)); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-i:]) {
				cut = len(b) - i
			}
			break
		}
	}
	o.partial = append([]byte(nil), b[cut:]...)
	o.offset = offset - int64(len(o.partial))
	o.mu.Unlock()
	o.add("output", string(b[:cut]))
}

// hide keeps a secret out of everything that is said from now on.
func (o *output) hide(secret string) {
	if len(secret) < 4 {
		return // too short to be one, and it would mask half of the log
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.secrets = append(o.secrets, secret)
	sort.Slice(o.secrets, func(i, j int) bool { return len(o.secrets[i]) > len(o.secrets[j]) })
}

func (o *output) masked(text string) string {
	for _, s := range o.secrets {
		text = strings.ReplaceAll(text, s, "•••")
	}
	return text
}

// log is what was gathered and is not stored yet.
func (o *output) log() Log {
	o.mu.Lock()
	defer o.mu.Unlock()
	return Log{append([]Part(nil), o.parts...), o.offset}
}

// flush stores what was gathered if it has waited long enough. A fault leaves it for the next time.
func (o *output) flush(d *Driver) {
	o.mu.Lock()
	due := len(o.parts) > 0 && clock.System.Now().Sub(o.since) >= logEvery
	if !due {
		o.mu.Unlock()
		return
	}
	now := Log{o.parts, o.offset}
	o.parts, o.since = nil, time.Time{}
	o.mu.Unlock()
	err := d.o.Store.Keep(d.ctx, o.c, now)
	if err == nil {
		return
	}
	if d.ctx.Err() == nil {
		d.o.Fault(err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.parts = append(now.Parts, o.parts...)
	o.since = clock.System.Now()
}
