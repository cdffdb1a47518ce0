package harness

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// PeakMemory reads the most memory that a process has had (VmHWM, in KiB) until it ends; 0 where the system does not tell.
// What wait4 tells will not do: it counts what the parent had when it forked.
func PeakMemory(pid int) int {
	peak := 0
	for {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		_, after, found := strings.Cut(string(status), "VmHWM:")
		if err != nil || !found {
			return peak
		}
		fmt.Sscan(after, &peak)
		time.Sleep(5 * time.Millisecond)
	}
}
