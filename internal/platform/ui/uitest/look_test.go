package uitest

import "testing"

// A condition may be looked at while its page is still coming.
func TestUntilWaitsForWhatAConditionSpeaksOf(t *testing.T) {
	ctx := Browser(t)
	Open(t, ctx, "about:blank", Looks[0])
	Until(t, ctx, "the third look", `(window.looks = (window.looks ?? 0) + 1) > 2 || document.querySelector("#late").innerText === "here"`)
}
