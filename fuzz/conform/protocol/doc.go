// Package protocol is what mimifuzz and an adapter say to each other: version 1
// of the adapter protocol. An adapter is a small program around someone's
// implementation. It reads one JSON object a line from its standard input and
// answers with one a line on its standard output, in order. Octet strings are
// base64.
//
// The first request is [HelloRequest], which the adapter answers with a
// [Hello]. Each later one is a [Request], whose members are those of its
// [Input] beside id, op and draft; the adapter answers with an [Answer].
package protocol
