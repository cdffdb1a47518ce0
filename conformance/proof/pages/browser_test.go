package pages

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	wire "github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
)

// picturesIn names a folder for pictures of what the browser showed; there are none where it is empty.
const picturesIn = "TWO_OH_TWO_PICTURES"

// browser starts a headless Chromium for the length of a test. Where there is none the test is skipped; under CI it fails.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no Chromium here, and under CI there has to be one")
		}
		t.Skip("there is no Chromium here (none of chromium, chromium-browser, google-chrome, chrome)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(2*time.Minute))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("%s does not start: %v", path, err)
	}
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Logf("the browser did not end well: %v", err)
		}
	})
	return ctx
}

// A tab shows one file, and notes what nobody should hear of: what the console says, exceptions, dialogs, windows, and
// requests beside the one for the file.
type tab struct {
	t    *testing.T
	ctx  context.Context
	file string

	mu    sync.Mutex
	heard []string
}

// open writes a report and opens a tab of its own for it: show loads it.
func open(t *testing.T, ctx context.Context, r report.Report) *tab {
	t.Helper()
	format, err := formats.Named("html")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := formats.Save(ctx, path, func(w io.Writer) error { return format.Write(w, r) }); err != nil {
		t.Fatal(err)
	}
	b := &tab{t: t, file: (&url.URL{Scheme: "file", Path: path}).String()}
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := errors.Join(chromedp.Do(ctx), chromedp.Listen(ctx, b.listen)); err != nil {
		t.Fatal(err)
	}
	b.ctx = ctx
	t.Cleanup(b.silent)
	b.size(1280, 900)
	return b
}

func (b *tab) listen(event any) {
	says := ""
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		says = fmt.Sprintf("console: %s", e.Type)
	case *runtime.EventExceptionThrown:
		says = "exception: " + e.ExceptionDetails.Text
	case *log.EventEntryAdded:
		says = fmt.Sprintf("log: %s: %s", e.Entry.Level, e.Entry.Text)
	case *page.EventJavascriptDialogOpening:
		says = "dialog: " + e.Message
	case *page.EventWindowOpen:
		says = "window: " + e.URL
	case *wire.EventRequestWillBeSent:
		if asked, _, _ := strings.Cut(e.Request.URL, "#"); asked != b.file {
			says = "request: " + asked
		}
	}
	if says != "" {
		b.mu.Lock()
		b.heard = append(b.heard, says)
		b.mu.Unlock()
	}
}

// silent fails the test with what was heard.
func (b *tab) silent() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, says := range b.heard {
		b.t.Errorf("the browser had something to say: %s", says)
	}
	b.heard = nil
}

// show loads the file, with what stands behind the # of its address.
func (b *tab) show(hash string) {
	b.t.Helper()
	b.do(chromedp.Navigate("about:blank"))
	b.mu.Lock()
	b.heard = nil // about:blank is a request too
	b.mu.Unlock()
	address := b.file
	if hash != "" {
		address += "#" + hash
	}
	b.do(chromedp.Navigate(address))
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 2*time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// ask evaluates an expression in the page.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 2*time.Minute)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// eventually waits until an expression holds.
func (b *tab) eventually(expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(time.Minute); !ask[bool](b, expression); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Errorf("it never came to hold: %s", expression)
			return
		}
	}
}

func (b *tab) size(width, height int64) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1}); err != nil {
		b.t.Fatal(err)
	}
}

// medium emulates a medium ("print", or "" for the screen) and a colour scheme.
func (b *tab) medium(medium, scheme string) {
	b.t.Helper()
	params := emulation.SetEmulatedMediaParams{Media: medium, Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, params); err != nil {
		b.t.Fatal(err)
	}
}

// picture loads the file anew and keeps what is shown, where somebody wants to see it.
func (b *tab) picture(name string) {
	b.t.Helper()
	folder := os.Getenv(picturesIn)
	if folder == "" {
		return
	}
	b.show("")
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644)
	}
	if err != nil {
		b.t.Error(err)
	}
}
