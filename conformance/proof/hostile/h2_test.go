package hostile

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// A call2 is a request that came by HTTP/2. Frames are written one by one: the client's are read meanwhile.
type call2 struct {
	request *http.Request
	answer  *http.Response
	stream  uint32
	conn    *conn2
	number  int // of the requests that were answered oddly, from 0
}

// An h2talk answers a call in frames of its own.
type h2talk func(c *call2)

type conn2 struct {
	net.Conn
	mu     sync.Mutex
	framer *http2.Framer
	text   bytes.Buffer
	coder  *hpack.Encoder
}

// send writes frames as one, and reports whether somebody took them.
func (c *conn2) send(write func(f *http2.Framer) error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return write(c.framer) == nil
}

// block codes fields. It needs c.mu.
func (c *conn2) block(fields ...string) []byte {
	c.text.Reset()
	for i := 0; i+1 < len(fields); i += 2 {
		_ = c.coder.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	return bytes.Clone(c.text.Bytes())
}

// converse2 answers a connection in HTTP/2 by prior knowledge.
func (s *server) converse2(conn net.Conn) {
	in := bufio.NewReader(conn)
	if _, err := io.ReadFull(in, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	c := &conn2{Conn: conn, framer: http2.NewFramer(conn, in)}
	c.framer.AllowIllegalWrites = true
	c.framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	c.coder = hpack.NewEncoder(&c.text)
	var talks sync.WaitGroup
	defer talks.Wait()
	defer conn.Close()
	greeted := make(chan struct{}) // SETTINGS come before all else (RFC 9113 3.4)
	talks.Go(func() {
		defer close(greeted)
		c.send(func(f *http2.Framer) error { return f.WriteSettings() })
	})
	for {
		frame, err := c.framer.ReadFrame()
		if err != nil {
			return
		}
		switch frame := frame.(type) {
		case *http2.MetaHeadersFrame:
			call := &call2{request: requestOf(frame), stream: frame.StreamID, conn: c}
			talks.Go(func() { <-greeted; s.talk2(call) })
		case *http2.SettingsFrame:
			if !frame.IsAck() {
				talks.Go(func() { <-greeted; c.send(func(f *http2.Framer) error { return f.WriteSettingsAck() }) })
			}
		}
	}
}

func (s *server) talk2(c *call2) {
	c.answer = s.answer(c.request)
	if s.role.covers(c.request) {
		c.number = int(s.odd.Add(1)) - 1
		s.h2(c)
		return
	}
	honest2(c)
}

func requestOf(frame *http2.MetaHeadersFrame) *http.Request {
	r := &http.Request{Header: http.Header{}, Proto: "HTTP/2.0", ProtoMajor: 2, Body: http.NoBody, Method: frame.PseudoValue("method"), Host: frame.PseudoValue("authority")}
	r.RequestURI = frame.PseudoValue("path")
	r.URL, _ = url.ParseRequestURI(r.RequestURI)
	if r.URL == nil {
		r.URL = &url.URL{}
	}
	for _, f := range frame.RegularFields() {
		r.Header.Add(f.Name, f.Value)
	}
	return r
}

// fields are those of the honest answer, as HTTP/2 has them.
func (c *call2) fields() []string {
	list := []string{":status", itoa(c.answer.StatusCode)}
	for _, name := range slices.Sorted(maps.Keys(c.answer.Header)) { // the same for the same seed
		for _, value := range c.answer.Header[name] {
			list = append(list, strings.ToLower(name), value)
		}
	}
	return list
}

// head sends fields, and body a DATA frame.
func (c *call2) head(end bool, fields ...string) bool {
	return c.conn.send(func(f *http2.Framer) error {
		return f.WriteHeaders(http2.HeadersFrameParam{StreamID: c.stream, BlockFragment: c.conn.block(fields...), EndHeaders: true, EndStream: end})
	})
}

func (c *call2) body(end bool, text string) {
	c.conn.send(func(f *http2.Framer) error { return f.WriteData(c.stream, end, []byte(text)) })
}

// write writes the frames of the honest answer. It needs the connection's mutex.
func (c *call2) write(f *http2.Framer) error {
	var text []byte
	if c.answer.Body != nil && c.request.Method != http.MethodHead {
		text, _ = io.ReadAll(c.answer.Body)
	}
	err := f.WriteHeaders(http2.HeadersFrameParam{StreamID: c.stream, BlockFragment: c.conn.block(c.fields()...), EndHeaders: true, EndStream: len(text) == 0})
	if err == nil && len(text) > 0 {
		err = f.WriteData(c.stream, true, text)
	}
	return err
}

func honest2(c *call2) { c.conn.send(c.write) }

// flood2 writes frames for as long as somebody takes them. Some the client ignores for ever: only if writing takes time, as on every
// network, does fake time pass.
func flood2(write func(c *call2, f *http2.Framer, i int) error) h2talk {
	return func(c *call2) {
		for i := 0; c.conn.send(func(f *http2.Framer) error { return write(c, f, i) }); i++ {
			if i%32 == 31 {
				time.Sleep(50 * time.Millisecond)
			}
		}
	}
}

// once2 writes frames, and then answers honestly.
func once2(write func(c *call2, f *http2.Framer) error) h2talk {
	return func(c *call2) {
		if c.conn.send(func(f *http2.Framer) error { return write(c, f) }) {
			honest2(c)
		}
	}
}

// fielded2 answers with these fields beside the honest ones.
func fielded2(fields ...string) h2talk {
	return func(c *call2) { c.head(true, append(c.fields(), fields...)...) }
}

// Rows that only HTTP/2 has.
var rows2 = []row{
	{name: "h2: nothing odd", role: every, h2: honest2},
	{name: "h2: SETTINGS flood", role: jobs, full: true, h2: flood2(func(_ *call2, f *http2.Framer, i int) error {
		return f.WriteSettings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: uint32(i)})
	})},
	{name: "h2: SETTINGS out of range", role: jobs, h2: once2(func(_ *call2, f *http2.Framer) error {
		return f.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1 << 31}, http2.Setting{ID: http2.SettingMaxFrameSize, Val: 1})
	})},
	{name: "h2: no stream may be opened", role: every, h2: once2(func(_ *call2, f *http2.Framer) error {
		return f.WriteSettings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 0})
	})},
	{name: "h2: PING flood", role: jobs, full: true, h2: flood2(func(_ *call2, f *http2.Framer, i int) error {
		var data [8]byte
		binary.BigEndian.PutUint64(data[:], uint64(i))
		return f.WritePing(false, data)
	})},
	{name: "h2: RST of each stream", role: jobs, h2: func(c *call2) {
		c.conn.send(func(f *http2.Framer) error { return f.WriteRSTStream(c.stream, http2.ErrCodeRefusedStream) })
	}},
	{name: "h2: RST flood", role: jobs, full: true, h2: flood2(func(c *call2, f *http2.Framer, _ int) error {
		return f.WriteRSTStream(c.stream, http2.ErrCodeEnhanceYourCalm)
	})},
	{name: "h2: RST in the middle of a body", role: jobs, h2: func(c *call2) {
		c.head(false, c.fields()...)
		c.body(false, "half")
		c.conn.send(func(f *http2.Framer) error { return f.WriteRSTStream(c.stream, http2.ErrCodeInternal) })
	}},
	{name: "h2: CONTINUATION flood", role: jobs, full: true, h2: func(c *call2) {
		c.conn.send(func(f *http2.Framer) error {
			err := f.WriteHeaders(http2.HeadersFrameParam{StreamID: c.stream, BlockFragment: c.conn.block(":status", "200")})
			for err == nil {
				err = f.WriteContinuation(c.stream, false, c.conn.block("x-flood", strings.Repeat("x", 1000)))
			}
			return err
		})
	}},
	{name: "h2: empty CONTINUATION frames", role: monitor, h2: func(c *call2) {
		c.conn.send(func(f *http2.Framer) error {
			err := f.WriteHeaders(http2.HeadersFrameParam{StreamID: c.stream, BlockFragment: c.conn.block(":status", "200")})
			for range 2_000 {
				if err == nil {
					err = f.WriteContinuation(c.stream, false, nil)
				}
			}
			return err
		})
		c.conn.Close()
	}},
	{name: "h2: HPACK bomb", role: jobs, full: true, h2: func(c *call2) {
		c.conn.send(func(f *http2.Framer) error {
			block := append(c.conn.block(":status", "200", "x-bomb", strings.Repeat("b", 3900)), bytes.Repeat([]byte{0x80 | 62}, 16_000)...)
			return f.WriteHeaders(http2.HeadersFrameParam{StreamID: c.stream, BlockFragment: block[:min(len(block), 16_000)], EndHeaders: true, EndStream: true})
		})
	}},
	{name: "h2: HPACK table out of range", role: jobs, h2: func(c *call2) {
		c.conn.send(func(f *http2.Framer) error {
			return f.WriteHeaders(http2.HeadersFrameParam{StreamID: c.stream, BlockFragment: []byte{0x3f, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x88}, EndHeaders: true, EndStream: true})
		})
	}},
	{name: "h2: GOAWAY in the middle", role: monitor, h2: once2(func(c *call2, f *http2.Framer) error {
		return f.WriteGoAway(c.stream, http2.ErrCodeNo, []byte(nasty+token))
	})},
	{name: "h2: GOAWAY that forgets the stream", role: jobs, h2: once2(func(_ *call2, f *http2.Framer) error {
		return f.WriteGoAway(0, http2.ErrCodeEnhanceYourCalm, []byte(token))
	})},
	{name: "h2: window out of range", role: jobs, h2: once2(func(_ *call2, f *http2.Framer) error {
		return f.WriteRawFrame(http2.FrameWindowUpdate, 0, 0, []byte{0x7f, 0xff, 0xff, 0xff})
	})},
	{name: "h2: DATA on no stream", role: jobs, h2: once2(func(_ *call2, f *http2.Framer) error { return f.WriteRawFrame(http2.FrameData, 0, 0, []byte("x")) })},
	{name: "h2: empty DATA flood", role: jobs, h2: func(c *call2) {
		c.head(false, c.fields()...)
		flood2(func(c *call2, f *http2.Framer, _ int) error { return f.WriteData(c.stream, false, nil) })(c)
	}},
	{name: "h2: DATA beyond the window", role: jobs, full: true, h2: func(c *call2) {
		c.head(false, c.fields()...)
		flood2(func(c *call2, f *http2.Framer, _ int) error {
			return f.WriteData(c.stream, false, make([]byte, 16<<10))
		})(c)
	}},
	{name: "h2: padding alone", role: jobs, h2: func(c *call2) {
		c.head(false, c.fields()...)
		flood2(func(c *call2, f *http2.Framer, _ int) error {
			return f.WriteDataPadded(c.stream, false, nil, make([]byte, 255))
		})(c)
	}},
	{name: "h2: PUSH_PROMISE", role: jobs, h2: once2(func(c *call2, f *http2.Framer) error {
		return f.WritePushPromise(http2.PushPromiseParam{StreamID: c.stream, PromiseID: 2, BlockFragment: c.conn.block(":path", "/"), EndHeaders: true})
	})},
	{name: "h2: unknown frames flood", role: jobs, h2: flood2(func(c *call2, f *http2.Framer, i int) error {
		return f.WriteRawFrame(http2.FrameType(0xb0+i%16), 0xff, c.stream, make([]byte, 1000))
	})},
	{name: "h2: 103 without end", role: jobs, h2: func(c *call2) {
		for c.head(false, ":status", "103", "link", "</x>") {
		}
	}},
	{name: "h2: no status", role: jobs, h2: func(c *call2) { c.head(true, "content-type", "text/plain") }},
	{name: "h2: status of odd bytes", role: jobs, h2: func(c *call2) { c.head(true, ":status", token) }},
	{name: "h2: names in capitals, and of HTTP/1.1", role: jobs, h2: fielded2("X-Capitals", "1", "connection", "upgrade", "transfer-encoding", "chunked", ":status", "201")},
	{name: "h2: values of odd bytes", role: jobs, h2: fielded2("x-odd", nasty, "x-token", token)},
	{name: "h2: trailers with secrets", role: jobs, h2: func(c *call2) {
		c.head(false, c.fields()...)
		c.body(false, token)
		c.head(true, "x-trailer", token)
	}},
	{name: "h2: answers on a stream of nobody", role: jobs, h2: func(c *call2) { c.stream += 1000; honest2(c) }},
	{name: "h2: never answers", role: jobs, h2: func(*call2) {}},
	{name: "h2: a body without end", role: jobs, h2: func(c *call2) { c.head(false, c.fields()...) }},
	{name: "h2: a frame larger than allowed", role: jobs, h2: func(c *call2) {
		c.conn.send(func(f *http2.Framer) error {
			return f.WriteRawFrame(http2.FrameHeaders, 4, c.stream, make([]byte, 1<<20))
		})
	}},
}
