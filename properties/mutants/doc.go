// Package mutants holds implementations that are wrong on purpose. Each names
// the property that must catch it; a property that catches no mutant checks
// nothing. The input that shows a mutant is kept in the corpus, under the
// mutant's ID.
//
// Start at [All].
package mutants
