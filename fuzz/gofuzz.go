//go:build gofuzz

package fuzz

// Fuzz is the entry of go-fuzz: the first octet picks a target, the rest is
// its input. Build it with 'make go-fuzz'.
func Fuzz(data []byte) int {
	if len(data) == 0 {
		return -1
	}
	targets := Targets()
	return tryForGoFuzz(targets[int(data[0])%len(targets)].Name, data[1:])
}

func FuzzMessageIDTape(data []byte) int        { return tryForGoFuzz("MessageIDTape", data) }
func FuzzMessageIDOctets(data []byte) int      { return tryForGoFuzz("MessageIDOctets", data) }
func FuzzContentTape(data []byte) int          { return tryForGoFuzz("ContentTape", data) }
func FuzzContentOctets(data []byte) int        { return tryForGoFuzz("ContentOctets", data) }
func FuzzContentBetweenDrafts(data []byte) int { return tryForGoFuzz("ContentBetweenDrafts", data) }
func FuzzMessageStatusTape(data []byte) int    { return tryForGoFuzz("MessageStatusTape", data) }
func FuzzMessageStatusOctets(data []byte) int  { return tryForGoFuzz("MessageStatusOctets", data) }
func FuzzFrankingTape(data []byte) int         { return tryForGoFuzz("FrankingTape", data) }
func FuzzFrankingStructs(data []byte) int      { return tryForGoFuzz("FrankingStructs", data) }
func FuzzFrankVerification(data []byte) int    { return tryForGoFuzz("FrankVerification", data) }
func FuzzReportValidation(data []byte) int     { return tryForGoFuzz("ReportValidation", data) }
func FuzzPolicyTape(data []byte) int           { return tryForGoFuzz("PolicyTape", data) }
func FuzzPolicyOctets(data []byte) int         { return tryForGoFuzz("PolicyOctets", data) }
func FuzzPolicyJSON(data []byte) int           { return tryForGoFuzz("PolicyJSON", data) }

func tryForGoFuzz(name string, data []byte) int {
	t, err := TargetByName(name)
	if err == nil {
		err = t.TryUnlessSkipped(data)
	}
	if err != nil {
		panic(err)
	}
	return 0
}
