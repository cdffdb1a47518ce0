package report

import (
	"encoding/json"
	"io"
)

// JSON writes a report as one JSON document, indented. Its field names are fixed by [Schema].
// The errors are the writer's.
func JSON(w io.Writer, r Report) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(harmlessJSON(text), '\n'))
	return err
}
