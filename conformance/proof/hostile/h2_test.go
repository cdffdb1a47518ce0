package hostile

import (
	"net"
)

type h2talk func()

func (s *server) converse2(net.Conn) {}
