package deploy_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/deploy"
	"slipway/internal/deploy/deploytest"
	"slipway/internal/deploy/runbook"
	"slipway/internal/platform/backup"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

const everywhere = `kind: runbook
key: everywhere
parameters:
  - {name: bank, required: true}
  - {name: dir, required: true}
steps:
  - key: call
    kind: http
    http:
      method: POST
      url: "${param.bank}/to/${release.key}/${environment.key}/${run.mode}?token=${secret.router}&version=${service.payments-core.version}"
      headers: {Authorization: "Bearer ${secret.router}", X-Was: "${service.payments-core.before}", X-Tier: "${environment.tier} ${release.version}"}
      body: '{"digest": "${service.payments-core.digest}", "plain": "$${x}", "number": "${run.number}", "secret": "${secret.body}"}'
      condition: status == 202 && headers["x-state"] == "ready"
  - key: text
    kind: http
    needs: [call]
    http: {url: "${param.bank}/text", condition: 'headers["content-type"].startsWith("text/plain") && !("x-none" in headers)'}
  - key: notjson
    kind: http
    http: {url: "${param.bank}/text", condition: answer.ok}
  - key: run
    kind: command
    needs: [call]
    command:
      argv: [sh, -c, "echo $VERSION $1 ${run.mode}; echo key=$KEY; printf hush-; sleep 0.3; echo pieces; exit 3", sh, "${step.call.state}-${release.key}"]
      dir: "${param.dir}"
      env: {VERSION: "${service.payments-core.version} in ${environment.name}", KEY: "<${secret.key}>", OTHER: "${secret.pieces}"}
  - {key: missing, kind: http, http: {url: "${param.bank}/x", headers: {Authorization: "${secret.missing}"}}}
  - {key: gone, kind: http, http: {url: "http://127.0.0.1:1/${secret.address}"}}
`

// Placeholders stand for the same in every field, and what a secret stands for is in no log, reason, entry or backup.
func TestPlaceholdersAndSecretsEverywhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := t.TempDir()
		got := make(chan string, 10)
		x := newTarget(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/text" {
				w.Header().Set("Content-Type", "text/plain; charset=utf-8")
				_, _ = io.WriteString(w, "not JSON")
				return
			}
			h := r.Header
			got <- r.URL.RequestURI() + "|" + h.Get("Authorization") + "|" + h.Get("X-Was") + "|" + h.Get("X-Tier")
			w.Header().Set("X-State", "ready")
			w.WriteHeader(http.StatusAccepted)
			_, _ = io.WriteString(w, strings.Repeat("-", 4<<10-5)+h.Get("Authorization")) // the secret across the end of the excerpt
		})
		w := deploytest.New(t, d, func(o *deploy.Options) { o.Commands.Directories = []string{dir} })
		w.Put(t, everywhere)
		r := w.Ready(t, "payments-26.11.0", "everywhere")
		params := map[string]string{"bank": x.URL, "dir": dir}
		if _, err := w.Books.SetRunbook(w.Admin, r.Key, 0, deploy.Choice{Parameters: &params}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Catalog.RecordDeployment(w.Admin, catalog.NewDeployment{Service: "payments-core", Environment: "prod-north", Version: "8.31.0"}); err != nil {
			t.Fatal(err)
		}
		w.Start(t)
		run := w.Begin(t, r.Key, deploy.NewRun{})
		w.Step(t, run.ID, "text", runbook.StepSucceeded)
		want := "/to/payments-26.11.0/prod-north/live?token=hush-router&version=8.32.0|Bearer hush-router|8.31.0|production "
		if g := <-got; !strings.HasPrefix(g, want) {
			t.Errorf("the call was %q, want %q", g, want)
		}
		x.mu.Lock()
		if all := strings.Join(x.seen, "\n"); !strings.Contains(all, `"plain": "${x}", "number": "1", "secret": "hush-body"}`) {
			t.Errorf("%s", all)
		}
		x.mu.Unlock()
		for step, says := range map[string]string{
			"run": "status 3", "notjson": "not JSON", "missing": "needs the secret missing, and this Slipway has none", "gone": "",
		} {
			v := w.Step(t, run.ID, step, runbook.StepFailed)
			if s, _ := v.Course.Step(step); !strings.Contains(s.Reason, says) {
				t.Errorf("%s: %q does not say %q", step, s.Reason, says)
			}
		}
		log, _, err := w.Runs.Log(w.Admin, run.ID, deploy.LogFilter{}, 0)
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, c := range log {
			text += c.Text
		}
		for _, want := range []string{"8.32.0 in ", " succeeded-payments-26.11.0 live\n", "key=<•••>\n", "•••\n", "token=•••&version"} {
			if !strings.Contains(text, want) {
				t.Errorf("the log lacks %q:\n%s", want, text)
			}
		}
		v, err := w.Runs.View(w.Admin, run.ID)
		if err != nil {
			t.Fatal(err)
		}
		page, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		file, err := os.Create(filepath.Join(t.TempDir(), "backup"))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, err := backup.Write(t.Context(), d, file, backup.Info{}); err != nil {
			t.Fatal(err)
		}
		for where, s := range map[string]string{"log": text, "run": string(page), "backup": unzipped(t, file.Name())} {
			s = strings.ReplaceAll(s, "printf hush-; sleep", "") // the text of the runbook itself
			if i := strings.Index(s, "hush"); i >= 0 {
				t.Errorf("a secret is in the %s: …%s…", where, s[max(0, i-200):min(len(s), i+80)])
			}
		}
	})
}

func unzipped(t *testing.T, name string) string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
