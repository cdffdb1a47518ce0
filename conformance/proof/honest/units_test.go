package honest

import "time"

const (
	ms     = time.Millisecond
	second = time.Second
)
