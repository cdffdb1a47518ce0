package observe

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const (
	beginningKept = 1 << 10                       // bytes of a body that are kept for people
	beginningRead = beginningKept + longestLearnt // and that are looked at for it: a secret that lies across the edge is hidden whole
	searched      = 1 << 20                       // and that are searched for jobs' ids
	parsed        = 8 << 20                       // and up to which JSON is parsed
	buffers       = 16 << 20                      // bytes held of all bodies together
)

// A reader reads bodies within the bounds of a run.
type reader struct {
	held atomic.Int64 // bytes held in buffers at this moment, of all bodies together
	all  atomic.Int64 // bytes read in the run

	chunks sync.Pool
}

// chunk is a buffer to read into: a run of many requests has few of them.
func (r *reader) chunk() *[]byte {
	if chunk, ok := r.chunks.Get().(*[]byte); ok {
		return chunk
	}
	chunk := make([]byte, 32<<10)
	return &chunk
}

// A content is a body that was read: the facts, and the error that ended it.
type content struct {
	record.Body
	text  []byte // the first bytes, as many as the buffers allow; not kept
	ended bool   // the body ended within its bound, with or without an error
	err   error  // why it did not arrive whole
}

// read reads a body up to a bound, and holds as much of it as is asked for while the buffers allow.
func (r *reader) read(body io.Reader, bound int64, hold int) content {
	var c content
	sum := sha256.New()
	chunk := r.chunk()
	defer r.chunks.Put(chunk)
	defer func() { r.held.Add(-int64(len(c.text))) }()
	for {
		n, err := body.Read((*chunk)[:min(int64(len(*chunk)), bound-c.Length+1)])
		if over := c.Length + int64(n) - bound; over > 0 {
			n -= int(over)
			c.Bounded = true
		}
		sum.Write((*chunk)[:n])
		if int64(len(c.text)) == c.Length && len(c.text) < hold && r.held.Load()+int64(n) < buffers { // what is held has no gap
			c.text = append(c.text, (*chunk)[:n]...)
			r.held.Add(int64(n))
		}
		c.Length += int64(n)
		r.all.Add(int64(n))
		if err == nil && !c.Bounded {
			continue
		}
		c.ended = !c.Bounded
		if err != nil && !errors.Is(err, io.EOF) && c.ended {
			c.err = err
		}
		break
	}
	c.Hash = hex.EncodeToString(sum.Sum(nil))
	return c
}

// cut describes why a body did not arrive whole.
func cut(c content, header http.Header) string {
	if length := header.Get("Content-Length"); length != "" {
		return fmt.Sprintf("the connection ended after %d bytes of the %s that Content-Length declares", c.Length, length)
	}
	return fmt.Sprintf("the body broke off after %d bytes: %v", c.Length, c.err)
}

// notJSON says why a body that is declared JSON is none; empty where it is, or where that can't be told.
func notJSON(c content, header http.Header) string {
	media, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	isJSON := err == nil && (media == "application/json" || strings.HasSuffix(media, "+json"))
	whole := !c.Bounded && c.err == nil && int64(len(c.text)) == c.Length
	if !isJSON || !whole || c.Length == 0 || coded(header) {
		return ""
	}
	text := bytes.TrimPrefix(c.text, []byte("\xef\xbb\xbf")) // a byte order mark may be ignored (RFC 8259 8.1)
	if charset := params["charset"]; (charset == "" || strings.EqualFold(charset, "utf-8")) && !utf8.Valid(text) {
		return "it is not UTF-8 (RFC 8259 8.1)"
	}
	if err := json.Unmarshal(text, new(json.RawMessage)); err != nil {
		return err.Error()
	}
	return ""
}

// coded reports whether the body is in a content coding: it was asked for as it is.
func coded(header http.Header) bool {
	coding := header.Get("Content-Encoding")
	return coding != "" && !strings.EqualFold(coding, "identity")
}
