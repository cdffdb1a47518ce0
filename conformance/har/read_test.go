package har_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/har"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A browser's archive, in short.
const foreign = `{"log":{"version":"1.2","creator":{"name":"Firefox","version":"140"},"pages":[],"entries":[{"startedDateTime":"2026-03-14T03:09:26.000Z","time":1,"request":{},"response":{},"cache":{},"timings":{}}]}}`

// What is wrong with a file is one sentence on it.
func TestWrongFiles(t *testing.T) {
	whole := string(written(t, recorded(), silent()))
	for _, row := range []struct{ name, text, says string }{
		{"empty", "", "it is cut off"},
		{"text", "hello", "it is not JSON: "},
		{"a number", "5", `it is not a HAR: "{" is expected`},
		{"a list", "[]", `it is not a HAR: "{" is expected`},
		{"no log", `{"a":1}`, "it is not a HAR: there is no log in it"},
		{"a log that is a number", `{"log":1}`, "it is not a HAR: "},
		{"a browser's", foreign, "it is a HAR that something else wrote"},
		{"a browser's, empty", `{"log":{"version":"1.2","entries":[]}}`, "it is a HAR that something else wrote"},
		{"two logs", `{"log":{},"log":{}}`, "it has two logs"},
		{"cut off", whole[:len(whole)/2], "it is cut off"},
		{"cut off at the end", whole[:len(whole)-3], "it is cut off"},
		{"going on", whole + "x", "it goes on"},
		{"twice", whole + whole, "it goes on"},
		{"NUL", whole[:900] + "\x00" + whole[901:], `it is not JSON: invalid character '\x00'`},
		{"HAR 1.1", edited(whole, `"1.2"`, `"1.1"`), `it is HAR "1.1", and two-oh-two reads 1.2`},
		{"too new", edited(whole, `observation/2`, `observation/3`), "a later two-oh-two wrote"},
		{"of no form", edited(whole, `two-oh-two/observation/2`, `x`), "which two-oh-two does not know"},
		{"a page twice", edited(whole, `"id":"target-2"`, `"id":"target-1"`), "two pages of the id"},
		{"no page", edited(whole, `"id":"target-1"`, `"id":"x"`), `entries of the page "target-1", and no such page`},
		{"a page of a browser", edited(whole, `"pages": [`, `"pages": [{"id":"x"},`), "it is a HAR that something else wrote"},
		{"no instant", edited(whole, `"began":"2026`, `"began":"x`), "no instant at which a run begins"},
		{"a run of less than no time", edited(whole, `"durationNanoseconds":1`, `"durationNanoseconds":-1`), "its page 1 makes no sense: a run of -"},
		{"no base URL", edited(whole, `"baseURL":"http://jobs.example/api"`, `"baseURL":""`), "no base URL"},
		{"no pointer", edited(whole, `"monitor":"Location"`, `"monitor":""`), "its protocol"},
		{"any status for accepted", edited(whole, `"accepted":[202]`, `"accepted":[202,0,999]`), "its page 1 makes no sense: its protocol has the status 0"},
		{"a status beyond 599", edited(whole, `"failure":[422]`, `"failure":[422,600]`), "its protocol has the status 600"},
		{"pending and done", edited(whole, `"pending":[200]`, `"pending":[200,201]`), "its protocol has 201 both for pending and done"},
		{"success and failure", edited(whole, `"failure":[422]`, `"failure":[422,200]`), "its protocol has 200 both for success and failure"},
		{"an entry of a browser", edited(whole, `"_twoOhTwo":{"number":2`, `"_other":{"number":2`), "it is a HAR that something else wrote"},
		{"a number twice", edited(whole, `"number":2`, `"number":1`), "its entry 2 makes no sense: it has the number 1, and the one before has 1"},
		{"numbers out of order", edited(whole, `"number":2`, `"number":7`), "its entry 3 makes no sense: it has the number 3, and the one before has 7"},
		{"the number 0", edited(whole, `"number":1,`, `"number":0,`), "it has the number 0"},
		{"a number in words", edited(whole, `"number":1,`, `"number":"one",`), "its entry 1 is damaged: _twoOhTwo.number can't be such a string"},
		{"a huge number", edited(whole, `"number":1,`, `"number":`+strings.Repeat("9", 5000)+`,`), "its entry 1 is damaged: _twoOhTwo.number can't be such a number"},
		{"a time below zero", edited(whole, `"sentNanoseconds":1,`, `"sentNanoseconds":-1,`), "it was sent at -1ns"},
		{"an end before the beginning", edited(whole, `"receivedNanoseconds":1234568`, `"receivedNanoseconds":12345680`), "its entry 1 makes no sense: it was sent at 1ns"},
		{"a time beyond all", edited(whole, `"sentNanoseconds":15000001`, `"sentNanoseconds":9000000000000000000`), "it was sent at 2500000h"},
		{"a job below zero", edited(whole, `"job":1`, `"job":-1`), "a job of a number below 1"},
		{"a status", edited(whole, `"status":202`, `"status":20200`), "it has the status 20200"},
		{"a length below zero", edited(whole, `"size":5`, `"size":-5`), "too small"},
		{"a role", edited(whole, `"role":"start"`, `"role":"`+strings.Repeat("x", 999)+`"`), `there is no role "xxx`},
		{"a way", edited(whole, `"way":"alone"`, `"way":"`+"\\u001b[2J"+`"`), `there is no way "\x1b[2J"`},
		{"a field without a name", edited(whole, `"name":"User-Agent"`, `"name":""`), "a field without a name"},
		{"no start", edited(whole, `"role":"start"`, `"role":"other"`), "its page 1 makes no sense: job 1 was read, and never begun"},
		{"a number beyond all", `6e666`, "it is not a HAR: it has a number that no computer can hold"},
		{"base64", edited(whole, `"base64":"6SI="`, `"base64":"?"`), "is damaged: "},
		{"a body in base64", edited(whole, `"text":"Y2Fm6QA="`, `"text":"?"`), "said to be in base64"},
		{"a body in something", edited(whole, `"encoding":"base64"`, `"encoding":"gzip"`), `in the encoding "gzip"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			g := NewWithT(t)
			_, err := har.Read(strings.NewReader(row.text))
			g.Expect(err).To(MatchError(And(ContainSubstring(row.says), HavePrefix("it"), Not(ContainSubstring("\n")))))
			g.Expect(len(err.Error())).To(BeNumerically("<", 200))
		})
	}
}

func edited(text, old, replacement string) string {
	if !strings.Contains(text, old) {
		panic(fmt.Sprintf("there is no %s", old))
	}
	return strings.Replace(text, old, replacement, 1)
}

// Every word of the contract can be read.
func TestKnownWords(t *testing.T) {
	kinds := []string{"Role", "Way", "ProbeName", "Identity", "FailureKind"}
	files, err := filepath.Glob("../record/*.go")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	found := 0
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		NewWithT(t).Expect(err).NotTo(HaveOccurred())
		ast.Inspect(file, func(node ast.Node) bool {
			spec, is := node.(*ast.ValueSpec)
			if !is || len(spec.Values) != 1 {
				return true
			}
			if name, is := spec.Type.(*ast.Ident); is && slices.Contains(kinds, name.Name) {
				word, _ := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				canRead(t, name.Name, word)
				found++
			}
			return true
		})
	}
	NewWithT(t).Expect(found).To(BeNumerically(">", 30))
}

func canRead(t *testing.T, kind, word string) {
	t.Helper()
	o := recorded()
	switch e := o.Exchanges[4]; kind { // it is of no job
	case "Role":
		e.Role = record.Role(word)
	case "Way":
		e.Way = record.Way(word)
	case "ProbeName":
		e.Probe = record.ProbeName(word)
	case "Identity":
		e.Request.Credentials = record.Identity(word)
	case "FailureKind":
		e.Failure.Kind = record.FailureKind(word)
	}
	if _, err := har.Read(bytes.NewReader(written(t, o))); err != nil {
		t.Errorf("the %s %q: %v", kind, word, err)
	}
}

// A record of the first form is read as it was: restarts came with the second.
func TestReadsTheFirstForm(t *testing.T) {
	whole, err := os.ReadFile("testdata/run.har")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := har.Read(strings.NewReader(strings.Replace(string(whole), har.Schema, "two-oh-two/observation/1", 1))); err != nil {
		t.Error(err)
	}
}
