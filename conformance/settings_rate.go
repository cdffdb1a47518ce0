package conformance

import (
	"fmt"
	"math"
	"strconv"
)

func setRate(p *plan, value string) error {
	rate, err := strconv.ParseFloat(value, 64)
	if err != nil || !(rate > 0) || math.IsInf(rate, 0) {
		return fmt.Errorf("%q is no number of requests a second: one above 0 is needed, such as 20 or 0.5", value)
	}
	p.target.Rate = rate
	return nil
}
