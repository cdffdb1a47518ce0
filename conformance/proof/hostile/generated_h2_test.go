package hostile

import (
	"bytes"
	"math/rand/v2"
	"slices"

	"golang.org/x/net/http2"
)

// talk2 mutates the frames of an answer: one by one, their order, and the bytes of all.
func (m mutator) talk2(c *call2) {
	if c.number%m.often > 0 {
		honest2(c)
		return
	}
	r := m.random(c.number)
	c.conn.send(func(*http2.Framer) error {
		frames := framed(c.write)
		for range 1 + r.IntN(4) {
			frames = frameMutations[r.IntN(len(frameMutations))](r, frames, framed(func(f *http2.Framer) error { return oddFrame(r, c, f) }))
		}
		stream := join(frames...)
		if r.IntN(3) == 0 {
			stream = mutated(r, stream, m.others)
		}
		stream, whole := withoutStreamWindows(stream)
		_, err := c.conn.Write(stream)
		if !whole {
			_ = c.conn.Close() // what comes next would be read as the rest of it
		}
		return err
	})
}

// withoutStreamWindows leaves out the frames that enlarge the window of one stream, and says whether the last frame is whole. If
// such a window overflows, net/http's client (Go 1.26.8, processWindowUpdate) waits for a mutex that it holds itself. Fake time stands
// still then: what the command does with it, a row for processes shows.
func withoutStreamWindows(stream []byte) (kept []byte, whole bool) {
	for len(stream) >= frameHead {
		length := frameHead + int(stream[0])<<16 + int(stream[1])<<8 + int(stream[2])
		if length > len(stream) {
			break
		}
		if http2.FrameType(stream[3]) != http2.FrameWindowUpdate || bytes.Equal(stream[5:frameHead], make([]byte, 4)) {
			kept = append(kept, stream[:length]...)
		}
		stream = stream[length:]
	}
	return append(kept, stream...), len(stream) == 0
}

// frameHead is how many bytes a frame begins with; the first three are the length of what follows (RFC 9113 4.1).
const frameHead = 9

// framed are the frames that somebody writes.
func framed(write func(f *http2.Framer) error) (frames [][]byte) {
	var b bytes.Buffer
	f := http2.NewFramer(&b, nil)
	f.AllowIllegalWrites = true
	_ = write(f)
	for b.Len() >= frameHead {
		s := b.Bytes()
		frames = append(frames, bytes.Clone(b.Next(frameHead+int(s[0])<<16+int(s[1])<<8+int(s[2]))))
	}
	return frames
}

// oddFrame writes a frame that has its place elsewhere.
func oddFrame(r *rand.Rand, c *call2, f *http2.Framer) error {
	stream := []uint32{0, c.stream, c.stream, c.stream + 2, 2, r.Uint32()}[r.IntN(6)]
	token := []byte(tokens[r.IntN(len(tokens))])
	switch r.IntN(10) {
	case 0:
		return f.WriteSettings(http2.Setting{ID: http2.SettingID(r.IntN(10)), Val: r.Uint32()}, http2.Setting{ID: http2.SettingHeaderTableSize, Val: uint32(r.IntN(5000))})
	case 1:
		return f.WriteGoAway(stream, http2.ErrCode(r.IntN(15)), token)
	case 2:
		return f.WriteRSTStream(stream, http2.ErrCode(r.IntN(15)))
	case 3:
		return f.WriteWindowUpdate(stream, r.Uint32())
	case 4:
		return f.WriteContinuation(stream, r.IntN(2) == 0, token)
	case 5:
		return f.WritePushPromise(http2.PushPromiseParam{StreamID: stream, PromiseID: r.Uint32(), BlockFragment: token, EndHeaders: r.IntN(2) == 0})
	case 6:
		status := []string{"100", "101", "103", "200", "204", "304", "999", string(token)}[r.IntN(8)]
		block := c.conn.block(":status", status, "location", string(token), "content-length", itoa(r.IntN(100)))
		return f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block, EndHeaders: r.IntN(4) > 0, EndStream: r.IntN(2) == 0})
	case 7:
		return f.WriteDataPadded(stream, r.IntN(2) == 0, token, make([]byte, r.IntN(255)))
	case 8:
		return f.WritePriority(stream, http2.PriorityParam{StreamDep: stream, Exclusive: true})
	}
	return f.WriteRawFrame(http2.FrameType(r.IntN(256)), http2.Flags(r.IntN(256)), stream, token)
}

// A frameMutation changes frames somewhere; odd are such as to be put between them.
type frameMutation func(r *rand.Rand, frames, odd [][]byte) [][]byte

var frameMutations = []frameMutation{
	func(r *rand.Rand, frames, odd [][]byte) [][]byte { // insert
		return slices.Insert(frames, r.IntN(len(frames)+1), odd...)
	},
	func(r *rand.Rand, frames, odd [][]byte) [][]byte { // insert many
		return slices.Insert(frames, r.IntN(len(frames)+1), slices.Repeat(odd, 1+r.IntN(200))...)
	},
	func(r *rand.Rand, frames, _ [][]byte) [][]byte { // another order
		r.Shuffle(len(frames), func(i, j int) { frames[i], frames[j] = frames[j], frames[i] })
		return frames
	},
	func(r *rand.Rand, frames, _ [][]byte) [][]byte { return frames[:r.IntN(len(frames)+1)] },               // end
	func(r *rand.Rand, frames, _ [][]byte) [][]byte { return append(frames, frames...) },                    // again
	onFrame(func(r *rand.Rand, frame []byte) []byte { frame[3+r.IntN(6)] ^= 1 << r.IntN(8); return frame }), // type, flags, stream
	onFrame(func(r *rand.Rand, frame []byte) []byte { // payload, of the right length
		payload := frame[9:]
		for i := range payload {
			if r.IntN(20) == 0 {
				payload[i] = byte(r.Uint32())
			}
		}
		return frame
	}),
	onFrame(func(r *rand.Rand, frame []byte) []byte { // length
		frame[1+r.IntN(2)] = byte(r.Uint32())
		return frame
	}),
}

// onFrame changes one frame.
func onFrame(change func(r *rand.Rand, frame []byte) []byte) frameMutation {
	return func(r *rand.Rand, frames, _ [][]byte) [][]byte {
		if len(frames) > 0 {
			i := r.IntN(len(frames))
			frames[i] = change(r, bytes.Clone(frames[i]))
		}
		return frames
	}
}
