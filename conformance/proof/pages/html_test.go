package pages

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// judged is the report of a run on the reference with faults.
func judged(t *testing.T, faults ...string) (r report.Report) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		target := harness.Serve(t, harness.New(t, reference.Options{JobDuration: 400 * time.Millisecond, Faults: faults}))
		target.Jobs = 3 // pages are loaded often, and have no other parts with more
		r = harness.Check(t, target)
	})
	return r
}

// TestHTML opens reports of real runs in a browser, one for all of it: what is in them works, by mouse and by keyboard, nothing
// leaves the file, and nothing in it is more than text.
func TestHTML(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	ctx := browser(t)
	late, lost := judged(t, "monitor-late"), judged(t, "result-late")
	t.Run("hostile", func(t *testing.T) { hostilePages(t, ctx, late) })
	crowd(&late.Targets[0])
	b := open(t, ctx, late)
	for _, c := range []struct {
		name string
		look func(*testing.T, *tab)
	}{
		{"filters by clicking", clicked}, {"filters by keyboard", typed}, {"views in the address", restored}, {"links", linked},
		{"copying", copied}, {"marks by arrows", arrows}, {"focus", focused}, {"themes", themed}, {"widths", sized}, {"print", printed},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.t = t
			b.medium("", "light")
			b.show("")
			c.look(t, b)
			b.silent()
		})
	}
	b.t = t
	t.Run("without script", func(t *testing.T) { unscripted(t, open(t, ctx, late)) })
	t.Run("several targets", func(t *testing.T) {
		several := open(t, ctx, report.Combine(late, lost))
		several.show("")
		if n := ask[int](several, `document.querySelectorAll(".sides tbody tr").length`); n < 3 { // the verdict, and what failed of each
			t.Errorf("%d rows side by side", n)
		}
		linked(t, several)
		sized(t, several)
	})
}

// crowd makes a target look as one of many jobs, of which little is kept, with outcomes of all kinds.
func crowd(t *report.Target) {
	t.Jobs.Begun = 1000
	t.Omitted = &report.Omitted{Exchanges: 5000, Of: 5000 + len(t.Exchanges), Answers: []report.Answers{
		{Role: "start", Status: 202, Count: 900}, {Role: "monitor", Probe: "head", Status: 200, Count: 4000}, {Role: "result", Count: 100},
	}}
	t.Counts = report.Counts{
		contract.Must: {contract.Fail: 1, contract.Pass: 20, contract.Blocked: 2, contract.NotObserved: 3, contract.NotApplicable: 4},
		contract.May:  {contract.Yes: 10, contract.No: 11},
	}
	for i := range t.Requirements {
		t.Requirements[i].MoreExchanges = 900
	}
}

const shown = `[...document.querySelectorAll(".requirement")].filter((r) => r.checkVisibility()).map((r) => r.id)`

func clicked(t *testing.T, b *tab) {
	all := ask[[]string](b, shown)
	b.do(chromedp.Click(chromedp.CSS(`input[value="fail"]`)))
	if got := ask[[]string](b, shown); !slices.Equal(got, []string{"monitor.ready"}) {
		t.Errorf("failed ones are %v", got)
	}
	if says := ask[string](b, `document.getElementById("count").textContent`); !strings.HasPrefix(says, "1 of ") {
		t.Errorf("what is announced is %q", says)
	}
	b.do(chromedp.Click(chromedp.CSS(`input[value="SHOULD"]`)))
	if got := ask[[]string](b, shown); len(got) > 0 {
		t.Errorf("failed SHOULDs are %v", got)
	}
	b.do(chromedp.Click(chromedp.CSS(`button[type="reset"]`)))
	b.eventually(`document.getElementById("count").textContent.startsWith("` + strconv.Itoa(len(all)) + ` of ")`)
	if got := ask[[]string](b, shown); !slices.Equal(got, all) {
		t.Errorf("of %d requirements %d are back", len(all), len(got))
	}
}

func typed(t *testing.T, b *tab) {
	ask[any](b, `document.querySelector("input[value=not-applicable]").focus()`)
	b.do(chromedp.KeyEvent(" "))
	for _, id := range ask[[]string](b, shown) {
		if outcome := ask[string](b, `document.getElementById("`+id+`").dataset.outcome`); outcome != "not-applicable" {
			t.Errorf("%s is shown, and is %s", id, outcome)
		}
	}
	b.do(chromedp.KeyEvent(" "))
	ask[any](b, `document.getElementById("find").focus()`)
	b.do(chromedp.KeyEvent("stored WHERE its"))
	if got := ask[[]string](b, shown); !slices.Equal(got, []string{"monitor.ready"}) {
		t.Errorf("the text is found in %v", got)
	}
}

func restored(t *testing.T, b *tab) {
	b.do(chromedp.Click(chromedp.CSS(`input[value="pass"]`)), chromedp.Click(chromedp.CSS(`input[value="SHOULD"]`)), chromedp.SendKeys(chromedp.CSS("#find"), "cache & <x>"))
	hash := ask[string](b, `location.hash`)
	b.show(strings.TrimPrefix(hash, "#"))
	if got := ask[[]string](b, `[...document.querySelectorAll("#filters input")].filter((i) => i.checked).map((i) => i.value)`); !slices.Equal(got, []string{"pass", "SHOULD"}) {
		t.Errorf("%s brings back %v", hash, got)
	}
	if text := ask[string](b, `document.getElementById("find").value`); text != "cache & <x>" {
		t.Errorf("%s brings back the text %q", hash, text)
	}
	if got := ask[[]string](b, shown); len(got) > 0 {
		t.Errorf("nothing has that text, and %v are shown", got)
	}
}

// linked holds every link against what it leads to, and follows those to a folded exchange and to what a filter hides.
func linked(t *testing.T, b *tab) {
	for _, href := range ask[[]string](b, `[...document.querySelectorAll("a")].map((a) => a.getAttribute("href")).filter((h) => !h.startsWith("#") || !document.getElementById(decodeURIComponent(h.slice(1))))`) {
		t.Errorf("%s leads nowhere", href)
	}
	if ids := ask[[]string](b, `[...document.querySelectorAll("[id]")].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i)`); len(ids) > 0 {
		t.Errorf("these ids are there twice: %v", ids)
	}
	exchange := ask[string](b, `document.querySelector(".telling .line a").getAttribute("href").slice(1)`)
	b.do(chromedp.Click(chromedp.CSS(`.telling .line a`)))
	b.eventually(`document.getElementById("` + exchange + `").querySelector("pre").checkVisibility()`)
	b.show("?outcome=pass")
	id := ask[string](b, `document.querySelector(".requirement[data-outcome=fail]").id`)
	ask[any](b, `location.hash = "`+id+`"`)
	b.eventually(`document.getElementById("` + id + `").checkVisibility()`)
}

func copied(t *testing.T, b *tab) {
	ask[any](b, `window.kept = []; navigator.clipboard.writeText = async (text) => { kept.push(text); }; document.querySelector(".copy").focus()`)
	b.do(chromedp.KeyEvent(kb.Enter))
	b.eventually(`document.getElementById("announced").textContent !== ""`)
	if kept := ask[string](b, `kept.join("|")`); kept != ask[string](b, `document.querySelector(".try code").textContent`) {
		t.Errorf("copied %q", kept)
	}
}

func arrows(t *testing.T, b *tab) {
	ask[any](b, `document.querySelector(".chart li:nth-child(2) > svg a").focus()`)
	first := ask[string](b, `document.querySelector(".at").textContent`)
	b.do(chromedp.KeyEvent(kb.ArrowRight))
	second := ask[string](b, `document.querySelector(".at").textContent`)
	if !strings.HasPrefix(first, "#") || !strings.HasPrefix(second, "#") || first == second {
		t.Errorf("told is %q, then %q", first, second)
	}
	b.do(chromedp.KeyEvent(kb.Enter))
	b.eventually(`location.hash.startsWith("#t1-e") && document.querySelector(location.hash).checkVisibility()`)
}

// focused goes through the page by Tab and meets all that can be worked, in the order of the page.
func focused(t *testing.T, b *tab) {
	want := ask[int](b, `window.met = []; window.all = [...document.querySelectorAll("a[href], summary, input, button, [tabindex]")].filter((e) => e.tabIndex >= 0 && e.checkVisibility()); all.length`)
	ask[any](b, `addEventListener("focusin", (e) => met.push(all.indexOf(e.target)))`)
	b.do(chromedp.KeyEvent(strings.Repeat(kb.Tab, want)))
	met := ask[[]int](b, `met`)
	if len(met) < want || !slices.IsSorted(met[:want]) || met[0] != 0 || met[want-1] != want-1 {
		t.Errorf("%d things can be worked, met were %v", want, met)
	}
	if !ask[bool](b, `all[0].classList.contains("skip")`) {
		t.Error("the first is not the link past the beginning")
	}
}

// contrast lists the texts that can't be told from what is behind them (WCAG 2.2, 1.4.3).
const contrast = `(() => {
	const light = (c) => c.map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const colour = (text) => text.match(/[\d.]+/g).map(Number);
	const behind = (e) => { for (; e; e = e.parentElement) { const c = colour(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
	const filled = (e) => e.matches(".phases text") ? [colour(getComputedStyle(e.parentElement.querySelector("rect")).fill)] : []; // it lies on its bar
	const bad = new Set();
	for (const e of document.querySelectorAll("body *")) {
		if (!e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
		const style = getComputedStyle(e);
		for (const ground of [behind(e), ...filled(e)]) {
			const [a, b] = [light(colour(e instanceof SVGElement ? style.fill : style.color).slice(0, 3)), light(ground.slice(0, 3))].sort((a, b) => b - a);
			if ((a + 0.05) / (b + 0.05) < 4.5) bad.add(e.localName + "." + e.getAttribute("class") + ": " + ((a + 0.05) / (b + 0.05)).toFixed(2));
		}
	}
	return [...bad];
})()`

func themed(t *testing.T, b *tab) {
	var grounds []string
	for _, scheme := range []string{"light", "dark"} {
		b.medium("", scheme)
		grounds = append(grounds, ask[string](b, `getComputedStyle(document.body).backgroundColor`))
		ask[any](b, `document.querySelectorAll("details").forEach((d) => d.open = true)`)
		if bad := ask[[]string](b, contrast); len(bad) > 0 {
			t.Errorf("in the %s theme these are too faint: %v", scheme, bad)
		}
		b.picture(strings.ReplaceAll(t.Name(), "/", "-") + "-" + scheme)
	}
	if grounds[0] == grounds[1] {
		t.Errorf("both themes have the ground %s", grounds[0])
	}
}

// wide lists what sticks out at the right: of elements, and of texts in drawings.
const wide = `[...document.querySelectorAll("body *")].filter((e) => (!(e instanceof SVGElement) || e.matches(":is(.phases, .spread) text")) && !e.closest(".wide table, .unseen, .skip") && e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map((e) => e.localName + "." + e.getAttribute("class"))`

func sized(t *testing.T, b *tab) {
	ask[any](b, `document.querySelectorAll(".requirement, .times, .left, .job:has(.flag), .job:has(.flag) details").forEach((d) => d.open = true)`)
	for _, width := range []int64{1280, 768, 360} {
		b.size(width, 900)
		if out := ask[[]string](b, wide); len(out) > 0 {
			t.Errorf("at %d px these stick out: %v", width, out)
		}
	}
	b.picture(strings.ReplaceAll(t.Name(), "/", "-") + "-narrow")
	b.size(1280, 900)
}

// printed folds the failure, and prints: it is there in full, and what can only be worked is not.
func printed(t *testing.T, b *tab) {
	ask[any](b, `document.querySelectorAll("details").forEach((d) => d.open = false)`)
	if _, err := chromedp.Run(b.ctx, chromedp.PrintToPDF()); err != nil {
		t.Fatal(err)
	}
	b.medium("print", "light")
	if !ask[bool](b, `[...document.querySelectorAll("[id='monitor.ready'] :is(dd, .line)")].every((e) => e.checkVisibility())`) {
		t.Error("the failure is not printed in full")
	}
	if there := ask[[]string](b, `[...document.querySelectorAll("form, nav, button, input, .skip")].filter((e) => e.checkVisibility()).map((e) => e.localName)`); len(there) > 0 {
		t.Errorf("these are printed: %v", there)
	}
	b.picture("print")
	b.medium("", "light")
}

func unscripted(t *testing.T, b *tab) {
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	b.show("")
	if ask[bool](b, `[...document.querySelectorAll("form, button")].some((e) => e.checkVisibility())`) {
		t.Error("what needs the script is shown without it")
	}
	if all := ask[int](b, `document.querySelectorAll(".requirement").length`); len(ask[[]string](b, shown)) != all {
		t.Errorf("not all of %d requirements are shown", all)
	}
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{}); err != nil {
		t.Fatal(err)
	}
}
