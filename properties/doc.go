// Package properties states what must hold of MIMI implementations, as named
// properties that can be checked against any of them.
//
// A [Property] draws values from a tape (package gen) and checks an
// [Implementation]: anything that offers the capability that the property
// needs, such as [MessageIDs]. The reference models ([Reference]), the mutants
// (package mutants) and an implementation under test all satisfy the same
// interfaces. A value that was drawn can be kept as a [Case], plain data that
// replays.
//
// Start at [All], the list of the properties, and [New], how one is made.
package properties
