package protocol

import (
	"strings"
	"testing"
)

func TestFailureSaysWhetherItIsRepeatable(t *testing.T) {
	f := &Failure{Kind: FailureCrash, Detail: "exit status 3", ExitStatus: 3, Alone: true}
	if got := f.Error(); got != "crash: exit status 3" {
		t.Errorf("%q", got)
	}
	f.Alone = false
	if got := f.Error(); !strings.Contains(got, "not seen when asked alone") {
		t.Errorf("%q", got)
	}
}
