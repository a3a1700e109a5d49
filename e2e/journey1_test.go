package e2e

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"slipway/internal/platform/ui/uitest"
)

// seat is one browser with cookies of its own, in which one person sits at a time.
type seat struct {
	*world
	ctx  context.Context
	name string
}

const passphrase = "four words are enough, they say"

// steps does things in the browser that have to succeed.
func (b *seat) steps(what string, list ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, list...); err != nil {
		seen, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.pathname + ": " + document.body.innerText.slice(0, 2000)`))
		b.t.Fatalf("%s browser, %s: %v; the page says %q", b.name, what, err, seen)
	}
}

// sees waits for a condition in JavaScript.
func (b *seat) sees(what, js string) {
	b.t.Helper()
	uitest.Until(b.t, b.ctx, b.name+" browser, "+what, js)
}

// open loads a page of the server.
func (b *seat) open(path string) { b.t.Helper(); uitest.Open(b.t, b.ctx, b.URL+path, uitest.Looks[0]) }

// typing types into a field.
func typing(selector, text string) chromedp.Action[chromedp.Void] {
	return chromedp.SendKeys(chromedp.CSS(selector), text)
}

func clicking(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

// invited makes a person of the server somebody who can sign in: an administrator makes the link by command line, the
// person sets a password in the browser and is signed in.
func (b *seat) invited(who string) {
	b.t.Helper()
	b.must(adminToken, "person", "set", who, "--email", who+"@tiny.example")
	link := strings.TrimSpace(b.must(adminToken, "person", "invite", who))
	u, err := url.Parse(link)
	if err != nil || !strings.HasPrefix(link, b.URL+"/") {
		b.t.Fatalf("the invitation of %s is no link to the server: %q, %v", who, link, err)
	}
	b.open(u.Path)
	b.steps("set a password", typing(`input[name=password]`, passphrase), typing(`input[name=again]`, passphrase), clicking(`form.stack button`))
	b.sees(who+" is signed in", `!location.pathname.startsWith("/invitation") && !!document.querySelector("main")`)
}

// leave signs whoever sits there out.
func (b *seat) leave() {
	b.t.Helper()
	b.open("/profile")
	b.steps("sign out", clicking(`form[action="/sign-out"] button`))
	b.sees("nobody is signed in", `location.pathname === "/sign-in"`)
}

// enter signs somebody in at a page that asks for it.
func (b *seat) enter(who, path string) {
	b.t.Helper()
	b.open(path)
	b.sees("the page asks who it is", `location.pathname === "/sign-in"`)
	b.steps("sign in", typing(`input[name=login]`, who+"@tiny.example"), typing(`input[name=password]`, passphrase), clicking(`form[action="/sign-in"] button`))
	b.sees(who+" is where they wanted to go", fmt.Sprintf(`location.pathname === %q`, path))
}

// sign approves in the page.
func (b *seat) sign(key, role string) {
	b.t.Helper()
	b.open("/releases/" + key + "/approve?role=" + role)
	b.steps("sign", clicking("#sign"))
	b.sees("the signature counts", `!!document.querySelector("#withdraw")`)
}

// watches waits until the page's stream is open, and marks the page so that a reload would show.
func (b *seat) watches() {
	b.t.Helper()
	b.sees("the page is live", `document.querySelector("[data-lamp]").dataset.lamp === "live"`)
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`window.unloaded = true`)); err != nil {
		b.t.Fatal(err)
	}
}

// same adds to a condition that the page was not loaded again since watches.
func same(js string) string { return "window.unloaded === true && (" + js + ")" }

// answer says GO in the room, where somebody sits already.
func (b *seat) answer(name string) {
	b.t.Helper()
	b.steps("answer", clicking(`#answering label.opt:has(input[value="go"])`), typing(`#answering input[name=comment]`, "Looked at by "+name+"."), clicking("#send-answer"))
	b.sees("the answer stands", answered(name))
}

// answered is the condition that a role has answered GO in the room.
func answered(name string) string {
	return fmt.Sprintf(`[...document.querySelectorAll("#room-board li")].some(l => l.querySelector(".role").textContent.trim() === %q && l.dataset.s === "go")`, name)
}

// TestJourney1FromPlanToVerified takes a release of real input to verified production. Evidence comes by command line; four
// people approve and answer in two browsers and see each other's answers appear; the manager decides and starts the run in
// the page, the operator confirms in the console, the smoke test passes, and the record verifies without the server.
func TestJourney1FromPlanToVerified(t *testing.T) {
	engines(t, func(t *testing.T, args []string) {
		const key = "tiny-1.0.0"
		w := newWorld(t, args)
		w.prove(key, "1.0.0")
		left, right := &seat{w, uitest.Browser(t), "left"}, &seat{w, uitest.Browser(t), "right"}

		left.invited("quinn")
		left.sign(key, "qa")
		left.leave()
		left.invited("sam")
		left.sign(key, "security")
		left.leave()
		right.invited("olive")
		right.sign(key, "operations")
		right.leave()
		right.invited("pat")
		right.sign(key, "product")
		w.wants(key, "decided:")

		room := "/releases/" + key + "/go-no-go"
		left.invited("rory")
		left.open(room)
		left.steps("open the poll", clicking("#open-poll"))
		left.sees("the room is open", `!!document.querySelector("#room-board")`)
		left.leave()

		right.open(room)
		right.watches()
		left.enter("quinn", room)
		left.answer("QA")
		right.sees("QA's answer appears", same(answered("QA")))
		left.watches()
		right.answer("Product")
		left.sees("Product's answer appears", same(answered("Product")))
		right.watches()
		left.leave()
		left.enter("sam", room)
		left.answer("Security")
		right.sees("Security's answer appears", same(answered("Security")))
		right.leave()
		left.watches()
		right.enter("olive", room)
		right.answer("Operations")
		left.sees("the answer of Operations appears", same(answered("Operations")))
		right.watches()
		left.leave()
		w.wants(key, "decided:")

		left.enter("rory", room)
		left.steps("decide", clicking(`label.opt:has(input[name=decision][value="go"])`), typing(`textarea[name=reason]`, "Everything is proven."), clicking("#record-decision"))
		left.sees("the decision is sealed", `!!document.querySelector("#room-decided") && document.querySelector("#room-decided").innerText.includes("Everything is proven.")`)
		right.sees("the decision appears", `document.body.innerText.includes("Everything is proven.")`)
		if word, codes := w.verdict(key); word != "go" {
			t.Fatalf("after the decision the verdict is %s: %v", word, codes)
		}

		left.open("/releases/" + key + "/runbook/start")
		left.steps("start the run", clicking(`form[action$="/runbook/start"] button.primary`))
		left.sees("the console is there", `location.pathname.startsWith("/runs/")`)
		path, err := chromedp.Run(left.ctx, chromedp.Evaluate[string](`location.pathname`))
		if err != nil {
			t.Fatal(err)
		}
		left.watches()
		right.open(path)
		right.watches()
		right.sees("the bridge waits for Olive", `!!document.querySelector("#run-step-acts button.go")`)
		right.steps("confirm the bridge", clicking("#run-step-acts button.go"))
		const succeeded = `document.querySelector("#run-head .pill").innerText.includes("Succeeded")`
		right.sees("the run succeeds", succeeded)
		left.sees("the run succeeds in the other browser too", same(succeeded))
		if s := w.state(key); s != "verified" {
			t.Errorf("the release is %s, want verified", s)
		}
		if a := w.tiny.answers(); !strings.Contains(a, `"1.0.0"`) || !strings.Contains(a, "true") {
			t.Errorf("what runs says %q", a)
		}
		left.leave()
		right.leave()

		file := filepath.Join(t.TempDir(), "record.jsonl")
		w.must(adminToken, "ledger", "export", key, "--to", file)
		public := strings.TrimSpace(w.must(adminToken, "ledger", "key"))
		w.stop()
		w.must("", "verify", file, "--key", public)
	})
}
