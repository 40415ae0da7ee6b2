package reports

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser opens a page of a report in headless Chromium and notes what goes
// wrong there.
type browser struct {
	context.Context
	mutex sync.Mutex
	wrong []string
}

func (b *browser) note(format string, values ...any) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.wrong = append(b.wrong, fmt.Sprintf(format, values...))
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	var program string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("SKIPPED: no chromium here, so that no browser opened the report; Debian has it in the package chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox)
	allocator, cancelAllocator := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancelAllocator)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	limited, cancelLimited := context.WithTimeout(ctx, 8*time.Minute)
	t.Cleanup(cancelLimited)
	b := &browser{Context: limited}
	chromedp.ListenTarget(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventConsoleAPICalled:
			b.note("console: %s", e.Type)
		case *runtime.EventExceptionThrown:
			b.note("exception: %s", e.ExceptionDetails.Error())
		case *log.EventEntryAdded:
			b.note("log: %s", e.Entry.Text)
		case *network.EventRequestWillBeSent:
			if at, err := url.Parse(e.Request.URL); err != nil || at.Scheme != "file" && at.Scheme != "data" {
				b.note("request: %s", e.Request.URL)
			}
		case *page.EventJavascriptDialogOpening:
			b.note("dialog: %s", e.Message)
		}
	})
	return b
}

// open writes the page of a record and opens it.
func (b *browser) open(t *testing.T, r *Record) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "index.html")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.WriteHTML(file); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Run(b, network.Enable(), log.Enable(), chromedp.Navigate("file://"+path), chromedp.WaitReady("footer")); err != nil {
		t.Fatal(err)
	}
}

func (b *browser) evaluate(t *testing.T, script string, result any) {
	t.Helper()
	if err := chromedp.Run(b, chromedp.Evaluate(script, result)); err != nil {
		t.Fatalf("%s: %v", script, err)
	}
}

func TestReportInBrowser(t *testing.T) {
	b := newBrowser(t)
	b.open(t, fixture())
	// Every link of the page leads to something that is shown.
	var links int
	b.evaluate(t, `(() => { let n = 0; for (const a of document.querySelectorAll('a[href^="#"]')) {
		a.click();
		const target = document.querySelector(':target');
		if (!target || target.id !== a.getAttribute('href').slice(1)) throw new Error('nothing behind ' + a.href);
		n++;
	} return n })()`, &links)
	if links < 10 {
		t.Errorf("only %d links", links)
	}
	// Every part that folds opens by keyboard.
	var folded int
	b.evaluate(t, `(() => { for (const d of document.querySelectorAll('details')) { d.open = false; d.querySelector('summary').click(); if (!d.open) throw new Error('stays closed') } return document.querySelectorAll('details').length })()`, &folded)
	if folded == 0 {
		t.Error("nothing folds")
	}
	// A filter leaves the rows that have its words.
	var shown string
	b.evaluate(t, `(() => { const i = document.querySelector('input[data-rows="rules-table"]'); i.value = 'salt must'; i.dispatchEvent(new Event('input'));
		return Array.from(document.getElementById('rules-table').tBodies[0].rows).filter(r => !r.hidden).map(r => r.querySelector('code').textContent).join() + '; ' + i.closest('.filter').querySelector('output').textContent })()`, &shown)
	if shown != "content/salt-length; 1 of 2" {
		t.Errorf("the filter shows %q", shown)
	}
	// So does a choice, together with the words.
	b.evaluate(t, `(() => { const i = document.querySelector('input[data-rows="rules-table"]'); i.value = ''; const choices = i.closest('.filter').querySelectorAll('select');
		choices[0].value = 'SHOULD'; choices[0].dispatchEvent(new Event('change'));
		return choices.length + '; ' + Array.from(document.getElementById('rules-table').tBodies[0].rows).filter(r => !r.hidden).map(r => r.querySelector('code').textContent).join() + '; ' + Array.from(choices[1].options).map(o => o.text).join() })()`, &shown)
	if shown != "2; content/mention; any,content-08,content-09" {
		t.Errorf("the choice shows %q", shown)
	}
	// Every picture is drawn.
	var drawn int
	b.evaluate(t, `(() => { const all = Array.from(document.images); for (const i of all) if (!i.complete || i.naturalWidth === 0) throw new Error(i.alt); return all.length })()`, &drawn)
	if drawn != 6 {
		t.Errorf("%d pictures", drawn)
	}
	// On a phone nothing is wider than the screen but what scrolls by itself.
	var overflow int
	if err := chromedp.Run(b, chromedp.EmulateViewport(360, 740), chromedp.Evaluate(`document.documentElement.scrollWidth - document.documentElement.clientWidth`, &overflow)); err != nil {
		t.Fatal(err)
	}
	if overflow > 0 {
		t.Errorf("the page is %d pixels wider than a phone", overflow)
	}
	if len(b.wrong) > 0 {
		t.Errorf("%q", b.wrong)
	}
}

func TestHostileStringsInBrowser(t *testing.T) {
	b := newBrowser(t)
	var all strings.Builder
	for name, s := range hostile {
		if !strings.HasPrefix(name, "long") {
			all.WriteString(s + " ")
		}
	}
	for _, s := range []string{all.String(), "<b>" + strings.Repeat("\u202e\x1b", 10<<20/4)} {
		b.open(t, filled(s))
		var scripts, images string
		b.evaluate(t, `Array.from(document.scripts).map(s => s.textContent.length).join()`, &scripts)
		b.evaluate(t, `Array.from(document.images).filter(i => !i.src.startsWith('data:image/svg+xml')).length + ''`, &images)
		if scripts != fmt.Sprint(len([]rune(pageScript))) || images != "0" {
			t.Errorf("%.20q: scripts of %s characters, %s foreign images", s, scripts, images)
		}
	}
	if len(b.wrong) > 0 {
		t.Errorf("%q", b.wrong)
	}
}

func TestManyFindingsInBrowser(t *testing.T) {
	r := manyFindings()
	b := newBrowser(t)
	b.open(t, fixture()) // starts the browser
	start := time.Now()
	b.open(t, r)
	t.Logf("the page was written and open after %v", time.Since(start))
	if len(b.wrong) > 0 {
		t.Errorf("%q", b.wrong)
	}
}
