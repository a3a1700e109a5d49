package shim

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"syscall"
)

func bootID() (string, bool) {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(b)), err == nil
}

// startOf returns the start time of a process in clock ticks since the boot: field 22 of proc(5) stat. The name in field 2
// may hold anything, so fields are counted from its closing bracket.
func startOf(pid int) (string, bool) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return "", false
	}
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	if len(f) < 20 || f[0] == "Z" || f[0] == "X" {
		return "", false
	}
	return f[19], true
}

// dies makes the command die with its shim: nobody would read its exit status.
func dies(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGKILL }
