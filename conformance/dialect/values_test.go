package dialect

import (
	"reflect"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	long := strings.Repeat("x", 2*longestValue)
	for _, row := range []struct {
		name, body string
		pointers   []string
		want       map[string]string
	}{
		{"nothing wanted", `{"a":1}`, nil, nil},
		{"no JSON", `<html>`, []string{"/a"}, nil},
		{"nothing there", `{"b":1}`, []string{"/a"}, map[string]string{}},
		{"every kind", ` {"a": 1, "b": "x", "c": true, "d": null, "e": [1, 2], "f": {"g": 1}}`, []string{"/a", "/b", "/c", "/d", "/e", "/f"},
			map[string]string{"/a": "1", "/b": `"x"`, "/c": "true", "/d": "null", "/e": "[1,2]", "/f": `{"g":1}`}},
		{"a value, and what is below it", `{"error": {"code": "x", "more": [ {"id": 7} ]}}`, []string{"/error", "/error/code", "/error/more/0/id"},
			map[string]string{"/error": `{"code":"x","more":[{"id":7}]}`, "/error/code": `"x"`, "/error/more/0/id": "7"}},
		{"names with slashes and tildes", `{"a/b": {"~": 1}}`, []string{"/a~1b/~0"}, map[string]string{"/a~1b/~0": "1"}},
		{"the last of two", `{"a": 1, "a": 2}`, []string{"/a"}, map[string]string{"/a": "2"}},
		{"broken off", `{"status": "Running", "log": "` + long, []string{"/status", "/log"}, map[string]string{"/status": `"Running"`}},
		{"a byte order mark", "\xef\xbb\xbf" + `{"a": 1}`, []string{"/a"}, map[string]string{"/a": "1"}},
		{"a long text", `{"a": "` + long + `"}`, []string{"/a"}, map[string]string{"/a": `"` + long + `"`}},
		{"no object", `[{"a": 1}]`, []string{"/0/a", "/1/a"}, map[string]string{"/0/a": "1"}},
		{"a number", `7`, []string{"/a"}, map[string]string{}},
		{"too deep", strings.Repeat("[", 20_000), []string{"/0/0"}, nil},
	} {
		if got := Read([]byte(row.body), row.pointers); !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
	}
	if got := Read([]byte(`{"a": ["`+long+`"]}`), []string{"/a"})["/a"]; len(got) != len(`"sha256:"`)+64 {
		t.Errorf("a long list is %s", got)
	}
}
