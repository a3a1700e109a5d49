package uitest

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// A condition may be looked at while its page is still coming.
func TestUntilWaitsForWhatAConditionSpeaksOf(t *testing.T) {
	ctx := Browser(t)
	Open(t, ctx, "about:blank", Looks[0])
	Until(t, ctx, "the third look", `(window.looks = (window.looks ?? 0) + 1) > 2 || document.querySelector("#late").innerText === "here"`)
}

// stopped is a test that keeps the sentence it is stopped with.
type stopped struct {
	testing.TB
	said string
}

func (s *stopped) Helper() {}
func (s *stopped) Fatalf(format string, args ...any) {
	s.said = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// A tab without a page has nothing to wait for: what is asked of it would hang until the test's own limit.
func TestUntilBeforeOpenFailsAtOnce(t *testing.T) {
	ctx, s := Browser(t), &stopped{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		Until(s, ctx, "the list is there", "true")
	}()
	<-done
	if want := "the list is there: no page is open in this tab. Call Open first."; !strings.HasPrefix(s.said, want) {
		t.Errorf("it says %q, wanted %q", s.said, want)
	}
}
