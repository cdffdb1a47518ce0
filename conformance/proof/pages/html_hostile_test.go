package pages

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// payloads try to become more than text: each sets a global, opens a dialog or makes an element, where it is let.
var payloads = []string{
	`<script>window.owned=1;alert(1)</script>`,
	`"><img src=x onerror="window.owned=1;alert(1)">`,
	`'><svg onload='window.owned=1'>`,
	`javascript:window.owned=1`,
	`</title><script>window.owned=1</script>`,
	`</style><script>window.owned=1</script>`,
	`</script><script>window.owned=1</script>`,
	`</pre></details></section></main><iframe srcdoc="<script>parent.owned=1</script>"></iframe>`,
	`</title></use></svg><base href="http://evil.example/"><link rel=stylesheet href=//evil.example/x.css>`,
	`{{.Script}}{{template "page.html" .}}`,
	"` onfocus=window.owned=1 autofocus x=`",
	`x" onmouseover="window.owned=1" style="background:url(http://evil.example/)`,
	`<!--<script>`, `]]><script>window.owned=1</script>`, `&lt;script&gt;window.owned=1&lt;/script&gt;`,
	"\x00\x1b]0;owned\x07\u202e\u2028\xff<meta http-equiv=refresh content='0;url=http://evil.example/'>",
}

// hostilePages opens reports in which every text is a payload, and finds nothing but text made of it.
func hostilePages(t *testing.T, ctx context.Context, real report.Report) {
	real.Targets = slices.Clone(real.Targets)
	few(&real.Targets[0])
	crowd(&real.Targets[0])
	for _, c := range []struct {
		name string
		all  bool // levels, outcomes and roles too, which are never a server's
	}{{"what servers may say", false}, {"everything", true}} {
		t.Run(c.name, func(t *testing.T) {
			r := real
			r.Targets = nil
			for _, payload := range payloads {
				var target report.Target
				fill(reflect.ValueOf(&target).Elem(), reflect.ValueOf(real.Targets[0]), payload, c.all)
				r.Targets = append(r.Targets, target)
			}
			r.Tool.Version, r.Contract.Name, r.Contract.Version, r.Contract.Digest = payloads[0], payloads[1], payloads[2], payloads[3]
			b := open(t, ctx, r)
			b.show("")
			ask[any](b, `document.querySelectorAll("details").forEach((d) => d.open = true)`)
			b.do(chromedp.Click(chromedp.CSS("h1")), chromedp.KeyEvent("\t\t\t"))
			if ask[bool](b, `"owned" in window`) {
				t.Error("a payload was run")
			}
			for _, made := range ask[[]string](b, `[...document.querySelectorAll("img, iframe, object, embed, base, link, video, audio, foreignObject, animate, set, script ~ script, style ~ style, meta[http-equiv=refresh]")].map((e) => e.outerHTML)`) {
				t.Errorf("an element was made: %s", made)
			}
			for _, made := range ask[[]string](b, `[...document.querySelectorAll("*")].flatMap((e) => [...e.attributes].filter((a) => a.name.startsWith("on") || a.name === "style" || a.name === "srcdoc" || a.name === "autofocus" || a.name === "src" || (a.name === "href" && !a.value.startsWith("#"))).map((a) => e.localName + " " + a.name + "=" + a.value))`) {
				t.Errorf("an attribute was made: %s", made)
			}
			for part, n := range map[string]int{".phases li": len(real.Targets[0].Phases), ".times tbody tr": 4, ".spread svg": 4, ".left tbody tr": 3} {
				if got := ask[int](b, `document.querySelectorAll("`+part+`").length`); got < n*len(payloads) {
					t.Errorf("of %s there are %d, in %d targets", part, got, len(payloads))
				}
			}
			if n := ask[int](b, `document.querySelectorAll("main > section.target").length`); n != len(payloads) {
				t.Errorf("%d sections of %d targets", n, len(payloads))
			}
			if text := ask[string](b, `document.querySelector(".requirement[data-outcome=fail] dd, .entries dd").textContent`); text != payloads[0] {
				t.Errorf("%q is shown as %q", payloads[0], text)
			}
			b.size(360, 900)
			if out := ask[[]string](b, wide); len(out) > 0 {
				t.Errorf("these stick out: %v", out)
			}
			if bad := ask[[]string](b, contrast); len(bad) > 0 {
				t.Errorf("these are too faint: %v", bad)
			}
		})
	}
}

// few leaves of a target what each part of a page is made of once: there are as many targets as payloads.
func few(t *report.Target) {
	t.Exchanges = t.Exchanges[:12]
	seen := map[[2]string]bool{}
	t.Requirements = slices.DeleteFunc(slices.Clone(t.Requirements), func(r report.Requirement) bool {
		alike := [2]string{string(r.Level), string(r.Outcome)}
		defer func() { seen[alike] = true }()
		return seen[alike]
	})
}

// fill copies a value, with a text in place of each of its strings.
func fill(to, from reflect.Value, text string, all bool) {
	switch from.Kind() {
	case reflect.String:
		to.Set(from)
		if all || from.Type() == reflect.TypeFor[string]() {
			to.SetString(text)
		}
	case reflect.Slice:
		to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			fill(to.Index(i), from.Index(i), text, all)
		}
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(from.Type().Elem()))
			fill(to.Elem(), from.Elem(), text, all)
		}
	case reflect.Struct:
		for i := range from.NumField() {
			fill(to.Field(i), from.Field(i), text, all)
		}
	case reflect.Map:
		to.Set(from)
		if all {
			to.Set(reflect.ValueOf(report.Counts{contract.Level(text): {contract.Outcome(text): 1}, contract.Must: {contract.Outcome(text): 1}}))
		}
	default:
		to.Set(from)
	}
}
