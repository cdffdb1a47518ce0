package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/reference"
)

// Versions of the suites of others, and of what csi-sanity judges.
const (
	h2specVersion     = "v2.2.1+incompatible"
	sanityVersion     = "v5.6.0"
	kubernetesVersion = "v1.37.2"
	stagingVersion    = "v0.37.2" // of the modules that Kubernetes is made of
)

// A suite is one of others, as it was run here.
type suite struct {
	Name, Version, Against string
	Why                    string // it was not run, where it was not
}

// enough is how often a suite of others is run: one of them takes long.
const enough = 3

var silent = log.New(io.Discard, "", 0)

// others runs the suites of others. One that can't be built or run is no error: the section says that it was not.
func (m *measurement) others(ctx context.Context) {
	for _, s := range []struct {
		suite
		run func(context.Context, *suite) error
	}{
		{suite{Name: "h2spec", Version: h2specVersion, Against: "the reference over HTTP/2"}, m.h2spec},
		{suite{Name: "csi-sanity", Version: sanityVersion, Against: "the mock driver of Kubernetes " + kubernetesVersion}, m.sanity},
	} {
		fmt.Fprintf(m.stderr, "\n== %s\n", s.Name)
		ctx, cancel := context.WithTimeout(ctx, 4*time.Minute)
		if err := s.run(ctx, &s.suite); err != nil {
			fmt.Fprintln(m.stderr, err)
			s.Why = "it could not be run"
			if errors.Is(err, errBuild) {
				s.Why = "it could not be built: the module proxy has to be in reach"
			}
		}
		cancel()
		m.Suites = append(m.Suites, s.suite)
	}
}

var (
	h2specSays = regexp.MustCompile(`(\d+) tests, \d+ passed, \d+ skipped, (\d+) failed`)
	sanitySays = regexp.MustCompile(`(?s)Ran (\d+) of \d+ Specs.* (\d+) Failed`)
)

// h2spec judges the HTTP/2 of the reference, which is net/http's, and the command judges the same server over the same.
func (m *measurement) h2spec(ctx context.Context, s *suite) error {
	file, err := m.install(ctx, "github.com/summerwind/h2spec/cmd/h2spec@"+s.Version)
	if err != nil {
		return err
	}
	server, err := served(reference.Options{JobDuration: -1}, true)
	if err != nil {
		return err
	}
	defer server.Close()
	result, err := aResult(server.Client(), server.URL)
	if err != nil {
		return err
	}
	at, err := url.Parse(server.URL)
	if err != nil {
		return err
	}
	for range min(enough, m.count) {
		if err := m.check(ctx, "Command/http2", time.Minute, "--insecure", "--http2", server.URL); err != nil {
			return err
		}
		if err := m.theirs(ctx, s, h2specSays, file, "-t", "-k", "-h", at.Hostname(), "-p", at.Port(), "-P", result); err != nil {
			return err
		}
	}
	return nil
}

// aResult is the path of a done job's result: it has a body, which h2spec needs.
func aResult(client *http.Client, base string) (string, error) {
	path := "/deferredjob"
	for range 2 {
		answer, err := client.Get(base + path)
		if err != nil {
			return "", err
		}
		answer.Body.Close()
		path = answer.Header.Get("Location")
	}
	return path, nil
}

// sanity judges a driver that keeps its volumes in memory.
func (m *measurement) sanity(ctx context.Context, s *suite) error {
	file, err := m.install(ctx, "github.com/kubernetes-csi/csi-test/v5/cmd/csi-sanity@"+s.Version)
	if err != nil {
		return err
	}
	driver, err := m.driver(ctx)
	if err != nil {
		return err
	}
	for range min(enough, m.count) {
		if err := m.sanityOnce(ctx, s, file, driver); err != nil {
			return err
		}
	}
	return nil
}

func (m *measurement) sanityOnce(ctx context.Context, s *suite, file, driver string) error {
	folder, err := os.MkdirTemp(m.work, "csi-")
	if err != nil {
		return err
	}
	socket := filepath.Join(folder, "socket")
	cmd := program(ctx, driver, socket)
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() { _, _ = cmd.Process.Kill(), cmd.Wait() }()
	for range 100 {
		if _, err := os.Stat(socket); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return m.theirs(ctx, s, sanitySays, file, "-csi.endpoint="+socket, "-ginkgo.no-color",
		"-csi.mountdir="+filepath.Join(folder, "mount"), "-csi.stagingdir="+filepath.Join(folder, "stage"))
}

// theirs runs a suite once. That cases fail is its finding and no error; that it doesn't say how many there were is one.
func (m *measurement) theirs(ctx context.Context, s *suite, says *regexp.Regexp, file string, args ...string) error {
	began := time.Now()
	out, runErr := program(ctx, file, args...).CombinedOutput()
	took := time.Since(began)
	found := says.FindSubmatch(out)
	if found == nil {
		return fmt.Errorf("%s: %v\n%s", s.Name, runErr, out)
	}
	return m.tellRun("Others/"+s.Name, took, fmt.Sprintf("%s cases %s failed", found[1], found[2]))
}

var errBuild = errors.New("not built")

// install builds a program of others, in a GOPATH that is removed with all the rest.
func (m *measurement) install(ctx context.Context, path string) (string, error) {
	if _, err := m.goTool(ctx, m.work, "install", path); err != nil {
		return "", err
	}
	name, _, _ := strings.Cut(path, "@")
	return filepath.Join(m.work, "bin", filepath.Base(name)), nil
}

//go:embed driver.go
var driverSource []byte

var staging = regexp.MustCompile(`(?m)^\s*(k8s\.io/\S+) => \./staging/`)

// driver builds driver.go. Kubernetes' own modules are named by it with a version that exists nowhere, and so have to be replaced.
func (m *measurement) driver(ctx context.Context) (string, error) {
	folder := filepath.Join(m.work, "driver")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	out, err := m.goTool(ctx, folder, "mod", "download", "-json", "k8s.io/kubernetes@"+kubernetesVersion)
	if err != nil {
		return "", err
	}
	var downloaded struct{ GoMod string }
	if err := json.Unmarshal(out, &downloaded); err != nil {
		return "", err
	}
	theirs, err := os.ReadFile(downloaded.GoMod)
	if err != nil {
		return "", err
	}
	mod := "module figures.test/driver\n\ngo 1.26.0\n\nrequire k8s.io/kubernetes " + kubernetesVersion + "\n"
	for _, name := range staging.FindAllSubmatch(theirs, -1) {
		mod += fmt.Sprintf("replace %[1]s => %[1]s %s\n", name[1], stagingVersion)
	}
	err = errors.Join(os.WriteFile(filepath.Join(folder, "go.mod"), []byte(mod), 0o644),
		os.WriteFile(filepath.Join(folder, "driver.go"), driverSource, 0o644))
	if err != nil {
		return "", err
	}
	_, err = m.goTool(ctx, folder, "build", "-mod=mod", "-o", "driver", "driver.go")
	return filepath.Join(folder, "driver"), err
}

func (m *measurement) goTool(ctx context.Context, folder string, args ...string) ([]byte, error) {
	cmd := program(ctx, "go", args...)
	gopath := filepath.Join(m.work, "go")
	cmd.Dir, cmd.Stderr = folder, m.stderr
	cmd.Env = append(os.Environ(), "GOPATH="+gopath, "GOMODCACHE="+filepath.Join(gopath, "pkg", "mod"),
		"GOBIN="+filepath.Join(m.work, "bin"), "GOFLAGS=-modcacherw", "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: go %s: %w", errBuild, strings.Join(args, " "), err)
	}
	return out, nil
}
