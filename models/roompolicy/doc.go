// Package roompolicy models who may do what in a room: the policy components of
// draft-ietf-mimi-room-policy-01 to -04, and the participant list, room
// metadata and AppDataUpdate of draft-ietf-mimi-protocol-04 to -06.
//
// A room's components are one [Policy]. One Go type stands for a struct of all
// revisions: a field that a revision lacks is zero there. room-policy-03 and -04
// are the same on the wire, and so are protocol-04 to -06. room-policy-01 and
// -02 print one struct for all but roles and preauthorized users, give their
// components no numbers and their capabilities no values; here they take those
// of room-policy-03.
package roompolicy
