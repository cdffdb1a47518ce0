package observe

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unique"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// The bounds on what a run records. A HAR of it is about as large: a hundred megabytes, whatever a server sends, or as much as
// so many jobs take on an ordinary server (some 6 to 15 KiB each): with 5,000 jobs a HAR stays below 100 MB, and the command below 300 MB, all the same.
const (
	recordBound = 90 << 20
	recordEach  = 24 << 10 // for each job that is begun together with the others
	recordLeast = 4 << 20  // of one target beside many: ordinary runs take less than one
	nameKept    = 200      // bytes of a field's name
	linesKept   = 16       // of a field that is judged, of an answer with too many fields
)

// fieldLimits bound how much is kept of the fields of an answer.
type fieldLimits struct {
	lines, bytes, value int
}

var (
	normalLimits  = fieldLimits{lines: 200, bytes: 32 << 10, value: record.LongestValue} // ordinary servers send less
	reducedLimits = fieldLimits{lines: 40, bytes: 4 << 10, value: 2000}                  // once half of the record's bound is reached
)

// ShareRecord is the MaxRecord of a target whose record is kept together with those of others: so many in all.
func ShareRecord(target Target, targets int) int64 {
	jobs := int64(cmp.Or(target.Jobs, DefaultJobs))
	return max(recordBound/int64(targets), recordLeast, recordEach*jobs)
}

// fields lists a header for the record, in an order that is the same each time, and says how many lines are left out.
func (r *run) fields(header http.Header) (fields []record.Field, more int) {
	m := normalLimits
	if r.recorded.Load() > r.target.MaxRecord/2 {
		m = reducedLimits
	}
	chosen, lines := m.chooseFields(header, r.dialectFields)
	fields = make([]record.Field, 0, lines)
	for _, name := range slices.Sorted(maps.Keys(header)) {
		values := header[name]
		more += len(values) - chosen[name]
		most := m.value
		if r.protocol.Monitor.Is(name) || r.protocol.Product.Is(name) {
			most = record.LongestValue
		}
		for _, value := range values[:chosen[name]] {
			value = unique.Make(record.Shorten(r.redact.field(name, value), most)).Value() // most are those of other answers again
			fields = append(fields, record.Field{Name: record.Shorten(r.redact.text(name), nameKept), Value: value})
		}
	}
	return fields, more
}

// chooseFields says how many lines of each field are kept, and how many that is. Where there is too much, those by
// which the dialect speaks and those that are judged go before.
func (m fieldLimits) chooseFields(header http.Header, spoken []string) (chosen map[string]int, lines int) {
	chosen = make(map[string]int, min(len(header), m.lines))
	if all, bytes := extent(header); all <= m.lines && bytes <= m.bytes {
		for name, values := range header {
			chosen[name] = len(values)
		}
		return chosen, all
	}
	for _, name := range slices.Concat(spoken, record.JudgedFields()) {
		if n := min(len(header[name]), linesKept); n > 0 && chosen[name] == 0 {
			chosen[name] = n
			lines += n
		}
	}
	bytes := 0
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if chosen[name] > 0 {
			continue
		}
		for _, value := range header[name] {
			bytes += min(len(name), nameKept) + min(len(value), m.value)
			if lines >= m.lines || bytes > m.bytes {
				return chosen, lines
			}
			chosen[name]++
			lines++
		}
	}
	return chosen, lines
}

// extent is how many lines a header has, and how many bytes.
func extent(header http.Header) (lines, bytes int) {
	for name, values := range header {
		lines += len(values)
		for _, value := range values {
			bytes += len(name) + len(value)
		}
	}
	return lines, bytes
}

// followed returns what is needed of a header once its answer is recorded: references and validators, byte for byte. One too
// long to be followed is as the record has it.
func (r *run) followed(header http.Header) http.Header {
	kept := http.Header{}
	for _, name := range append([]string{"Etag", "Last-Modified", "Set-Cookie"}, r.dialectFields...) {
		values := header[name]
		if len(values) == 0 || kept[name] != nil {
			continue
		}
		for _, value := range values[:min(len(values), 2)] { // two are as good as many: neither is followed
			if len(value) > record.LongestValue {
				value = record.Shorten(r.redact.field(name, value), record.LongestValue)
			}
			kept[name] = append(kept[name], strings.Clone(value))
		}
	}
	return kept
}

// values are what a body holds at the dialect's places: as the record has it, and as it really came. A text too long to be followed is
// as the record has it in both.
func (r *run) values(body []byte) (kept, came map[string]string) {
	came = dialect.Read(body, r.bodyPlaces)
	if came == nil {
		return nil, nil
	}
	kept = make(map[string]string, len(came))
	for pointer, value := range came {
		if !strings.HasPrefix(value, `"`) {
			kept[pointer] = r.redact.text(value)
			continue
		}
		text := dialect.Text(value)
		short, _ := json.Marshal(record.Shorten(r.redact.field("Location", text), record.LongestValue))
		kept[pointer] = string(short)
		if len(text) > record.LongestValue {
			came[pointer] = kept[pointer]
		}
	}
	return kept, came
}

// shorten shortens the texts of an exchange for the record, and counts its size. Where the run ended first, as for each of many
// jobs at once, nothing is told by all of a URL.
func (r *run) shorten(e *record.Exchange) {
	if e.Failure.Kind == record.FailureStopped {
		e.Request.URL = record.Shorten(e.Request.URL, reducedLimits.value)
	}
	for _, text := range []*string{&e.Request.URL, &e.Failure.Text, &e.Body.Cut, &e.Body.NotJSON} {
		*text = record.Shorten(*text, record.LongestValue)
	}
	r.recorded.Add(int64(e.Weight()))
}
