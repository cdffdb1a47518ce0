package conformance

// RunDeadline lets the Ginkgo suite end its runs by the rule of [Run].
var RunDeadline = runDeadline
