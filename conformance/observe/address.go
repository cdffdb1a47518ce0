package observe

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// An addressClass says who can reach an address. A server may send a run to public addresses, and to those of the
// target's own class: the run must not become a way into a network that the server can't reach by itself.
type addressClass int32

const (
	classPublic    addressClass = iota
	classPrivate                // of a network of one's own
	classLoopback               // this machine
	classForbidden              // link-local, metadata services of clouds, groups: nobody's target
)

var classNames = [...]string{"public", "private", "loopback", "link-local, metadata or multicast"}

// classes are the ranges that are not public; the first that holds an address counts.
var classes = []struct {
	class  addressClass
	ranges []netip.Prefix
}{
	{classForbidden, prefixes(
		"169.254.0.0/16", "fe80::/10", // link-local (RFC 3927, RFC 4291 2.5.6): most clouds' metadata too
		"100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::254/128", "fd20:ce::254/128", // metadata of clouds
		"224.0.0.0/4", "255.255.255.255/32", "ff00::/8", // groups
	)},
	{classLoopback, prefixes("127.0.0.0/8", "::1/128", "0.0.0.0/8", "::/128")},
	{classPrivate, prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10")},
}

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, text := range list {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

func classOf(address netip.Addr) addressClass {
	address = embedded(address.Unmap().WithZone(""))
	for _, c := range classes {
		for _, r := range c.ranges {
			if r.Contains(address) {
				return c.class
			}
		}
	}
	return classPublic
}

// embedding are the IPv6 ranges whose addresses hold an IPv4 address, and the byte at which it begins: NAT64 (RFC 6052), 6to4
// (RFC 3056), and IPv4-compatible addresses (RFC 4291 2.5.5.1).
var embedding = []struct {
	prefix netip.Prefix
	at     int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12},
	{netip.MustParsePrefix("2002::/16"), 2},
	{netip.MustParsePrefix("::/96"), 12},
}

// embedded is the IPv4 address that an IPv6 address leads to; else the address itself.
func embedded(address netip.Addr) netip.Addr {
	if address.Is4() || address.IsLoopback() || address.IsUnspecified() {
		return address
	}
	bytes := address.As16()
	for _, e := range embedding {
		if e.prefix.Contains(address) {
			return netip.AddrFrom4([4]byte(bytes[e.at : e.at+4]))
		}
	}
	return address
}

// A withheldAddress is why a Location on another origin was not followed.
type withheldAddress struct{ address, target addressClass }

func (w *withheldAddress) Error() string {
	return fmt.Sprintf("not followed: it leads to a %s address, and the target is on a %s one (see --allow-origin)", classNames[w.address], classNames[w.target])
}

// mayReach says why a target on an address of a class may not send a run to an address; nil where it may.
func (target addressClass) mayReach(address addressClass) error {
	if address == classPublic || address == target && address != classForbidden {
		return nil
	}
	return &withheldAddress{address, target}
}

// classOfHost is the class of a host, or of a name as far as that can be told from here: of several addresses, the one
// that fewest can reach.
func classOfHost(ctx context.Context, host string) addressClass {
	if at, err := netip.ParseAddr(host); err == nil {
		return classOf(at)
	}
	if at, is := inNumbers(host); is {
		return classOf(at)
	}
	if name := strings.ToLower(strings.TrimSuffix(host, ".")); name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return classLoopback
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return classPublic
	}
	class := classPublic
	for _, at := range found {
		class = max(class, classOf(at))
	}
	return class
}

// inNumbers is the IPv4 address that inet_aton, and so many a proxy, reads in a host: one to four numbers, decimal, octal or
// hexadecimal, the last of which fills what is left. Go's resolver takes none of them but the usual notation.
func inNumbers(host string) (address netip.Addr, is bool) {
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	if len(parts) > 4 {
		return address, false
	}
	var all uint64
	for i, part := range parts {
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (4 - i)
		}
		if strings.Contains(part, "_") { // Go's own notation
			return address, false
		}
		n, err := strconv.ParseUint(part, 0, bits)
		if err != nil {
			return address, false
		}
		all = all<<bits | n
	}
	return netip.AddrFrom4([4]byte{byte(all >> 24), byte(all >> 16), byte(all >> 8), byte(all)}), true
}
