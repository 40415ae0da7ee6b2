// Package conform finds where an implementation differs from the reference
// models: a program behind the adapter protocol, in any language, or a
// [properties.Implementation] in the same process.
//
// Start at [Check], which asks a [protocol.Subject] in three stages: a smoke
// test, so that a broken adapter is never taken for a deviating implementation;
// directed cases, on both sides of each rule; and a search. What differs is
// grouped into bugs, each with a signature that stays the same from run to run
// and with the smallest request that was found to show it. [Result.Record]
// writes it down as the record of a run, and [Expectations] are the bugs that
// are known. Implementations in Go need no adapter: [Run] and [Fuzz] are for
// their own tests.
package conform
