package natsstore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/two-oh-two/two-oh-two/reference"
)

// Of a cluster of three servers one is killed: no job is lost, and new ones are stored. What is stored is known at once, whoever is asked.
func TestClusterLosesNothing(t *testing.T) {
	if os.Getenv("TWO_OH_TWO_FULL") == "" {
		t.Skip("three servers elect a leader: TWO_OH_TWO_FULL=1 runs it")
	}
	servers := cluster(t, 3)
	var stores []*Store
	for _, s := range servers {
		stores = append(stores, eventually(t, func(ctx context.Context) (*Store, error) {
			return Open(ctx, s.ClientURL()+"/jobs")
		}))
	}
	put := func(by *Store, id string) {
		eventually(t, func(ctx context.Context) (bool, error) {
			err := by.Put(ctx, reference.Job{ID: id}, time.Hour)
			if errors.Is(err, reference.ErrExists) { // the answer to the one before was lost
				err = nil
			}
			return true, err
		})
	}
	for i := range 60 {
		id := fmt.Sprint("before-", i)
		put(stores[i%3], id)
		if _, err := stores[(i+1)%3].Get(t.Context(), id); err != nil {
			t.Errorf("%s is not known elsewhere at once: %v", id, err)
		}
	}
	servers[0].Shutdown()
	for i := range 20 {
		put(stores[1+i%2], fmt.Sprint("after-", i))
	}
	for i := range 80 {
		id := fmt.Sprint("before-", i)
		if i >= 60 {
			id = fmt.Sprint("after-", i-60)
		}
		eventually(t, func(ctx context.Context) (reference.Job, error) {
			j, err := stores[1+i%2].Get(ctx, id)
			if errors.Is(err, reference.ErrUnknown) {
				t.Errorf("%s is lost", id)
				err = nil
			}
			return j, err
		})
	}
}

// eventually tries again while a cluster has no leader.
func eventually[T any](t *testing.T, try func(context.Context) (T, error)) T {
	t.Helper()
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(100 * time.Millisecond) { // a busy machine elects slowly
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		got, err := try(ctx)
		cancel()
		if err == nil {
			return got
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// cluster runs servers that find each other on loopback ports.
func cluster(t *testing.T, n int) (servers []*server.Server) {
	t.Helper()
	var ports []int
	var routes []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
		routes = append(routes, "nats://"+l.Addr().String())
		l.Close()
	}
	for i, port := range ports {
		others, err := url.Parse(routes[(i+1)%n])
		if err != nil {
			t.Fatal(err)
		}
		s, err := server.NewServer(&server.Options{
			ServerName: fmt.Sprint("n", i), Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true,
			Cluster: server.ClusterOpts{Name: "c", Host: "127.0.0.1", Port: port}, Routes: []*url.URL{others},
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Start()
		t.Cleanup(s.Shutdown)
		servers = append(servers, s)
	}
	for _, s := range servers {
		if !s.ReadyForConnections(30 * time.Second) {
			t.Fatal("a server is not ready")
		}
	}
	return servers
}

func TestOpenRefuses(t *testing.T) {
	for _, where := range []string{"nats://h:4222", "nats://h:4222/", "nats:///", "x"} {
		if _, err := Open(t.Context(), where); err == nil || !strings.Contains(err.Error(), "nats://HOST:PORT/BUCKET is needed") {
			t.Errorf("%q: %v", where, err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := Open(t.Context(), "nats://"+l.Addr().String()+"/jobs"); err == nil || !strings.Contains(err.Error(), "can't be reached") {
		t.Error(err)
	}
}
