package har

import (
	"bufio"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Read reads what [Write] wrote, and nothing else. The error is one sentence on the file, which begins with "it". However
// large, deep or absurd a file is, no more of it is held than what a run may hold.
func Read(r io.Reader) ([]*record.Observation, error) { return readUpTo(r, fileBound) }

func readUpTo(r io.Reader, bound int64) ([]*record.Observation, error) {
	in := &rationed{in: bufio.NewReader(r), whole: bound}
	if mark, _ := in.in.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, _ = in.in.Discard(3) // a byte order mark may be ignored (HAR 1.2; RFC 8259 8.1)
	}
	f := &file{in: in, decoder: json.NewDecoder(in), exchanges: map[string][]*record.Exchange{}}
	if err := f.read(); err != nil {
		return nil, sentence(err)
	}
	return f.observations()
}

// A rationed reader ends where a file, or one value of it, is larger than any of ours.
type rationed struct {
	in    *bufio.Reader
	whole int64
	value int64
}

func (r *rationed) Read(b []byte) (int, error) {
	switch {
	case r.whole <= 0:
		return 0, fmt.Errorf("it is larger than %d MiB, and no run is", fileBound>>20)
	case r.value <= 0:
		return 0, fmt.Errorf("it has a value of more than %d MiB, and no run has", valueBound>>20)
	}
	// As much as there is room for: the decoder looks through blanks again each time that it is given a little more.
	n, err := io.ReadFull(r.in, b[:min(int64(len(b)), r.whole, r.value)])
	r.whole -= int64(n)
	r.value -= int64(n)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

// A file is an archive as far as it was read.
type file struct {
	in      *rationed
	decoder *json.Decoder
	log     bool
	version string
	schema  string
	pages   []page

	entries   int
	exchanges map[string][]*record.Exchange // by page
}

func (f *file) read() error {
	err := f.object(func(key string) error {
		if key != "log" {
			return f.skip()
		}
		if f.log {
			return errors.New("it has two logs")
		}
		f.log = true
		return f.object(f.member)
	})
	if err != nil {
		return err
	}
	f.in.value = valueBound
	if _, err := f.decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("it goes on where it should have ended")
	}
	if !f.log {
		return errors.New("it is not a HAR: there is no log in it")
	}
	return nil
}

// member reads one member of the log.
func (f *file) member(key string) error {
	switch key {
	case "version":
		return f.decode("its version", &f.version)
	case "_twoOhTwo":
		var ours logRecord
		if err := f.decode("its log", &ours); err != nil {
			return err
		}
		f.schema = ours.Schema
		return readable(f.schema)
	case "pages":
		return f.array(f.page)
	case "entries":
		return f.array(f.entry)
	}
	return f.skip()
}

func (f *file) page() error {
	var p page
	if err := f.decode(fmt.Sprintf("its page %d", len(f.pages)+1), &p); err != nil {
		return err
	}
	if p.Ours == nil {
		return errForeign
	}
	if slices.ContainsFunc(f.pages, func(other page) bool { return other.ID == p.ID }) {
		return fmt.Errorf("it has two pages of the id %s", shown(p.ID))
	}
	if len(f.pages) >= mostPages {
		return fmt.Errorf("it has more than %d pages, and no run has", mostPages)
	}
	f.pages = append(f.pages, p)
	return nil
}

// mostPages is the number of targets that nobody checks at once: each page is compared with the others.
const mostPages = 1000

var errForeign = errors.New("it is a HAR that something else wrote, or changed: what two-oh-two check --save adds to it, as _twoOhTwo, is not there")

func (f *file) entry() error {
	if f.entries++; f.entries > mostRead {
		return fmt.Errorf("it has more than %d entries, and no run has", mostRead)
	}
	var e entry
	if err := f.decode(fmt.Sprintf("its entry %d", f.entries), &e); err != nil {
		return err
	}
	if e.Ours == nil {
		return errForeign
	}
	restored, err := e.exchange()
	if err != nil {
		return fmt.Errorf("its entry %d makes no sense: %w", f.entries, err)
	}
	before := f.exchanges[e.Page]
	if n := len(before); n > 0 && before[n-1].Number >= restored.Number {
		return fmt.Errorf("its entry %d makes no sense: it has the number %d, and the one before has %d", f.entries, restored.Number, before[n-1].Number)
	}
	f.exchanges[e.Page] = append(before, restored)
	return nil
}

// object reads an object, member by member.
func (f *file) object(member func(key string) error) error {
	if err := f.delimiter('{'); err != nil {
		return err
	}
	for f.more() {
		key, err := f.decoder.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if err := member(name); err != nil {
			return err
		}
	}
	return f.delimiter('}')
}

func (f *file) array(element func() error) error {
	if err := f.delimiter('['); err != nil {
		return err
	}
	for f.more() {
		if err := element(); err != nil {
			return err
		}
	}
	return f.delimiter(']')
}

func (f *file) more() bool {
	f.in.value = valueBound
	return f.decoder.More()
}

func (f *file) delimiter(want json.Delim) error {
	f.in.value = valueBound
	token, err := f.decoder.Token()
	if err == nil && token != want {
		return fmt.Errorf("it is not a HAR: %q is expected at byte %d", want, f.decoder.InputOffset())
	}
	return err
}

// decode reads one value. What of the file it is, is told where it is another kind of value.
func (f *file) decode(what string, to any) error {
	f.in.value = valueBound
	err := f.decoder.Decode(to)
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		value, _, _ := strings.Cut(kind.Value, " ") // of a number, without its digits: they may go on for long
		return fmt.Errorf("%s is damaged: %s can't be such a %s", what, cmp.Or(kind.Field, "a value"), value)
	}
	if corrupt, ok := errors.AsType[base64.CorruptInputError](err); ok {
		return fmt.Errorf("%s is damaged: %w", what, corrupt)
	}
	return err
}

func (f *file) skip() error {
	return f.decode("it", new(json.RawMessage))
}

// sentence says in words what the JSON package has no good ones for.
func sentence(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it is cut off: the end is missing")
	case errors.As(err, &syntax):
		return fmt.Errorf("it is not JSON: %w, at byte %d", syntax, syntax.Offset)
	case errors.As(err, &kind):
		return errors.New("it is not a HAR: it has a number that no computer can hold")
	}
	return err
}
