// Package campaign searches for a given time: it divides the time over the fuzz
// targets under a native engine that follows coverage, and beside it checks
// the properties with fresh cases in process.
//
// Start at [Run]. Everything it finds and reaches lies in a [State], a
// directory from which the next campaign goes on; a finding is in it as soon as
// it is made.
package campaign
