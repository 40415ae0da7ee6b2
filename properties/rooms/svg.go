package rooms

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"
)

// Sizes of the drawing, in user units.
const (
	svgCharacter = 6.2 // width of a letter
	svgLine      = 15
	svgPad       = 6
)

// SVG draws the matrix: a row for who acts, a column for whom it acts on. It is
// a whole document that asks for nothing else.
func (x *Matrix) SVG() []byte {
	table := x.table()
	widths := make([]int, len(table[0]))
	heights := make([]int, len(table))
	for i, row := range table {
		for j, words := range row {
			heights[i] = max(heights[i], len(words)*svgLine+2*svgPad, svgLine+2*svgPad)
			for _, word := range words {
				widths[j] = max(widths[j], int(float64(utf8.RuneCountInString(word))*svgCharacter)+2*svgPad)
			}
		}
	}
	width, height := 0, 0
	for _, w := range widths {
		width += w
	}
	for _, h := range heights {
		height += h
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" font-family="ui-monospace, monospace" font-size="10">`+"\n",
		width+2, height+2, width+2, height+2)
	b.WriteString("<title>Which role can do what to which role</title>\n")
	top := 1
	for i, row := range table {
		left := 1
		for j, words := range row {
			fill, weight := "#ffffff", "normal"
			switch {
			case i == 0 || j == 0:
				fill, weight = "#e8eaed", "bold"
			case len(words) > 0 && j > 1:
				fill = "#fde7d3"
			}
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s" stroke="#9aa0a6"/>`+"\n", left, top, widths[j], heights[i], fill)
			for line, word := range words {
				fmt.Fprintf(&b, `<text x="%d" y="%d" font-weight="%s" fill="#202124">%s</text>`+"\n",
					left+svgPad, top+svgPad+line*svgLine+10, weight, html.EscapeString(word))
			}
			left += widths[j]
		}
		top += heights[i]
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}
