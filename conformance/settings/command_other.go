//go:build !unix

package settings

import (
	"os/exec"
	"runtime"
)

// setShell takes the shell of Windows.
func setShell(cmd *exec.Cmd, line string) {
	if runtime.GOOS != "windows" {
		return
	}
	other := exec.Command("cmd", "/C", line)
	cmd.Path, cmd.Args, cmd.Err = other.Path, other.Args, other.Err
}
