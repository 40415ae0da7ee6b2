// Package program asks an adapter that is a program of its own, which may do
// anything: crash, hang, take all memory, write garbage or write without end.
// Whatever it does becomes a [protocol.Failure] of a request; the program is
// started again and asking goes on. If it then says another hello than at first,
// a reply tells of it.
//
// The program runs in a process group of its own, with an environment of a few
// names, without core files, and is killed with its children. Its memory is
// watched on Unix, as the resident memory of the whole group: a limit on address
// space would refuse programs in Go, JavaScript or with sanitizers, which reserve
// much more than they use. On Linux a program that allocates faster than it is
// watched meets RLIMIT_DATA, which is set to what it had when it said hello and
// twice the limit. A child that leaves the process group is neither watched nor
// killed.
//
// Start with [Start].
package program
