package record

// A ProbeName says what a request was made to learn, apart from a job's life.
type ProbeName string

const (
	ProbePreflight   ProbeName = "preflight"      // the one HEAD of the base URL that shows whether anybody answers
	ProbeHead        ProbeName = "head"           // HEAD, where GET is what the job's life needs
	ProbeOptions     ProbeName = "options"        // OPTIONS on the start
	ProbeBegun       ProbeName = "begun"          // GET of a monitor that the answer to HEAD or OPTIONS named
	ProbeUnknown     ProbeName = "unknown"        // a well-shaped id that no server issued
	ProbeHostile     ProbeName = "hostile"        // an ill-shaped one
	ProbeEarly       ProbeName = "early"          // the result of a job that is pending
	ProbeConditional ProbeName = "conditional"    // a done job's monitor, with a validator from when it was pending
	ProbeForgedHost  ProbeName = "forged-host"    // a start with X-Forwarded-Host and Forwarded fields of the client's own
	ProbeMethod      ProbeName = "method"         // a method that nobody knows
	ProbeAnonymous   ProbeName = "no-credentials" // without the credentials
	ProbeOther       ProbeName = "other"          // with those of a second identity
	ProbeFraming     ProbeName = "framing"        // one after another on one connection, to see where each answer ends
	ProbeCORS        ProbeName = "cors-preflight" // OPTIONS as a browser sends it before a request
	ProbeCancel      ProbeName = "cancel"         // one more job is begun, and cancelled
	ProbeRenewal     ProbeName = "renewal"        // it was answered 401, so the credentials were renewed and it was asked again: never judged
	ProbeDiagnosis   ProbeName = "diagnosis"      // GET of what a Location that led nowhere may have meant, to name the likely cause: never judged
)
