package observe

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A replica is another address that serves the target's jobs, with connections of its own to it. Host and the name in TLS stay the target's.
type replica struct {
	address string // HOST:PORT
	transports
}

// ReplicaAddress reads HOST:PORT, or a URL of no more than a scheme, which is that of the base URL, a host and perhaps a port. It returns HOST:PORT.
// Where the base URL is empty, either scheme will do.
func ReplicaAddress(baseURL, text string) (string, error) {
	address := text
	if strings.Contains(text, "://") {
		u, err := url.Parse(text)
		scheme, _, _ := strings.Cut(baseURL, "://")
		switch {
		case err != nil || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
			return "", errors.New("it is more than an address: HOST:PORT is needed, such as 10.0.0.2:8080") // it may hold a secret, and is not shown
		case u.Scheme != "http" && u.Scheme != "https" || scheme != "" && !strings.EqualFold(u.Scheme, scheme):
			return "", fmt.Errorf("the scheme is not that of the base URL: HOST:PORT will do, such as %s", hostPort("http://"+u.Host))
		}
		address = hostPort(text)
	}
	host, port, err := net.SplitHostPort(address)
	if n, invalid := strconv.ParseUint(port, 10, 16); err != nil || host == "" || invalid != nil || n == 0 || strings.ContainsAny(host, "/@?# ") {
		return "", errors.New("it is not an address: HOST:PORT is needed, such as 10.0.0.2:8080")
	}
	return address, nil
}

// replicaAddresses are the HOST:PORT of each replica, or says why there can be none.
func (t Target) replicaAddresses() (list []string, err error) {
	for _, text := range t.Replicas {
		address, err := ReplicaAddress(t.BaseURL, text)
		switch {
		case err != nil:
			return nil, fmt.Errorf("a replica: %w", err)
		case address == hostPort(t.BaseURL) || slices.Contains(list, address):
			return nil, fmt.Errorf("the replica %s is another's address too: each needs one of its own", address)
		}
		list = append(list, address)
	}
	switch {
	case len(list) == 0:
	case t.Reach.UnixSocket != "":
		return nil, errors.New("the target is reached by a Unix socket, so replicas can't be: leave --unix-socket or --replica out")
	case t.proxied():
		return nil, errors.New("the target is reached by a proxy, which chooses the address: leave --replica out, or name the target's host in NO_PROXY")
	}
	return list, nil
}

// replicaFor is which address is asked for the nth time about a job: 0 for the target's own, or the number of a replica. They take turns, others for
// jobs that are read over fresh connections first than for those that are not, and of a refused or a missing one the next read shows what it is elsewhere.
// While the target is rolled out the replicas are left alone: that they go one after another is what a rollout is.
func (r *run) replicaFor(j *job, n int) int {
	if r.rolling.Load() {
		return 0
	}
	return (j.number/2 + n) % (1 + len(r.connections.replicas))
}

// replicaOf is the replica that a request goes to; nil where it goes to the target's own address, or to another origin.
func (r *run) replicaOf(a ask) *replica {
	if a.replica == 0 || !r.onTarget(a.url) {
		return nil
	}
	return &r.connections.replicas[a.replica-1]
}

// peer names the replica that a request goes to, as the record does.
func (r *run) peer(a ask) string {
	if s := r.replicaOf(a); s != nil {
		return s.address
	}
	return ""
}
