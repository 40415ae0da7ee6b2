// Package rooms explores rooms: every state that a policy lets a few users
// reach, breadth first, and what can go wrong on the way.
//
// The definition of what is allowed is [roompolicy.Decide], which is made to be
// read. A search asks millions of questions, so a [Machine] is compiled from
// the policy and the readings, and answers them from tables; [Disagreements]
// holds it against the definition on every state and action of a room. A state
// is one machine word: an octet for each user with its role and whether it has
// a client in the MLS group. Users who are alike, that is all who may do the
// same by virtue of their credentials, are folded together.
//
// [Explore] finds the states, and says whether these are all of them. [Vet]
// looks for what a room operator would not expect, each time with the shortest
// history that leads there. Every history is decided once more by the
// definition before it is told.
//
// Not modelled: more than one client for a user, messages, updates of
// components, and commits of more than one action.
package rooms
