// Package vectors makes static test vectors out of the models: for each op of
// the adapter protocol inputs, what an implementation should answer to each
// under each draft, and what kind of bug each catches. They are data: who wants
// no tool reads the files, and the runner of package conform asks them first.
//
// A vector carries one flaw and is named after it. What is expected is computed
// by the reference models when the vectors are made, and compared with the side
// of the rule on which the vector was meant to stand. An input on which two
// readings of the drafts differ is never valid or invalid, but [Ambiguous].
//
// Start at [All], [Files] and [Write].
package vectors
