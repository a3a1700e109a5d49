package e2e

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// tiny is a real service: a Git repository with two tags, built, tested and deployed as one would. The second version
// compiles and passes its tests, but its health says no. Repository, binaries and reports are made once and only read; where
// it runs is each journey's own.
type tiny struct {
	tinySource
	t    *testing.T
	run  string // holds the pid of what runs, and the script
	port int
}

// tinySource is what developers hand over: one binary, one commit and one report of the tests for each version.
type tinySource struct {
	bin    string
	commit map[string]string
	report map[string]string // in JUnit's form
}

var tinyVersions = []struct {
	version string
	status  int
}{{"1.0.0", 200}, {"1.1.0", 503}}

const tinyMain = `package main

import (
	"fmt"
	"net/http"
	"os"
)

const version = %q

func status() int { return %d }

func main() {
	http.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status())
		fmt.Fprintf(w, "{\"version\": %%q, \"healthy\": %%t}", version, status() == 200)
	})
	if err := http.ListenAndServe(os.Args[1], nil); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`

const tinyTest = `package main

import "testing"

func TestVersion(t *testing.T) {
	if version == "" {
		t.Fatal("no version")
	}
}

func TestAnswersSomething(t *testing.T) {
	if status() < 200 {
		t.Fatal("no status")
	}
}
`

// deployScript ends what runs and starts another version. A process that has ended has given its port back, also where nobody collects its
// exit status (state Z); while it ends it has no program any more, but the port still. What is started stays behind only once it has a session
// of its own: what a command leaves in its process group is ended with it.
const deployScript = `set -eu
version=$1
if [ -f pid ]; then
	kill "$(cat pid)" 2>/dev/null || true
	while state=$(sed 's/.*) //' "/proc/$(cat pid)/stat" 2>/dev/null) && [ "${state%%%% *}" != Z ]; do sleep 0.05; done
fi
setsid "%[1]s/tiny-$version" 127.0.0.1:%[2]d >"$version.log" 2>&1 </dev/null &
echo $! >pid
while [ -d "/proc/$!" ] && [ "$(readlink "/proc/$!/exe")" != "%[1]s/tiny-$version" ]; do sleep 0.05; done
echo "started $version as $(cat pid)"
`

func newTiny(t *testing.T) *tiny {
	t.Helper()
	source, err := tinyMade()
	if err != nil {
		t.Fatal(err)
	}
	y := &tiny{tinySource: source, t: t, run: t.TempDir(), port: freePort(t)}
	y.write(filepath.Join(y.run, "deploy.sh"), fmt.Sprintf(deployScript, y.bin, y.port))
	t.Cleanup(y.stop)
	return y
}

// tinyMade commits, tags, checks out, builds and tests each version.
var tinyMade = sync.OnceValues(func() (made tinySource, err error) {
	dir := filepath.Join(scratch, "tiny")
	repo := filepath.Join(dir, "repo")
	made = tinySource{bin: filepath.Join(dir, "bin"), commit: map[string]string{}, report: map[string]string{}}
	for _, d := range []string{dir, repo, made.bin} {
		if err := os.Mkdir(d, 0o700); err != nil {
			return made, err
		}
	}
	gotestsum, err := exec.Command("go", "tool", "-n", "gotestsum").Output()
	if err != nil {
		return made, fmt.Errorf("gotestsum: %w", err)
	}
	tool := func(name string, args ...string) (out string) {
		if err == nil {
			out, err = tinyTool(repo, name, args...)
		}
		return out
	}
	write := func(name, text string) {
		if err == nil {
			err = os.WriteFile(filepath.Join(repo, name), []byte(text), 0o600)
		}
	}
	tool("git", "init", "-q", "-b", "main")
	write("go.mod", "module tiny\n\ngo 1.26\n")
	write("main_test.go", tinyTest)
	for _, v := range tinyVersions {
		tag := "v" + v.version
		write("main.go", fmt.Sprintf(tinyMain, v.version, v.status))
		tool("git", "add", ".")
		tool("git", "-c", "user.name=Tiny", "-c", "user.email=tiny@example.com", "commit", "-q", "-m", "TINY-"+v.version+": version "+v.version)
		tool("git", "tag", tag)
		made.commit[v.version] = strings.TrimSpace(tool("git", "rev-parse", tag))
	}
	for _, v := range tinyVersions {
		made.report[v.version] = filepath.Join(dir, "junit-"+v.version+".xml")
		tool("git", "checkout", "-q", "v"+v.version)
		tool("go", "build", "-o", filepath.Join(made.bin, "tiny-"+v.version), ".")
		tool(strings.TrimSpace(string(gotestsum)), "--junitfile", made.report[v.version], "--", "./...")
	}
	return made, err
})

// tinyTool runs a program in the repository that has to succeed.
func tinyTool(repo, name string, args ...string) (string, error) {
	c := exec.Command(name, args...)
	c.Dir = repo
	c.Env = append(os.Environ(), "GOFLAGS=", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	out, err := c.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

func (y *tiny) write(file, text string) {
	y.t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		y.t.Fatal(err)
	}
}

// answers returns what the running service says of itself, "" if nothing does.
func (y *tiny) answers() string {
	res, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/health", y.port))
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return ""
	}
	return string(b)
}

// stop ends what the runbook started.
func (y *tiny) stop() {
	b, err := os.ReadFile(filepath.Join(y.run, "pid"))
	if errors.Is(err, os.ErrNotExist) {
		return
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || pid <= 1 {
		return
	}
	_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended
}

// runbook deploys tiny by a command, looks at its health, and records it.
func (y *tiny) runbook() string {
	return fmt.Sprintf(`kind: runbook
key: tiny
name: Tiny
rollback_on_failed_verification: true
steps:
  - {key: bridge, name: Open the bridge, kind: manual, owner: operations, planned: 1m}
  - key: deploy
    name: Deploy tiny
    kind: command
    planned: 1m
    needs: [bridge]
    on_unknown: ask
    back_out: undo
    timeout: 30s
    command: {argv: [/bin/sh, deploy.sh, "${service.tiny.version}"], dir: %[1]q}
  - key: smoke
    name: Smoke test
    kind: http
    planned: 1m
    needs: [deploy]
    on_unknown: repeat
    verification: true
    retries: 3
    retry_wait: 1s
    http: {url: "http://127.0.0.1:%[2]d/health", expect: [200], condition: answer.healthy}
  - {key: record, name: Record it, kind: record, needs: [smoke], record: {service: tiny, environment: prod, version: "${service.tiny.version}"}}
back_out:
  steps:
    - key: undo
      name: Put the last version back
      kind: command
      on_unknown: repeat
      timeout: 30s
      command: {argv: [/bin/sh, deploy.sh, "${service.tiny.before}"], dir: %[1]q}
`, y.run, y.port)
}

const tinyBank = `
kind: product
key: tinies
name: Tinies
---
kind: service
key: tiny
name: Tiny
product: tinies
---
{kind: environment, key: staging, name: Staging, tier: staging, default: open}
---
{kind: environment, key: prod, name: Production, tier: production, default: open, rule: release-only}
---
kind: template
key: guarded
name: Guarded
phases:
  - {key: ready, name: Ready, days: 1}
criteria:
  - {key: tests, name: All tests pass, kind: junit, question: tested, phase: ready, owner: qa, evidence: {subject: manifest, minTests: 2}}
  - {key: scanned, name: No critical finding, kind: fact, question: secure, phase: ready, owner: security, evidence: {subject: manifest}, condition: fact.critical == 0}
  - {key: reviewed, name: Runbook reviewed, kind: confirmation, phase: ready, owner: operations}
  - {key: backout, name: A way back, kind: backout, phase: ready, owner: operations}
  - {key: signed-qa, name: QA has signed, kind: approval, question: authorised, phase: ready, role: qa}
  - {key: decided, name: The go/no-go is decided, kind: poll, question: authorised, phase: ready, owner: release-manager}
approvals:
  - {role: qa, name: QA, sections: [scope, manifest, criteria]}
  - {role: security, name: Security, sections: [manifest]}
  - {role: operations, name: Operations, sections: [runbook, back-out, window]}
  - {role: product, name: Product, sections: [scope, plan]}
poll:
  roles:
    - {role: qa, name: QA, mandatory: true}
    - {role: security, name: Security, mandatory: true}
    - {role: operations, name: Operations, mandatory: true}
    - {role: product, name: Product}
policy: {fourEyes: true}
`

// world is a server with the tiny service and the people around it; tokens are by key.
type world struct {
	*server
	tiny   *tiny
	tokens map[string]string
}

func newWorld(t *testing.T, args []string) *world {
	t.Helper()
	y := newTiny(t)
	w := &world{server: start(t, append(args, "--commands", "--command-directories", y.run, "--allow-calls", "127.0.0.1")), tiny: y, tokens: map[string]string{}}
	for _, r := range []string{"qa", "security", "operations", "product"} {
		w.must(adminToken, "role", "add", r, "--name", strings.ToUpper(r[:1])+r[1:])
	}
	w.apply(tinyBank)
	w.apply(y.runbook())
	w.tokens["rory"] = w.person("rory", "Rory Manager", "release-manager")
	w.tokens["quinn"] = w.person("quinn", "Quinn Quality", "approver", "contributor", "qa")
	w.tokens["sam"] = w.person("sam", "Sam Security", "approver", "contributor", "security")
	w.tokens["olive"] = w.person("olive", "Olive Operator", "approver", "operator", "operations")
	w.tokens["pat"] = w.person("pat", "Pat Product", "approver", "product")
	w.tokens["pipeline"] = w.person("robin", "Robin Pipeline", "pipeline")
	return w
}

// as runs a command line as somebody.
func (w *world) as(who string, args ...string) string {
	w.t.Helper()
	return w.must(w.tokens[who], args...)
}

// verdict returns the word and the codes of the reasons, and checks the exit status against the word.
func (w *world) verdict(key string) (word string, codes []string) {
	w.t.Helper()
	var v struct {
		Verdict string `json:"verdict"`
		Reasons []struct {
			Code      string `json:"code"`
			Criterion string `json:"criterion"`
		} `json:"reasons"`
	}
	r := w.run(w.tokens["rory"], "release", "verdict", key, "--output", "json")
	decode(w.t, r.out, &v)
	if (v.Verdict == "go") != (r.status == 0) || r.status != 0 && r.status != 3 {
		w.t.Errorf("verdict %s ended with %d", v.Verdict, r.status)
	}
	for _, x := range v.Reasons {
		codes = append(codes, x.Criterion+":"+x.Code)
	}
	return v.Verdict, codes
}

// prove makes the release of a version of tiny and proves all that machines and one person can prove; each step is checked
// by the verdict that follows it. What is missing afterwards are signatures and the decision.
func (w *world) prove(key, version string) {
	w.t.Helper()
	from, to := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339), time.Now().Add(5*time.Hour).UTC().Format(time.RFC3339)
	w.as("rory", "release", "create", key, "--product", "tinies", "--version", version, "--template", "guarded", "--window", from+"/"+to,
		"--service", "tiny="+version+"@"+w.digest(version), "--environment", "prod", "--runbook", "tiny")
	w.as("rory", "scope", "add", key, "TINY-1", "--title", "Say how it is", "--commit", w.tiny.commit[version])
	w.as("rory", "release", "plan", key)
	w.as("rory", "release", "activate", key)
	w.wants(key, "tests:")
	w.as("pipeline", "evidence", "add", key, "--kind", "junit", "--criterion", "tests", w.tiny.report[version])
	w.wants(key, "scanned:")
	scan := func(critical int) {
		file := filepath.Join(w.t.TempDir(), "scan.json")
		w.tiny.write(file, fmt.Sprintf(`{"critical": %d, "high": 2}`, critical))
		w.as("pipeline", "evidence", "add", key, "--kind", "fact", "--criterion", "scanned", file)
	}
	scan(1)
	if word := w.wants(key, "scanned:"); word != "no-go" {
		w.t.Errorf("with a critical finding the verdict is %s, want no-go", word)
	}
	scan(0)
	if _, codes := w.verdict(key); strings.Contains(strings.Join(codes, " "), "scanned:") {
		w.t.Errorf("the newer scan does not count: %v", codes)
	}
	w.wants(key, "reviewed:")
	w.as("olive", "criterion", "confirm", key, "reviewed")
	w.wants(key, "signed-qa:")
}

// wants checks that the release is not GO for a reason that begins so, and returns the verdict's word.
func (w *world) wants(key, reason string) string {
	w.t.Helper()
	word, codes := w.verdict(key)
	if word == "go" {
		w.t.Errorf("GO before %s", reason)
	}
	if !strings.Contains(strings.Join(codes, " "), reason) {
		w.t.Errorf("no reason of %s among %v", reason, codes)
	}
	return word
}

// guard takes a version of tiny to where only the decision is missing, all by command line.
func (w *world) guard(key, version string) {
	w.t.Helper()
	w.prove(key, version)
	for who, role := range map[string]string{"quinn": "qa", "sam": "security", "olive": "operations", "pat": "product"} {
		w.as(who, "approve", key, "--role", role, "--comment", "Read it.")
	}
	w.wants(key, "decided:")
}

func (w *world) digest(version string) string {
	w.t.Helper()
	out, err := exec.Command("sha256sum", filepath.Join(w.tiny.bin, "tiny-"+version)).Output()
	if err != nil {
		w.t.Fatal(err)
	}
	return "sha256:" + strings.Fields(string(out))[0]
}

// decide holds the go/no-go by command line.
func (w *world) decide(key string) {
	w.t.Helper()
	w.as("rory", "poll", "open", key)
	for who, role := range map[string]string{"quinn": "qa", "sam": "security", "olive": "operations", "pat": "product"} {
		w.as(who, "poll", "answer", key, "--role", role, "--answer", "go")
	}
	w.as("rory", "poll", "decide", key, "--decision", "go", "--reason", "Everything is proven.")
	if word, codes := w.verdict(key); word != "go" {
		w.t.Fatalf("the verdict is %s: %v", word, codes)
	}
}

// carry runs a release to its end and returns the run.
func (w *world) carry(key string) runView {
	w.t.Helper()
	var r runView
	w.into(w.tokens["rory"], &r, "run", "start", key)
	run := r.ID
	w.asked(w.tokens["olive"], run, "bridge")
	w.as("olive", "run", "confirm", run, "bridge")
	eventually(w.t, 3*time.Minute, "the run ends", func() bool {
		r = w.watch(w.tokens["rory"], run)
		return r.State != "running" && r.State != "paused"
	})
	return r
}

func (w *world) state(key string) string {
	w.t.Helper()
	var r struct {
		State string `json:"state"`
	}
	w.into(w.tokens["rory"], &r, "release", "show", key)
	return r.State
}
