package observe

import "syscall"

// What a connection that failed is told by Winsock, whose numbers are not those that package syscall has under the names of Unix.
var (
	refusedErrnos = []syscall.Errno{10061}                                          // WSAECONNREFUSED
	resetErrnos   = []syscall.Errno{syscall.WSAECONNRESET, syscall.WSAECONNABORTED} // of the other side, or of this one
	limitErrnos   = []syscall.Errno{10024, 10049, 10055}                            // WSAEMFILE, WSAEADDRNOTAVAIL, WSAENOBUFS
)
