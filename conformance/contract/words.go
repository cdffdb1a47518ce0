package contract

import (
	"fmt"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

func fieldText(e *record.Exchange, name string) string { return valuesText(e.Values(name), name) }

func pointerText(e *record.Exchange, p record.Pointer) string { return valuesText(p.In(e), p.String()) }

func valuesText(values []string, name string) string {
	switch len(values) {
	case 0:
		return "no " + name + " field"
	case 1:
		if values[0] == "" {
			return "an empty " + name + " field"
		}
		return name + ": " + values[0]
	default:
		quoted := make([]string, len(values))
		for i, value := range values {
			quoted[i] = fmt.Sprintf("%q", value)
		}
		return fmt.Sprintf("%d %s fields: %s", len(values), name, strings.Join(quoted, ", "))
	}
}

func span(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d < 10*time.Second:
		return d.Round(time.Millisecond).String()
	default:
		return d.Round(100 * time.Millisecond).String()
	}
}

// wasAnswered says what became of a request.
func wasAnswered(e *record.Exchange) string {
	if !e.Answered() {
		return "got " + e.StatusText()
	}
	return "was answered " + e.StatusText()
}
