package content

import (
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestWhatIsMarkdown(t *testing.T) {
	for contentType, want := range map[string]bool{
		"text/markdown;variant=GFM-MIMI": true, "Text/Markdown ; variant=gfm": true, "text/markdown;charset=utf-8;variant=GFM": true,
		"text/markdown": false, "text/markdown;variant=CommonMark": false, "text/plain;variant=GFM": false, "": false,
	} {
		if IsMarkdown(contentType) != want {
			t.Errorf("%q is Markdown: %v", contentType, !want)
		}
	}
}

func TestWarnings(t *testing.T) {
	for link, want := range map[Link]bool{
		{Text: "here", Target: "https://a.example"}:                   false,
		{Text: "see a.example", Target: "https://evil.test"}:          false,
		{Text: "a.example", Target: "https://a.example"}:              false,
		{Text: "a.example", Target: "https://evil.test"}:              true,
		{Text: "https://a.example", Target: "http://a.example"}:       true,
		{Text: "http://a.example", Target: "https://a.example"}:       false,
		{Text: "https://a.example:443", Target: "https://a.example"}:  false,
		{Text: "http://a.example:80/x", Target: "http://A.example/x"}: false,
		{Text: "https://a.example:80", Target: "https://a.example"}:   true,
		{Text: "http://a.example:443", Target: "http://a.example"}:    true,
		{Text: "a.example:443", Target: "https://a.example"}:          false,
		{Text: "https://a.example/x", Target: "https://a.example/X"}:  true,
		{Text: "https://a.example/", Target: "https://a.example"}:     true,
		{Text: "a\tb.example", Target: "https://evil.test"}:           false,
	} {
		if link.NeedsWarning() != want {
			t.Errorf("%+v needs a warning: %v", link, !want)
		}
	}
}

func TestSupport(t *testing.T) {
	all := Support{MediaTypes: []string{
		"application/mimi-content", "text/plain;charset=utf-8", "text/markdown;variant=GFM-MIMI", "text/markdown;variant=CommonMark", "text/html", "image/jpeg", "image/png", StatusMediaType,
	}, AEADs: []uint16{1}, Schemes: []string{"http", "https"}}
	if vs := JudgeSupport(all, spec.Content09); vs != nil {
		t.Error(vs)
	}
	if vs := JudgeSupport(all, spec.Content04); len(vs) != 1 || vs[0].Found != "no text/markdown;variant=GFM" {
		t.Error(vs)
	}
	noStatus := all
	noStatus.MediaTypes = slices.DeleteFunc(slices.Clone(all.MediaTypes), func(s string) bool { return s == StatusMediaType })
	for draft, want := range map[spec.Draft]int{spec.Content05: 1, spec.Content06: 1, spec.Content07: 0, spec.Content09: 0} {
		if vs := JudgeSupport(noStatus, draft); len(vs) != want {
			t.Errorf("without reports under %s: %v", draft, vs.Err())
		}
	}
	if vs := JudgeSupport(Support{}, spec.Content09); len(vs) != 4 {
		t.Errorf("nothing: %v", vs.Err())
	}
}
