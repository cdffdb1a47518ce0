//go:build store

package main

import (
	"testing"

	. "github.com/onsi/gomega"
)

// What one server began the next one knows, with the same folder.
func TestServeStore(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	flags := "--job-duration 1h --metrics-addr 127.0.0.1:0 --store " + folder
	first := serveWith(t, flags)
	_, _, header := get(t, first.url+"/deferredjob")
	g.Expect(call("serve", "--addr=127.0.0.1:0", "--store="+folder).Stderr).To(ContainSubstring("another process has it open"))
	first.stop()
	second := serveWith(t, flags)
	status, _, _ := get(t, second.url+header.Get("Location"))
	g.Expect(status).To(Equal(200))
	got := call("check", "-q", serveWith(t, "--job-duration 200ms --store "+t.TempDir()).url)
	g.Expect(got.Code).To(Equal(exitConformant), got.Stdout+got.Stderr)
	_, body, _ := get(t, second.metrics+"/healthz")
	g.Expect(body).To(Equal("ok\n"))
}
