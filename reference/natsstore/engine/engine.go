// Package engine runs a NATS server within the process, for jobs that outlive it: they are in the files of a folder, and no port is opened.
package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/two-oh-two/two-oh-two/reference/natsstore"
)

// bucket is where jobs are in the folder.
const bucket = "jobs"

// readyWithin is how long the server may take to read its files: 200,000 jobs took 0.4 s.
const readyWithin = time.Minute

// A Store is a [natsstore.Store] and the server that keeps it.
type Store struct {
	*natsstore.Store
	server *server.Server
	lock   *flock.Flock
}

// Open opens the store in a folder, which is made where it is not there. One process at a time may have it open. What was stored
// survives the end of the process, however it ends, but not always that of the machine: files are synced every two minutes.
func Open(ctx context.Context, folder string) (*Store, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	lock := flock.New(filepath.Join(folder, "lock"))
	switch locked, err := lock.TryLock(); {
	case err != nil:
		return nil, err
	case !locked:
		return nil, errors.New("another process has it open: let replicas share a NATS server instead, --store nats://HOST:PORT/BUCKET")
	}
	s := &Store{lock: lock}
	if err := s.start(ctx, folder); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Store) start(ctx context.Context, folder string) (err error) {
	s.server, err = server.NewServer(&server.Options{
		ServerName: "two-oh-two", DontListen: true, JetStream: true, StoreDir: folder, NoSigs: true, NoLog: true, NoSystemAccount: true,
	})
	if err != nil {
		return err
	}
	s.server.Start()
	if !s.server.ReadyForConnections(readyWithin) {
		return fmt.Errorf("its files could not be read within %v", readyWithin)
	}
	conn, err := nats.Connect("", nats.InProcessServer(s.server))
	if err != nil {
		return err
	}
	s.Store, err = natsstore.Use(ctx, conn, bucket)
	return err
}

// Close ends the server, and lets another process open the folder.
func (s *Store) Close() {
	if s.Store != nil {
		s.Store.Close()
	}
	if s.server != nil {
		s.server.Shutdown()
		s.server.WaitForShutdown()
	}
	_ = s.lock.Unlock()
}
