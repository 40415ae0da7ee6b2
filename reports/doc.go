// Package reports holds the record of a run and what it is compared with, and
// renders it for readers.
//
// Start at [Record], which is run.json; its JSON Schema is [RunSchema].
// [Ledger] holds the findings that are known and explained.
// [Record.WriteDir] writes the whole report, [Record.WriteText] a summary for
// a terminal. Both show what came from an input through [Escape].
package reports
