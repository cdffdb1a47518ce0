//go:build !windows

package observe

import "syscall"

// What a connection that failed is told by the system.
var (
	refusedErrnos = []syscall.Errno{syscall.ECONNREFUSED}
	resetErrnos   = []syscall.Errno{syscall.ECONNRESET, syscall.EPIPE}
	limitErrnos   = []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL} // this machine has no more connections
)
