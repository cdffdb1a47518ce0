package contract

// A ProbeName says what a request was made to learn, apart from a job's life.
type ProbeName string

// ProbePreflight is the one HEAD of the base URL that shows whether anybody answers.
const ProbePreflight ProbeName = "preflight"
