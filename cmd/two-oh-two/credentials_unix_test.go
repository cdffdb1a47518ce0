//go:build unix

package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/reference"
)

// guarded serves the reference to those whose token is the latest that was given, once so many requests were answered before it; it echoes tokens.
func guarded(t *testing.T, tokens string, asked *atomic.Int64) string {
	t.Helper()
	server, err := reference.New(reference.Options{JobDuration: 150 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, _ := os.ReadFile(tokens)
		want := "1"
		if asked.Add(1) > 20 {
			want = "2"
		}
		w.Header().Set("X-Echo", r.Header.Get("Authorization"))
		if token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer s3cret-"); token != want || !strings.Contains(string(given), token) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// TestHeaderCommand shows what comes of a command that gives credentials: that they are renewed, how it exits where they are not to be had, and that
// they are in no output.
func TestHeaderCommand(t *testing.T) {
	t.Parallel()
	const count = `echo x >>"$F"; n=$(wc -l <"$F"); n=$((n)); `
	for _, row := range []struct {
		name, command string
		code          int
		says          string
		sent          bool
	}{
		{"renewed", count + `echo $n >>"$F.given"; echo "Authorization: Bearer s3cret-$n"`, exitConformant, "✓ conformant", true},
		{"it fails at first", `echo "Authorization: Bearer s3cret-1"; exit 7`, exitUsage, "--header-command: it failed (exit status 7): run it in a shell to see why", false},
		{"empty", `true`, exitUsage, "--header-command: its output is empty", false},
		{"malformed", `echo s3cret-1`, exitUsage, "--header-command: line 1 of its output is no header that can be sent", false},
		{"it fails later", count + `echo $n >>"$F.given"; echo "Authorization: Bearer s3cret-$n"; test $n = 1`, exitInconclusive, "the credentials could not be renewed: --header-command: it failed (exit status 1)", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			var asked atomic.Int64
			folder := t.TempDir()
			file := filepath.Join(folder, "calls")
			url := guarded(t, file+".given", &asked)
			command := strings.ReplaceAll(row.command, "$F", file)
			args := []string{"check", "-v", "--header-command=" + command, "--save=" + filepath.Join(folder, "run.har"), "--report=json=" + filepath.Join(folder, "r.json"), "--report=html=" + filepath.Join(folder, "r.html")}
			got := call(append(args, "--report=text=-", url)...)
			g.Expect(got.Code).To(Equal(row.code), got.Stdout+got.Stderr)
			g.Expect(got.Stdout + got.Stderr).To(ContainSubstring(row.says))
			g.Expect(asked.Load() > 0).To(Equal(row.sent))
			all := got.Stdout + got.Stderr
			for _, name := range []string{"run.har", "r.json", "r.html"} {
				content, _ := os.ReadFile(filepath.Join(folder, name))
				all += string(content)
			}
			g.Expect(all).NotTo(ContainSubstring("s3cret-"))
			shown := call("check", "--show-config", "--header-command="+command, url)
			g.Expect(shown.Stdout).To(And(ContainSubstring("header-command: "), ContainSubstring("# --header-command")))
		})
	}
}

// TestHeaderCommandOfASecondTarget shows that what was found of the first target is reported where the second's credentials are not to be had.
func TestHeaderCommandOfASecondTarget(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "targets.yaml")
	url := serve(t)
	g.Expect(os.WriteFile(file, []byte("- "+url+"\n- base-url: "+url+"/b\n  header-command: exit 7\n"), 0o644)).To(Succeed())
	got := call("check", "--targets="+file)
	g.Expect(got.Code).To(Equal(exitInconclusive), got.Stdout+got.Stderr)
	g.Expect(got.Stdout).To(And(ContainSubstring("? 2 targets: 1 could not tell, 1 conformant"), MatchRegexp(`header-command: it failed\s+\(exit status 7\)`)))
}
