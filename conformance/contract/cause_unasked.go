package contract

import (
	"fmt"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// whyUnasked explains an answer to what a request had not asked: for a part, or for what has changed; and one that wants another method.
func whyUnasked(e *record.Exchange) cause {
	asked := e.Request.Value
	switch {
	case e.Status == 206 && asked("Range") == "":
		return cause{name: "partial-unasked", says: fmt.Sprintf("206 Partial Content (%s), though no Range was asked for", fieldText(e, "Content-Range")), mend: "answer {success} and the whole result where the request has no Range"}
	case e.Status == 405 && e.Request.Method == "GET" && e.Has("Allow") && !allows(e, "GET"):
		return cause{name: "get-refused", says: fmt.Sprintf("GET is refused, and other methods are not (%s)", fieldText(e, "Allow")), mend: "let GET read it: a client knows its URL alone"}
	case e.Status == 304 && asked("If-None-Match") == "" && asked("If-Modified-Since") == "":
		return cause{name: "not-modified-unasked", says: "304 Not Modified, though the request had no validator: a client that kept nothing has nothing to go by",
			mend: "answer 304 only where If-None-Match or If-Modified-Since has the validator of the present state; let a cache that asks with its own validator answer with what it has stored"}
	}
	return cause{}
}
