package reports

import (
	"fmt"
	"math"

	"github.com/mimifuzz/mimifuzz/reports/draw"
)

// survivalPlot draws how many trials of each approach have not killed their
// mutant, by cases or by seconds, both on a logarithmic axis, as SVG.
func (r *FindingPower) survivalPlot(seconds bool) ([]byte, error) {
	from, to := 1.0, 1.0
	title := "Trials that have not killed their mutant, in percent, by cases"
	if seconds {
		from, to = 1e-5, 1e-5
		title = "Trials that have not killed their mutant, in percent, by seconds of the processor"
	}
	for m := range r.Mutants {
		for i := range r.Mutants[m].Trials {
			t := &r.Mutants[m].Trials[i]
			for s := range t.Cases {
				if seconds {
					to = max(to, t.Seconds[s])
				} else {
					to = max(to, float64(t.Cases[s]))
				}
			}
		}
	}
	decades := math.Ceil(math.Log10(to / from))
	var labels, names []string
	values := make([][]float64, len(r.Approaches))
	const each = 8 // points of a decade
	for i := range int(decades)*each + 1 {
		within := from * math.Pow(10, float64(i)/each)
		label := ""
		if i%each == 0 {
			label = axisNumber(within)
		}
		labels = append(labels, label)
		for a := range r.Approaches {
			values[a] = append(values[a], 100*r.survival(a, within*(1+1e-9), seconds))
		}
	}
	for _, a := range r.Approaches {
		names = append(names, a.Name)
	}
	svg, err := draw.Lines(draw.Chart{
		Title: title, Width: plotWidth, Height: plotHeight + 80,
		Names: names, Labels: labels, LabelCount: int(decades) + 1, Values: values,
	})
	if err != nil {
		return nil, fmt.Errorf("the plot %q cannot be drawn: %w", title, err)
	}
	return svg, nil
}

// axisNumber writes a power of ten.
func axisNumber(n float64) string {
	if n < 1 {
		return fmt.Sprintf("%.0e", n)
	}
	return number(int64(math.Round(n)))
}
