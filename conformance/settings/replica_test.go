package settings

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func TestReplicas(t *testing.T) {
	for args, says := range map[string]string{
		"-replica=10.0.0.2:8080; -replica=[::1]:8080; -replica=https://h2; -replica=https://h3:8443/": "",
		"-replica=":                           "--replica: it is not an address",
		"-replica=h":                          "--replica: it is not an address: HOST:PORT is needed",
		"-replica=:80":                        "--replica: it is not an address",
		"-replica=h:0":                        "--replica: it is not an address",
		"-replica=h:65536":                    "--replica: it is not an address",
		"-replica=u:s3cret@h:80":              "--replica: it is not an address",
		"-replica=http://h2:80":               "--replica: the scheme is not that of the base URL: HOST:PORT will do, such as h2:80",
		"-replica=ftp://h2:80":                "--replica: the scheme is not that of the base URL",
		"-replica=https://u:s3cret@h2":        "--replica: it is more than an address",
		"-replica=https://h2/?token=s3cret":   "--replica: it is more than an address",
		"-replica=h2:80; -unix-socket=/s":     "--replica: the target is reached by --unix-socket",
		"-replica=h2:80; -base-url=https://i": "--replica: there are several targets",
	} {
		s, err := given(append([]string{"-base-url=https://h"}, strings.Split(args, "; ")...), nil, "")
		g := NewWithT(t)
		g.Expect(err).NotTo(HaveOccurred())
		targets, _, err := s.Targets()
		if says == "" {
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(targets[0].Replicas).To(HaveLen(4))
			continue
		}
		g.Expect(err).To(MatchError(And(HavePrefix(says), Not(ContainSubstring("s3cret")))), args)
	}
}
