// Package explain says what an input is: whether it is a MIMI content message,
// or something of another [Kind], in each draft, which rules it breaks and where,
// its parts, and its message IDs. It also lists the rules themselves.
//
// Start at [ParseKind], [Inspect] and [WriteText]; [Rules] lists the rules.
package explain
