// Package gen draws the inputs that properties are checked with.
//
// Every generator is a plain function of a [Tape] of small choices. Under a
// plain loop and under gopter ([Lift]) the tape is filled from a seed; under
// native fuzzing it is filled from the fuzzer's octets ([ReadFuzzed]); and a
// kept tape draws the same value again. There is one shrinker for everything,
// on tapes: [Shrink].
//
// Start at [Tape], then at the generators of one model, such as
// [MessageIDPair].
package gen
