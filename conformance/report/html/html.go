// Package html writes a report as one file for a browser.
package html

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"reflect"
	"strings"
	"sync"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

var (
	//go:embed *.html
	files embed.FS
	//go:embed style.css
	style string
	//go:embed script.js
	script string
)

// pages are the templates, read once.
var pages = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"shapes": func() map[string]string { return shapes },
		"legend": func() []markView { return legend },
		"shown":  newStatus,
		"took":   report.Took,
	}).ParseFS(files, "*.html"))
})

// Write writes a report as one file for a browser, which needs nothing else: style and script are in it, and its
// policy allows these two and no request. It can be read without the script. The errors are the writer's.
func Write(w io.Writer, r report.Report) error {
	page := newPage(r)
	page.Style, page.Script, page.Policy = template.CSS(style), template.JS(script), policy()
	out := bufio.NewWriter(w)
	if err := pages().ExecuteTemplate(out, "page.html", page); err != nil {
		return err
	}
	return out.Flush()
}

// policy allows exactly this style and this script, and nothing from anywhere (CSP 3, 2.3.1). It stands in a meta element,
// where frame-ancestors and the like are no directives.
func policy() string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'", hash(style), hash(script))
}

// cleaned is a report whose every text is safe to show: what is made of it can't forget to escape one. The report
// itself stays as it is.
func cleaned(r report.Report) report.Report {
	var copied report.Report
	clean(reflect.ValueOf(&copied).Elem(), reflect.ValueOf(r))
	for i, t := range r.Targets {
		for k, e := range t.Exchanges {
			if e.Body != nil {
				copied.Targets[i].Exchanges[k].Body.Beginning = escapeLines(e.Body.Beginning)
			}
		}
	}
	copied.Started = r.Started
	if r.Baseline != nil {
		copied.Baseline.Started = r.Baseline.Started
	}
	return copied
}

// clean copies a value, deep, and escapes the strings in it. Maps are taken over: those of a report hold counts.
func clean(to, from reflect.Value) {
	switch from.Kind() {
	case reflect.String:
		to.SetString(report.EscapeUnsafe(from.String()))
	case reflect.Slice:
		if from.IsNil() {
			return
		}
		to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			clean(to.Index(i), from.Index(i))
		}
	case reflect.Pointer:
		if from.IsNil() {
			return
		}
		to.Set(reflect.New(from.Type().Elem()))
		clean(to.Elem(), from.Elem())
	case reflect.Struct:
		for i := range from.NumField() {
			if from.Type().Field(i).IsExported() {
				clean(to.Field(i), from.Field(i))
			}
		}
	default:
		to.Set(from)
	}
}

// escapeLines is [report.EscapeUnsafe] for a text of many lines.
func escapeLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = report.EscapeUnsafe(line)
	}
	return strings.Join(lines, "\n")
}
