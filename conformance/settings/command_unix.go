//go:build unix

package settings

import (
	"os/exec"
	"syscall"
)

// setShell has the shell's own processes end with it.
func setShell(cmd *exec.Cmd, _ string) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
