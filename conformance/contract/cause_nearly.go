package contract

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// anybodys are the errors that say nothing of a job: whoever stands before a server answers with them too.
var anybodys = []int{401, 403, 404, 407, 408, 410, 429, 500, 502, 503, 504}

// whyNearly says what an answer of a monitor, which is none of the dialect's, lacks to be one: the likely one, where it is as far from others.
// The mend is what it has to be.
func whyNearly(o *view, e *record.Exchange, likely dialect.Phase) cause {
	if !e.Answered() || slices.Contains(anybodys, e.Status) {
		return cause{}
	}
	phase, lacks := o.Protocol.Dialect.Nearly(e.Answer(), likely)
	if phase == dialect.Unrecognised {
		return cause{}
	}
	says := fmt.Sprintf("as the answer for a %s job it has %s", phase, lacks)
	switch {
	case !strings.HasPrefix(lacks, "no /"): // a place in the body begins with a slash
	case e.Body.Length == 0 && e.Body.Cut == "":
		says += ": its body is empty"
	case e.Body.Length == int64(len(e.Body.Beginning)) && !json.Valid(e.Body.Beginning):
		says += ": its body is not JSON"
	}
	mend := "answer {pending} while the job runs"
	if likely == dialect.Done {
		mend = "answer {done}{of-the-result} once the job is done"
	}
	return cause{name: "nearly", says: says, mend: mend}
}
