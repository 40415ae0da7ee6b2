// Package roompolicy models who may do what in a room: the policy components of
// draft-ietf-mimi-room-policy-01 to -04, and the participant list, room
// metadata and AppDataUpdate of draft-ietf-mimi-protocol-04 to -06.
//
// # Components
//
// A room's policy components are one [Policy], and with participants and
// metadata they are an [AppDataDictionary]. One Go type stands for a struct of
// all revisions: a field that a revision lacks is zero there.
//
// [Codec] reads and writes them as TLS; [Codec.ReadInput] takes whichever form a
// file has. Where the printed syntax has more than one form on the wire the
// reading is chosen by name, from [SyntaxAmbiguities]. What a draft has no place
// for is refused, not left out.
//
// [DecodeJSON] and [EncodeJSON] are the form with names, for people and for
// implementations in other languages:
//
//	{"roles_list": {"roles": [
//	  {"role_index": 1, "role_name": "banned"},
//	  {"role_index": 2, "role_name": "user",
//	   "role_capabilities": ["canSendMessage", "canKick", 61440],
//	   "maximum_participants_constraint": 100,
//	   "authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [2]}]}]}}
//
// [Check] judges what must hold within and between components, by the rules of
// [StructureRules]; [Examples] are the policies of the draft's appendix.
//
// # Decisions
//
// [Decide] says whether an [Action] is allowed on a [State] of a room, by which
// capability and rule, and with which numbers; [Apply] does a whole [Commit] or
// says why not; [Judge] is both under another revision or other readings, and
// says as well what messages and reports on them need. [Ambiguities] are the
// places where the text leaves a decision open, and [Readings] choose. The rules
// are [DecisionRules], shown from both sides by [DecisionCases].
//
// What a credential claims, which join codes are valid and who the external
// senders are is part of the state: how that is known, by signatures or by the
// hub, is not modelled. Neither are consent, the history that is shared with new
// joiners, and what bots do, beyond the components for them; nor is time, and so
// no link expires.
//
// # Revisions
//
// room-policy-03 and -04 are the same on the wire, but for one field that -03
// prints without a length, and protocol-04 to -06 are the same. room-policy-01
// and -02 print one struct for all but roles and preauthorized users, which is
// a Policy as well: their membership_style is two booleans here. They give their
// components no numbers and their capabilities no values; here they take those
// of room-policy-03. Their roles by value (bot_role, who_can_share) are indexes
// like those since, unless read as printed.
//
// Not modelled are readings of the syntax by which optional uint32 is anything
// but the optional value of MLS, content_types are media types, or a component
// is numbered otherwise than suggested; and the value of an extension of
// room-policy-01 and -02, which is opaque.
package roompolicy
