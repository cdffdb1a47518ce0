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

func socket(path string) (string, error) {
	if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeSocket == 0 {
		return "", fmt.Errorf("%s is not a socket", path)
	}
	return path, nil
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

func replica(value string) (string, error) {
	_, err := observe.ReplicaAddress("", value)
	return value, err
}

// replicas refuses those that can't be of the target.
func (p *plan) replicas() error {
	const by = "--" + settingReplica
	switch {
	case len(p.target.Replicas) == 0:
		return nil
	case p.target.Reach.UnixSocket != "":
		return &Error{by, "the target is reached by --unix-socket, which leads to one server: leave one of them out"}
	case len(p.urls) > 1:
		return &Error{by, "there are several targets, and it is of one: give each its own in a file of --targets"}
	}
	for _, u := range p.urls {
		for _, replica := range p.target.Replicas {
			if _, err := observe.ReplicaAddress(u.Scheme+"://"+u.Host, replica); err != nil {
				return &Error{by, err.Error()}
			}
		}
	}
	return nil
}
