package observe

import (
	"errors"
	"net"
	"net/netip"
	"testing"
)

func TestClassOf(t *testing.T) {
	for address, want := range map[string]addressClass{
		"8.8.8.8": classPublic, "2001:db8::1": classPublic, "64:ff9b::808:808": classPublic, "172.32.0.1": classPublic,
		"127.0.0.1": classLoopback, "127.9.9.9": classLoopback, "::1": classLoopback, "0.0.0.0": classLoopback, "::": classLoopback,
		"::ffff:127.0.0.1": classLoopback, "::127.0.0.1": classLoopback, "64:ff9b::7f00:1": classLoopback, "2002:7f00:1::": classLoopback,
		"10.1.2.3": classPrivate, "172.16.0.1": classPrivate, "192.168.0.1": classPrivate, "100.64.0.1": classPrivate,
		"fd00::1": classPrivate, "::ffff:10.0.0.1": classPrivate, "64:ff9b::a00:1": classPrivate,
		"169.254.169.254": classForbidden, "169.254.170.2": classForbidden, "::ffff:169.254.169.254": classForbidden, "64:ff9b::a9fe:a9fe": classForbidden,
		"fe80::1%eth0": classForbidden, "fd00:ec2::254": classForbidden, "100.100.100.200": classForbidden, "168.63.129.16": classForbidden,
		"224.0.0.1": classForbidden, "255.255.255.255": classForbidden, "ff02::1": classForbidden,
	} {
		if got := classOf(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is %s, want %s", address, classNames[got], classNames[want])
		}
	}
}

func TestMayReach(t *testing.T) {
	may := map[[2]addressClass]bool{
		{classPublic, classPublic}: true, {classPrivate, classPublic}: true, {classLoopback, classPublic}: true, {classForbidden, classPublic}: true,
		{classPrivate, classPrivate}: true, {classLoopback, classLoopback}: true,
	}
	for target := classPublic; target <= classForbidden; target++ {
		for address := classPublic; address <= classForbidden; address++ {
			if got := target.mayReach(address) == nil; got != may[[2]addressClass{target, address}] {
				t.Errorf("from %s to %s: %v", classNames[target], classNames[address], got)
			}
		}
	}
}

// TestDialPublic shows that an address on another origin is refused by its class before anything is sent to it, in
// whatever notation it is written: what is dialled counts.
func TestDialPublic(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	c := newConnections(Target{})
	for _, class := range []addressClass{classPublic, classPrivate, classForbidden} {
		c.class.Store(int32(class))
		for _, host := range []string{"127.0.0.1", "::ffff:127.0.0.1", "0.0.0.0", "localhost"} {
			var withheld *withheldAddress
			if _, err := c.dialPublic(t.Context(), "tcp", net.JoinHostPort(host, port)); !errors.As(err, &withheld) {
				t.Errorf("%s from a %s target: %v", host, classNames[class], err)
			}
		}
	}
	c.class.Store(int32(classLoopback))
	conn, err := c.dialPublic(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c.end()
	if _, err := conn.Write([]byte("x")); err == nil {
		t.Error("a connection is open after the end")
	}
	if _, err := c.dialPublic(t.Context(), "tcp", listener.Addr().String()); err == nil {
		t.Error("a connection was opened after the end")
	}
}
