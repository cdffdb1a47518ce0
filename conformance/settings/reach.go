package settings

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/observe"
)

// The functions below read which way a target is reached. They mean what they mean to curl.

func (p *plan) setResolve(value string) error {
	const example = "example.com:443:127.0.0.1"
	at, addresses, err := resolution(strings.TrimPrefix(value, "+"))
	if err != nil {
		return fmt.Errorf("%q: %w: HOST:PORT:ADDR is needed, such as %s", value, err, example)
	}
	if p.target.Reach.Resolve == nil {
		p.target.Reach.Resolve = map[string][]string{}
	}
	p.target.Reach.Resolve[at] = addresses
	return nil
}

// resolution reads HOST:PORT:ADDR[,ADDR]; an IPv6 address may stand in brackets.
func resolution(value string) (at string, addresses []string, err error) {
	host, rest, found := strings.Cut(value, ":")
	port, list, both := strings.Cut(rest, ":")
	switch number, bad := strconv.Atoi(port); {
	case !found || !both || host == "" || list == "":
		return "", nil, errors.New("it has not all of host, port and address")
	case bad != nil || number < 1 || number > 65535:
		return "", nil, fmt.Errorf("%q is no port", port)
	}
	for text := range strings.SplitSeq(list, ",") {
		address, err := netip.ParseAddr(strings.Trim(strings.TrimSpace(text), "[]"))
		if err != nil {
			return "", nil, fmt.Errorf("%q is no IP address", text)
		}
		addresses = append(addresses, address.String())
	}
	return strings.ToLower(host) + ":" + port, addresses, nil
}

func (p *plan) setUnixSocket(value string) error {
	if info, err := os.Stat(value); err == nil && info.Mode()&os.ModeSocket == 0 {
		return fmt.Errorf("%s is not a socket", value)
	}
	p.target.Reach.UnixSocket = value
	return nil
}

func (p *plan) setHTTP(version observe.HTTPVersion) func(string) error {
	return func(value string) error {
		on := false
		if err := parseBool(&on, value); err != nil || !on {
			return err
		}
		if given := p.target.Reach.HTTP; given != observe.HTTPAny && given != version {
			return errors.New("another version of HTTP is asked for too: leave one of them out")
		}
		p.target.Reach.HTTP = version
		return nil
	}
}
