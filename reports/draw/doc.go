// Package draw makes pictures of numbers, as SVG.
package draw

// Chart is what a picture shows: Values[i][j] is the value of Names[i] at
// Labels[j]. Its zero value is an empty picture.
type Chart struct {
	Title         string // within the picture; may be empty
	Width, Height int    // pixels
	Names         []string
	Labels        []string // of the horizontal axis
	LabelCount    int      // how many of them are shown
	Values        [][]float64
}
