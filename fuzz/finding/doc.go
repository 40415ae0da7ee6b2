// Package finding measures how soon planted faults are found: every mutant of
// package mutants, by six approaches, from several seeds. Start at [Measure];
// "make bench-finding" calls it.
//
// The approaches are
//
//   - properties: our properties with our generators, in the loop of [fuzz.Run].
//     Each mutant is hunted on its own, from a stream of its own.
//   - tape: our generators on a tape of a fuzzer's octets under the native engine
//     of Go, laid out as in the fuzz targets of the project: those of message IDs
//     and of content check all properties with each tape, those of franking and of
//     room policies the one that the first choice picks. Properties that are only
//     about known values, and costly ones outside franking, have no target.
//   - octets: the same properties on raw octets under the native engine. Octets
//     are a message, a report or a struct where the property decodes these; flat
//     values, such as the fields of a hash input, are their fields one after the
//     other; all other values, such as the history of a room, are JSON. What an
//     input has to say besides its octets, such as the rule that it breaks, the
//     reference tells.
//   - known: octets that start from the known cases as well.
//   - go-fuzz: the same octets under github.com/dvyukov/go-fuzz.
//   - combinators: plain gopter combinators, as one writes them who meets gopter
//     for the first time.
//
// The oracle is the same for all: an input kills a mutant if it refutes the
// mutant's property and does not refute it for the reference. By what our
// generators do not draw a panic of the mutant is no kill: none of the faults panics.
// An input of which the property says nothing counts as a case as well, for it was
// paid for.
//
// An engine searches for many mutants in one process, and an input is tried on all
// that live and are for such inputs: on a tape, all mutants of a model; on octets,
// those whose properties read octets alike, so that each kind of input has a search
// and a corpus of its own, and none waits until the engine turns to it. An input
// decides for each mutant alike, so that this is the same as one search for each, but
// for the coverage that the code of other mutants adds; that helps the engines.
// Otherwise 300 mutants, 5 seeds and 3 engines would take days. The seconds of a
// mutant are those of the processor for its own tries and for what was spent on no
// mutant. The time of all is divided, the more for a search the more mutants it is
// for; or each mutant gets the same.
//
// Engines start from the same seeds: what a tape of zeros draws, which is the smallest
// input of each property, and the kept regressions. Only known starts from more:
// from the seeds of the fuzz targets, and from the known cases of the properties,
// which break each rule and so kill most mutants before a search begins. Cases that
// are kept for mutants are no seeds: they would kill them at once. A seed of the
// measurement shuffles these, seeds the mutator of the native engine, and starts with
// an empty cache.
//
// A mutant that an approach does not kill within its time is censored. It is never
// dropped: it counts as later than all that are killed. So does one that the
// approach never reaches, or has no place for.
package finding
