package drive

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
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

// bytes adds output of a command up to an offset of its file. A character that is cut in two waits for its other half, and
// what may be the beginning of a secret for what follows; end adds what still waits.
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
	cut = o.before(b, cut)
	o.partial = append([]byte(nil), b[cut:]...)
	o.offset = offset - int64(len(o.partial))
	o.mu.Unlock()
	o.add("output", string(b[:cut]))
}

// end adds what waited for more output, now that there is none.
func (o *output) end() {
	o.mu.Lock()
	b := o.partial
	o.partial, o.offset = nil, o.offset+int64(len(b))
	o.mu.Unlock()
	o.add("output", strings.ToValidUTF8(string(b), ""))
}

// before returns where the longest end of b[:cut] begins that a secret begins with; cut if there is none. It cuts through
// no secret that is whole.
func (o *output) before(b []byte, cut int) int {
	first := o.beginning(b, cut)
	for again := true; again; {
		again = false
		for _, s := range o.secrets {
			from := max(0, first-len(s)+1)
			if i := bytes.Index(b[from:min(first+len(s)-1, cut)], []byte(s)); i >= 0 {
				first, again = from+i, true
			}
		}
	}
	return first
}

func (o *output) beginning(b []byte, cut int) int {
	first := cut
	for _, s := range o.secrets {
		for n := min(len(s)-1, cut); n > cut-first; n-- {
			if string(b[cut-n:cut]) == s[:n] {
				first = cut - n
				break
			}
		}
	}
	return first
}

// hide keeps a secret out of everything that is said from now on: as it is, each of its lines, and as JSON, an address or
// base64 would carry it.
func (o *output) hide(secret string) {
	const least = 4 // what is shorter is no secret, and would mask half of the log
	if len(secret) < least {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte(secret))}
	for _, html := range []bool{true, false} {
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(html)
		if err := e.Encode(secret); err == nil {
			forms = append(forms, b.String()[1:b.Len()-2])
		}
	}
	forms = append(forms, strings.Split(secret, "\n")...)
	for _, f := range forms {
		if f = strings.TrimRight(f, "=\r"); len(f) >= least && !slices.Contains(o.secrets, f) {
			o.secrets = append(o.secrets, f)
		}
	}
	sort.Slice(o.secrets, func(i, j int) bool { return len(o.secrets[i]) > len(o.secrets[j]) })
}

// clean is a text without the secrets.
func (o *output) clean(text string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.masked(text)
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
