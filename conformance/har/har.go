// Package har keeps observations as HAR 1.2, the HTTP Archive that browsers' developer tools open ("HAR 1.2 Spec",
// Jan Odvarko), and reads them back, exactly as they were.
//
// The standard fields say what they can say. What else a judgement needs is in custom fields, which HAR 1.2 has begin
// with an underscore: _twoOhTwo on the log, on each page (a target) and on each entry (an exchange). Bytes that are not UTF-8,
// and so not JSON either (RFC 8259 8.1), are kept in base64 beside what can be shown of them. Nothing is added to a record but its
// form: the record has no secrets, and so the archive has none.
package har

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Schema names the form of what is added to HAR. Fields may be added to a form; its number changes
// where an older reader would judge otherwise for not knowing them.
const Schema = schemaName + "2"

const (
	schemaName   = "two-oh-two/observation/"
	schemaNumber = 2 // 2: restarts and rollouts, as parts and as a kind of failure, and replicas, as peer
)

const (
	version   = "1.2"     // of HAR
	fileBound = 512 << 20 // bytes of a file: ten thousand jobs fit in
	mostRead  = 1 << 20   // exchanges of a file
	// valueBound is on one entry: the most that is recorded of a header section, a quarter of a megabyte, each byte escaped, and then some.
	valueBound = 4 << 20
	// beginningKept is how much of a body is kept. A run keeps a kilobyte, in which placeholders may have taken the place of shorter secrets.
	beginningKept = 4 << 10
)

// The words that a record may have where a judgement tells one from the other. A word that is not known is
// a mistake, or from a later form: it is better refused than judged as if it were nothing.
var (
	roles  = []record.Role{record.RoleStart, record.RoleMonitor, record.RoleResult, record.RoleOther}
	ways   = []record.Way{"", record.WayAlone, record.WayTogether, record.WayUnread, record.WayDropped}
	probes = []record.ProbeName{"", record.ProbePreflight, record.ProbeHead, record.ProbeOptions, record.ProbeBegun, record.ProbeUnknown,
		record.ProbeHostile, record.ProbeEarly, record.ProbeConditional, record.ProbeForgedHost, record.ProbeMethod,
		record.ProbeAnonymous, record.ProbeOther, record.ProbeFraming, record.ProbeCORS, record.ProbeDiagnosis, record.ProbeRenewal, record.ProbeCancel}
	identities = []record.Identity{record.IdentityNone, record.IdentityFirst, record.IdentityOther}
	failures   = []record.FailureKind{record.FailureNone, record.FailureConnect, record.FailureTLS, record.FailureTimeout, record.FailureBroken,
		record.FailureProtocol, record.FailureFlood, record.FailureWithheld, record.FailureStopped,
		record.FailureLoad, record.FailureRestart}
)

// readable says why a form can't be read; nil where it can.
func readable(schema string) error {
	number, ours := strings.CutPrefix(schema, schemaName)
	n, err := strconv.Atoi(number)
	switch {
	case !ours || err != nil || n < 1:
		return fmt.Errorf("it is of the form %s, which two-oh-two does not know: %q is expected", shown(schema), Schema)
	case n > schemaNumber:
		return fmt.Errorf("it is of the form %s, which a later two-oh-two wrote: this one reads up to %q", shown(schema), Schema)
	}
	return nil
}

// shown quotes a word of a file, or its beginning.
func shown(word string) string {
	const most = 60
	if len(word) > most {
		return fmt.Sprintf("%q…", word[:most])
	}
	return strconv.Quote(word)
}
