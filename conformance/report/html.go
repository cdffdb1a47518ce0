package report

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
)

//go:embed html
var htmlFiles embed.FS

// pages are the templates, read once.
var pages = sync.OnceValues(func() (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{
		"shapes": func() map[string]string { return shapes },
		"legend": func() []htmlMark { return legend },
	}).ParseFS(htmlFiles, "html/*.html")
})

// HTML writes a report as one file for a browser, which needs nothing else: style and script are in it, and its
// policy allows these two and no request. It can be read without the script. The errors are the writer's.
func HTML(w io.Writer, r Report) error {
	templates, err := pages()
	if err != nil {
		return err
	}
	style, err := htmlFiles.ReadFile("html/style.css")
	if err != nil {
		return err
	}
	script, err := htmlFiles.ReadFile("html/script.js")
	if err != nil {
		return err
	}
	page := newPage(r)
	page.Style, page.Script, page.Policy = template.CSS(style), template.JS(script), policy(style, script)
	out := bufio.NewWriter(w)
	if err := templates.ExecuteTemplate(out, "page.html", page); err != nil {
		return err
	}
	return out.Flush()
}

// policy allows exactly this style and this script, and nothing from anywhere (CSP 3, 2.3.1). It stands in a meta element,
// where frame-ancestors and the like are no directives.
func policy(style, script []byte) string {
	hash := func(text []byte) string {
		sum := sha256.Sum256(text)
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'", hash(style), hash(script))
}

// cleaned is a report whose every text is harmless: what is made of it can't forget to escape one. The report
// itself stays as it is.
func cleaned(r Report) Report {
	var copied Report
	clean(reflect.ValueOf(&copied).Elem(), reflect.ValueOf(r))
	for i, t := range r.Targets {
		for k, e := range t.Exchanges {
			if e.Body != nil {
				copied.Targets[i].Exchanges[k].Body.Beginning = harmlessLines(e.Body.Beginning)
			}
		}
	}
	copied.Started = r.Started
	return copied
}

// clean copies a value, deep, and makes the strings in it harmless. Maps are taken over: those of a report hold counts.
func clean(to, from reflect.Value) {
	switch from.Kind() {
	case reflect.String:
		to.SetString(harmless(from.String()))
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

// harmlessLines is [harmless] for a text of many lines.
func harmlessLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = harmless(line)
	}
	return strings.Join(lines, "\n")
}
