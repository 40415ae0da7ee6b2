package framing

import (
	"testing"
	"time"
)

func TestShow(t *testing.T) {
	for _, n := range NamedLayouts() {
		for _, d := range Domains() {
			for _, b := range []bool{false, true} {
				st := time.Now()
				v := Analyse(n.Layout, d, b)
				t.Log(n.Name, d, b, v.Outcome, v.Reason, time.Since(st))
				for _, a := range v.Argument {
					t.Log("     ", a)
				}
				if v.Wrap != nil {
					t.Log("   wrap", v.Wrap.Outcome, v.Wrap.Reason)
				}
			}
		}
	}
}

func BenchmarkTable(b *testing.B) {
	for b.Loop() {
		for _, n := range NamedLayouts() {
			for _, d := range Domains() {
				for _, bound := range []bool{false, true} {
					Analyse(n.Layout, d, bound)
				}
			}
		}
	}
}
