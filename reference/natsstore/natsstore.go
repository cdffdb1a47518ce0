// Package natsstore keeps the reference's jobs in a bucket of NATS JetStream's key-value store: on an existing
// server or cluster, or on one within this process (package engine). The same code talks to both.
package natsstore

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/two-oh-two/two-oh-two/reference"
)

// replicas is how many servers of a cluster keep each job: one of three may be lost. Where there are fewer, one keeps them.
const replicas = 3

// markerTime is how long a bucket remembers that a job has expired. JetStream needs some such time for keys that expire each at a time of its own.
const markerTime = time.Minute

// longestID is the length of an id beyond which nothing is looked for: subjects have a bound, and ids of ours have 26 bytes.
const longestID = 512

// A Store is a bucket, and implements [reference.Store].
type Store struct {
	conn   *nats.Conn
	bucket jetstream.KeyValue
}

// Open connects to the bucket of a URL nats://HOST:PORT/BUCKET, and makes the bucket where it is not there yet. Several servers of a
// cluster are nats://HOST:PORT,HOST:PORT/BUCKET. Further servers are found by themselves.
func Open(ctx context.Context, url string) (*Store, error) {
	at := strings.LastIndexByte(url, '/')
	if at < len("nats://") || at == len(url)-1 {
		return nil, errors.New("it is no NATS bucket: nats://HOST:PORT/BUCKET is needed")
	}
	conn, err := nats.Connect(url[:at], nats.Name("two-oh-two"), nats.MaxReconnects(-1))
	if err != nil {
		return nil, fmt.Errorf("the NATS server can't be reached: %w", err)
	}
	return Use(ctx, conn, url[at+1:])
}

// Use is Open for a connection that there is. The store closes it.
func Use(ctx context.Context, conn *nats.Conn, name string) (*Store, error) {
	bucket, err := find(ctx, conn, name)
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("the NATS bucket %q can't be used: %w", name, err)
	}
	return &Store{conn, bucket}, nil
}

// Close ends the connection.
func (s *Store) Close() { s.conn.Close() }

// find returns the bucket, ready for use.
func find(ctx context.Context, conn *nats.Conn, name string) (jetstream.KeyValue, error) {
	js, err := jetstream.New(conn)
	if err != nil {
		return nil, err
	}
	bucket, err := js.KeyValue(ctx, name)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		bucket, err = create(ctx, js, name)
	}
	if err != nil {
		return nil, err
	}
	status, err := bucket.Status(ctx)
	if err != nil {
		return nil, err
	}
	if status.LimitMarkerTTL() == 0 {
		return nil, errors.New("its keys can't expire each at a time of its own: make it with --marker-ttl")
	}
	stream, err := js.Stream(ctx, "KV_"+name)
	if err != nil {
		return nil, err
	}
	if config := stream.CachedInfo().Config; config.AllowDirect && config.Replicas > 1 {
		// Any replica answers a direct read, also one that has not heard of the job yet: that would be 404 just after the 202. The leader knows.
		config.AllowDirect = false
		if _, err := js.UpdateStream(ctx, config); err != nil {
			return nil, err
		}
		return js.KeyValue(ctx, name)
	}
	return bucket, nil
}

// create makes a bucket, with several replicas where there is a cluster.
func create(ctx context.Context, js jetstream.JetStream, name string) (bucket jetstream.KeyValue, err error) {
	for _, n := range []int{replicas, 1} {
		bucket, err = js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
			Bucket: name, Description: "jobs of two-oh-two", Replicas: n, LimitMarkerTTL: markerTime,
		})
		if errors.Is(err, jetstream.ErrBucketExists) { // another server was quicker
			return js.KeyValue(ctx, name)
		}
		if err == nil {
			return bucket, nil
		}
	}
	return nil, err
}

// key is an id as a bucket may have it: ids are any bytes.
func key(id string) string { return base64.RawURLEncoding.EncodeToString([]byte(id)) }

// Put implements [reference.Store].
func (s *Store) Put(ctx context.Context, j reference.Job, keep time.Duration) error {
	value, err := json.Marshal(j)
	if err != nil {
		return err
	}
	_, err = s.bucket.Create(ctx, key(j.ID), value, jetstream.KeyTTL(max(keep, time.Second).Round(time.Second)))
	var refused *jetstream.APIError
	switch {
	case errors.Is(err, jetstream.ErrKeyExists):
		return reference.ErrExists
	case errors.As(err, &refused) && full(refused):
		return reference.ErrFull
	}
	return err
}

// full reports whether there is no room: of the bucket, or of the server that keeps it.
func full(e *jetstream.APIError) bool {
	const resources = 10023
	return e.ErrorCode == resources || strings.Contains(e.Description, "maximum")
}

// Get implements [reference.Store].
func (s *Store) Get(ctx context.Context, id string) (j reference.Job, err error) {
	if id == "" || len(id) > longestID {
		return j, reference.ErrUnknown
	}
	entry, err := s.bucket.Get(ctx, key(id))
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return j, reference.ErrUnknown
	}
	if err != nil {
		return j, err
	}
	return j, json.Unmarshal(entry.Value(), &j)
}
