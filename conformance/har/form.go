package har

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// The types are HAR's, in its own words and order; what is ours is added to them as Ours, and as what begins with Exact.

type creator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Comment string `json:"comment,omitempty"`
}

type logRecord struct {
	Schema string `json:"schema"`
}

type page struct {
	Started string      `json:"startedDateTime"`
	ID      string      `json:"id"`
	Title   string      `json:"title"`
	Timings struct{}    `json:"pageTimings"`
	Ours    *pageRecord `json:"_twoOhTwo"`
}

// A pageRecord is a target and its run, without the exchanges.
type pageRecord struct {
	Name          exact         `json:"name,omitempty"`
	BaseURL       exact         `json:"baseURL"`
	StartURL      exact         `json:"startURL"`
	StartMethod   exact         `json:"startMethod"`
	AllowOrigins  []exact       `json:"allowOrigins,omitempty"`
	JobTimeout    time.Duration `json:"jobTimeoutNanoseconds"`
	Credentials   bool          `json:"credentials,omitempty"`
	OtherIdentity bool          `json:"otherIdentity,omitempty"`
	Origin        exact         `json:"origin,omitempty"`
	Curl          []exact       `json:"curl,omitempty"`
	Body          exact         `json:"body,omitempty"`
	Run           exact         `json:"run"`
	Began         string        `json:"began"`
	Duration      time.Duration `json:"durationNanoseconds"`
	Stopped       exact         `json:"stopped,omitempty"`
	Unreachable   exact         `json:"unreachable,omitempty"`
	Phases        []phase       `json:"phases,omitempty"`
	Protocol      protocol      `json:"protocol"`
}

type phase struct {
	Name exact         `json:"name"`
	From time.Duration `json:"fromNanoseconds"`
	To   time.Duration `json:"toNanoseconds"`
}

// A protocol is that of two-oh-two by its statuses and fields, and any other by its dialect.
type protocol struct {
	Name     string `json:"name,omitempty"`
	Accepted []int  `json:"accepted,omitempty"`
	Pending  []int  `json:"pending,omitempty"`
	Done     []int  `json:"done,omitempty"`
	Success  []int  `json:"success,omitempty"` // as Result where it is left out, as it was before jobs could be expected to fail
	Result   []int  `json:"result,omitempty"`
	Failure  []int  `json:"failure,omitempty"`
	Monitor  string `json:"monitor,omitempty"`
	Product  string `json:"product,omitempty"`

	Dialect *dialect.Dialect   `json:"dialect,omitempty"`
	Expect  record.Expectation `json:"expect,omitempty"`
}

type entry struct {
	Page       string       `json:"pageref"`
	Started    string       `json:"startedDateTime"`
	Time       float64      `json:"time"`
	Request    request      `json:"request"`
	Response   response     `json:"response"`
	Cache      struct{}     `json:"cache"`
	Timings    timings      `json:"timings"`
	Connection string       `json:"connection,omitempty"`
	Ours       *entryRecord `json:"_twoOhTwo"`
}

type request struct {
	Method      string  `json:"method"`
	URL         string  `json:"url"`
	HTTPVersion string  `json:"httpVersion"`
	Cookies     []field `json:"cookies"`
	Headers     []field `json:"headers"`
	Query       []field `json:"queryString"`
	HeadersSize int64   `json:"headersSize"`
	BodySize    int64   `json:"bodySize"`
	ExactMethod []byte  `json:"_methodBase64,omitempty"`
	ExactURL    []byte  `json:"_urlBase64,omitempty"`
}

type response struct {
	Status      int     `json:"status"`
	StatusText  string  `json:"statusText"`
	HTTPVersion string  `json:"httpVersion"`
	Cookies     []field `json:"cookies"`
	Headers     []field `json:"headers"`
	Content     content `json:"content"`
	RedirectURL string  `json:"redirectURL"`
	HeadersSize int64   `json:"headersSize"`
	BodySize    int64   `json:"bodySize"`
	Error       string  `json:"_error,omitempty"` // as Chrome's developer tools have it, and show it
}

type field struct {
	Name       string `json:"name"`
	Value      string `json:"value"`
	ExactName  []byte `json:"_nameBase64,omitempty"`
	ExactValue []byte `json:"_valueBase64,omitempty"`
}

type content struct {
	Size     int64  `json:"size"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text,omitempty"`
	Encoding string `json:"encoding,omitempty"`
	Comment  string `json:"comment,omitempty"`
}

type timings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

// An entryRecord is what HAR has no word for, or not the exact one.
type entryRecord struct {
	Number      int              `json:"number"`
	Role        record.Role      `json:"role"`
	Probe       record.ProbeName `json:"probe,omitempty"`
	Job         int              `json:"job,omitempty"`
	Way         record.Way       `json:"way,omitempty"`
	Late        bool             `json:"late,omitempty"`
	Credentials record.Identity  `json:"credentials,omitempty"`
	Sent        time.Duration    `json:"sentNanoseconds"`
	Received    time.Duration    `json:"receivedNanoseconds"`
	Ended       time.Duration    `json:"endedNanoseconds"`
	Connection  int              `json:"connection,omitempty"`
	Fresh       bool             `json:"fresh,omitempty"`
	Peer        exact            `json:"peer,omitempty"`
	Body        body             `json:"body,omitzero"`
	Failure     failure          `json:"failure,omitzero"`
	MoreFields  int              `json:"moreFields,omitempty"`
}

type body struct {
	Hash     string           `json:"sha256,omitempty"`
	Cut      exact            `json:"cut,omitempty"`
	Bounded  bool             `json:"bounded,omitempty"`
	NotJSON  exact            `json:"notJSON,omitempty"`
	Mentions []mention        `json:"mentions,omitempty"`
	Values   map[string]exact `json:"values,omitempty"`
}

type mention struct {
	Job    int   `json:"job"`
	Before exact `json:"before,omitempty"`
}

type failure struct {
	Kind record.FailureKind `json:"kind"`
	Text exact              `json:"text,omitempty"`
}
