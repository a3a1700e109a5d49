package demo

import (
	"fmt"
	"strings"
)

// batched is a runbook in which the way back of a service goes in batches and takes longer.
func batched(book, service string, environments ...string) string {
	for _, e := range environments {
		was := fmt.Sprintf("name: Put %s back in %s\n      lane: %[2]s\n      kind: http\n      planned: 3m", service, e)
		book = strings.Replace(book, was, fmt.Sprintf("name: Put %s back in %s in batches of 5,000\n      lane: %[2]s\n      kind: http\n      planned: 7m", service, e), 1)
	}
	return book
}

// rolling writes the runbook of a release that deploys its services one environment after the other, looks whether they
// are well, and records what went where. Its way back installs what ran before. A version that is
// not well takes the run back by itself.
func rolling(key, name, bank string, services, environments []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "kind: runbook\nkey: %s\nname: %s\nrollback_on_failed_verification: true\n", key, name)
	b.WriteString("lanes:\n  - {key: command, name: Command}\n")
	for _, e := range environments {
		fmt.Fprintf(&b, "  - {key: %s, name: %s}\n", e, e)
	}
	b.WriteString("  - {key: verification, name: Verification}\n")
	fmt.Fprintf(&b, "parameters:\n  - {name: bank, description: Address of the bank's machinery, default: %q}\n", bank)
	b.WriteString("steps:\n  - {key: open, name: Open the bridge, lane: command, kind: manual, owner: release-manager, planned: 3m, instructions: Everybody on the bridge says who they are.}\n")
	last := "open"
	for _, e := range environments {
		for _, s := range services {
			d, v, r := "deploy-"+s+"-"+e, "verify-"+s+"-"+e, "record-"+s+"-"+e
			fmt.Fprintf(&b, `  - key: %[1]s
    name: Deploy %[4]s to %[5]s
    lane: %[5]s
    kind: http
    planned: 4m
    needs: [%[6]s]
    on_unknown: repeat
    back_out: undo-%[4]s-%[5]s
    timeout: 2m
    http: {method: POST, url: "${param.bank}/%[5]s/%[4]s/deploy", headers: {Content-Type: application/json}, body: '{"version": "${service.%[4]s.version}"}', condition: answer.version != ""}
  - key: %[2]s
    name: %[4]s is well in %[5]s
    lane: verification
    kind: http
    planned: 2m
    needs: [%[1]s]
    on_unknown: repeat
    verification: true
    http: {url: "${param.bank}/%[5]s/%[4]s/health?version=${service.%[4]s.version}", condition: answer.healthy && answer.expected}
  - key: %[3]s
    name: Record %[4]s in %[5]s
    lane: %[5]s
    kind: record
    needs: [%[2]s]
    back_out: recorded-%[4]s-%[5]s
    record: {service: %[4]s, environment: %[5]s, version: "${service.%[4]s.version}"}
`, d, v, r, s, e, last)
			last = r
		}
	}
	fmt.Fprintf(&b, "  - {key: close, name: Close the bridge, lane: command, kind: manual, owner: release-manager, planned: 2m, needs: [%s]}\n", last)
	b.WriteString("back_out:\n  steps:\n")
	for _, e := range environments {
		for _, s := range services {
			fmt.Fprintf(&b, `    - key: undo-%[1]s-%[2]s
      name: Put %[1]s back in %[2]s
      lane: %[2]s
      kind: http
      planned: 3m
      on_unknown: repeat
      http: {method: POST, url: "${param.bank}/%[2]s/%[1]s/deploy", headers: {Content-Type: application/json}, body: '{"version": "${service.%[1]s.before}"}'}
    - key: recorded-%[1]s-%[2]s
      name: Record %[1]s back in %[2]s
      lane: %[2]s
      kind: record
      needs: [undo-%[1]s-%[2]s]
      record: {service: %[1]s, environment: %[2]s, version: "${service.%[1]s.before}", outcome: rolled-back}
`, s, e)
		}
	}
	return b.String()
}
