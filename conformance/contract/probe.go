package contract

// A ProbeName says what a request was made to learn, apart from a job's life.
type ProbeName string

const (
	ProbePreflight ProbeName = "preflight" // the one HEAD of the base URL that shows whether anybody answers
	ProbeHead      ProbeName = "head"      // HEAD, where GET is what the job's life needs
)
