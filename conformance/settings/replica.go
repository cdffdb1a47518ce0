package settings

import "github.com/two-oh-two/two-oh-two/conformance/observe"

func (p *plan) setReplica(value string) error {
	_, err := observe.ReplicaAddress("", value)
	if err == nil {
		p.target.Replicas = append(p.target.Replicas, value)
	}
	return err
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
