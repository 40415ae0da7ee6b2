// Package oracle answers who may do what in a room a second time, apart from
// models/roompolicy: from the text of draft-ietf-mimi-room-policy-01 to -04
// sections 3 to 5 and 8, under the default reading of each place that is open.
//
// It is a table: for each kind of action what it does to the participant list,
// and the conditions under which it is allowed, in words of the draft. Bounds are
// not computed from the change but counted in the list that the action leaves.
// It shares the structs of the model, and none of its code that decides.
//
// Start at [Allows].
package oracle
