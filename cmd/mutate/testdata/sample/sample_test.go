package sample

import (
	"testing"
	"time"
)

func TestCount(t *testing.T) {
	for _, list := range [][]int{{7, 8, 3, 9}, {1, 2, 3, 8}} {
		want := 0
		for _, n := range list {
			if n <= 7 {
				want++
			}
		}
		if got := Count(list); got != want {
			t.Error(got)
		}
	}
}

func TestGreater(t *testing.T) {
	if Greater(1, 2) != 2 || Greater(2, 1) != 2 || Greater(2, 2) != 2 {
		t.Error("not the greater")
	}
}

func TestSum(t *testing.T) {
	if got, _ := Sum([]int{1, 0, 2}); got != 3 {
		t.Error(got)
	}
}

func TestOpposite(t *testing.T) {
	time.Sleep(300 * time.Millisecond)
	if Opposite(1) != -1 {
		t.Error("not the opposite")
	}
}
