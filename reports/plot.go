package reports

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"math/bits"
	"time"

	"github.com/mimifuzz/mimifuzz/reports/draw"
)

// plot is a picture of numbers. Whatever it shows is on the page in words too.
type plot struct {
	Title  string
	Source template.URL // SVG within the address, so that the page loads nothing
	Alt    string
}

const (
	plotWidth  = 720
	plotHeight = 280
	plotPoints = 49 // on the axis of time
	plotLines  = 6  // that a reader can tell apart
	plotLabels = 7  // on an axis: more would overlap
)

// plots returns the plots of a record, those that have something to show.
func (r *Record) plots() ([]plot, error) {
	var list []plot
	add := func(title, alt string, drawn func(draw.Chart) ([]byte, error), chart draw.Chart) error {
		svg, err := drawn(chart)
		if err != nil {
			return fmt.Errorf("the plot %q cannot be drawn: %w", title, err)
		}
		list = append(list, plot{Title: title, Alt: alt, Source: template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(svg))})
		return nil
	}
	for _, p := range []struct {
		title string
		value func(Sample) float64
	}{
		{"Executions of each target over time", func(s Sample) float64 { return float64(s.Executions) }},
		{"Coverage of each target over time: inputs that reached something new", func(s Sample) float64 { return float64(s.Corpus) }},
	} {
		allNames, times, allValues := r.series(p.value)
		count := (len(allNames) + plotLines - 1) / plotLines
		for i := range count {
			from, to := i*len(allNames)/count, (i+1)*len(allNames)/count
			names, values := allNames[from:to], allValues[from:to]
			title := p.title
			if count > 1 {
				title += fmt.Sprintf(" (%d of %d)", i+1, count)
			}
			err := add(title, fmt.Sprintf("%d targets from the start to %s; the table above has the last values.", len(names), times[len(times)-1]), draw.Lines, overTime(names, times, values))
			if err != nil {
				return nil, err
			}
		}
	}
	if labels, counts, total := r.killed(); total > 0 {
		err := add("Mutants by the number of cases until they were killed: each bar from its number to the next", fmt.Sprintf("%d mutants; the table of mutants has each number.", total), draw.Bars, draw.Chart{
			Width: plotWidth, Height: plotHeight, Names: []string{"mutants killed"},
			Labels: labels, LabelCount: len(labels), Values: [][]float64{counts},
		})
		if err != nil {
			return nil, err
		}
	}
	if memory := r.memory(); memory != "" {
		if err := add("Memory over the time of the run, in MiB", memory, draw.Lines, overTime(r.memoryLines())); err != nil {
			return nil, err
		}
	}
	if len(r.Earlier) > 1 {
		if err := add("Campaigns in this state", fmt.Sprintf("%d campaigns; the record has the numbers of each.", len(r.Earlier)), draw.Lines, overTime(r.trend())); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func overTime(names, times []string, values [][]float64) draw.Chart {
	return draw.Chart{
		Width: plotWidth, Height: plotHeight,
		Names: names, Labels: times, LabelCount: min(plotLabels, len(times)), Values: values,
	}
}

// series brings the samples of the targets to one axis of time.
func (r *Record) series(value func(Sample) float64) (names, times []string, values [][]float64) {
	var last int64
	for _, t := range r.Targets {
		for _, s := range t.Samples {
			last = max(last, s.AtMS)
		}
	}
	if last <= 0 {
		return nil, nil, nil
	}
	for i := range plotPoints {
		times = append(times, duration(last*int64(i)/(plotPoints-1)))
	}
	for _, t := range r.Targets {
		if len(t.Samples) == 0 {
			continue
		}
		line := make([]float64, plotPoints)
		at := 0
		for i := range line {
			now := last * int64(i) / (plotPoints - 1)
			for at < len(t.Samples) && t.Samples[at].AtMS <= now {
				at++
			}
			if at > 0 {
				line[i] = value(t.Samples[at-1])
			}
		}
		names, values = append(names, clipName(t.Name, inputName)), append(values, line)
	}
	return names, times, values
}

// memoryLines returns what the run held, in MiB.
func (r *Record) memoryLines() (names, times []string, values [][]float64) {
	names, values = []string{"mimifuzz"}, make([][]float64, 1, 2)
	if largestOf(r.Memory, func(s MemorySample) int64 { return s.Engine }) > 0 {
		names, values = append(names, "engine"), append(values, nil)
	}
	for _, s := range r.Memory {
		times = append(times, duration(s.AtMS/1000*1000))
		for i, octets := range []int64{s.Own, s.Engine}[:len(values)] {
			values[i] = append(values[i], float64(octets>>20))
		}
	}
	return names, times, values
}

// killed counts the killed mutants by powers of two of the cases that it took.
func (r *Record) killed() (labels []string, counts []float64, total int) {
	for _, m := range r.Mutants {
		if !m.Killed {
			continue
		}
		at := bits.Len(uint(max(1, m.Cases))) - 1
		for len(counts) <= at {
			labels, counts = append(labels, fmt.Sprint(1<<len(counts))), append(counts, 0)
		}
		counts[at]++
		total++
	}
	return labels, counts, total
}

// trend returns what the campaigns of a state came to.
func (r *Record) trend() (names, times []string, values [][]float64) {
	names = []string{"corpus", "findings"}
	values = make([][]float64, len(names))
	layout := time.DateOnly
	for i, e := range r.Earlier[min(1, len(r.Earlier)):] {
		if e.Started.UTC().Format(time.DateOnly) == r.Earlier[i].Started.UTC().Format(time.DateOnly) {
			layout = "2006-01-02 15:04"
		}
	}
	for _, e := range r.Earlier {
		times = append(times, e.Started.UTC().Format(layout))
		for i, v := range []int{e.Corpus, e.Findings} {
			values[i] = append(values[i], float64(v))
		}
	}
	return names, times, values
}
