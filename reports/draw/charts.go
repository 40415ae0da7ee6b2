//go:build !gofuzz

package draw

import "github.com/go-analyze/charts"

// Lines draws a line for each name.
func Lines(c Chart) ([]byte, error) {
	option := charts.NewLineChartOptionWithData(c.Values)
	option.XAxis.Labels, option.XAxis.LabelCount = c.Labels, c.LabelCount
	option.Legend = charts.LegendOption{SeriesNames: c.Names}
	option.Symbol.Shape = charts.SymbolNone
	option.YAxis = []charts.YAxisOption{{Min: charts.Ptr(0.0)}} // else small changes look great
	if c.Title != "" {
		option.Title.Text = c.Title
		option.Legend.Offset = charts.OffsetStr{Top: "28"} // below the title
	}
	painter := c.painter()
	if err := painter.LineChart(option); err != nil {
		return nil, err
	}
	return painter.Bytes()
}

// Bars draws a bar for each label and name.
func Bars(c Chart) ([]byte, error) {
	option := charts.NewBarChartOptionWithData(c.Values)
	option.CategoryAxis.Labels, option.CategoryAxis.LabelCount = c.Labels, c.LabelCount
	option.Legend = charts.LegendOption{SeriesNames: c.Names}
	option.Title.Text = c.Title
	painter := c.painter()
	if err := painter.BarChart(option); err != nil {
		return nil, err
	}
	return painter.Bytes()
}

func (c Chart) painter() *charts.Painter {
	return charts.NewPainter(charts.PainterOptions{Width: c.Width, Height: c.Height, OutputFormat: charts.ChartOutputSVG})
}
