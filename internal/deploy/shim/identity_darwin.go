package shim

import (
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

func bootID() (string, bool) {
	t, err := unix.SysctlTimeval("kern.boottime")
	if err != nil {
		return "", false
	}
	return fmt.Sprint(t.Sec), true
}

func startOf(pid int) (string, bool) {
	const zombie = 5 // SZOMB of sys/proc.h
	p, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil || int(p.Proc.P_pid) != pid || p.Proc.P_stat == zombie {
		return "", false
	}
	return fmt.Sprintf("%d.%06d", p.Proc.P_starttime.Sec, p.Proc.P_starttime.Usec), true
}

// dies does nothing: macOS cannot tie a process to its parent. An orphan is reported by Adopt and ended by Cancel.
func dies(*syscall.SysProcAttr) {}
