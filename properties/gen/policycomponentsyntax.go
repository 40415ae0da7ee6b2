package gen

import (
	"encoding/hex"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Roles and preauthorized users (room-policy, sections 3 and 4).

func (w *componentWriter) roleData() { w.vector("roles", true, w.role) }

func (w *componentWriter) role() {
	w.number("role_index", 4)
	w.opaque("role_name")
	w.opaque("role_description")
	w.vector("role_capabilities", false, func() { w.registered("", capabilityNumbers[:]) })
	w.number("minimum_participants_constraint", 4)
	w.optional32("maximum_participants_constraint")
	w.number("minimum_active_participants_constraint", 4)
	w.optional32("maximum_active_participants_constraint")
	w.vector("authorized_role_changes", true, func() {
		w.number("from_role_index", 4)
		w.uint32s("target_role_indexes")
	})
}

func (w *componentWriter) preAuthData() {
	w.vector("preauthorized_entries", true, func() {
		w.vector("claimset", true, func() {
			w.within("claim_id", func() {
				w.number("credential_type", 2)
				w.opaque("id")
			})
			w.opaque("claim_value")
		})
		w.number("target_role", 4)
	})
}

// The one struct of room-policy-01 and -02 (appendix B).

func (w *componentWriter) roomPolicy() {
	w.within("base_room_policy", func() {
		outer := w.inside
		w.inside = nil
		style := w.enum("", membershipStyleValues)
		w.inside = outer
		w.say("fixed_membership", style == 2)
		w.say("parent_dependent", style == 3)
		w.boolean("multi_device")
		w.listed("parent_room", func(uri []any) []any { return uri })
		w.boolean("persistent_room")
	})
	w.within("status_notification_policy", w.statusNotificationPolicy)
	w.within("base_room_policy", func() {
		w.boolean("pseudonyms_allowed")
		w.boolean("discoverable")
	})
	w.within("join_link_policy", w.joinLinkPolicy)
	w.within("logging_policy", w.loggingPolicy)
	w.within("chat_history_policy", w.historyPolicy)
	w.within("bot_policy", w.allowedBots)
	if w.d == spec.RoomPolicy02 {
		w.within("mls_operational_policy", w.operationalParameters)
	}
	w.vector("policy_extensions", true, func() {
		w.opaque("name")
		w.enum("type", extTypeValues)
		w.opaque("value")
	})
}

// listed writes a single value that is a list in JSON, or none if it is empty.
func (w *componentWriter) listed(name string, wrap func(list []any) []any) {
	outer := w.inside
	if outer == nil {
		w.opaque("")
		return
	}
	w.inside = &said{}
	value, list := w.opaque(""), w.inside.list
	w.inside = outer
	if value != "" {
		w.say(name, wrap(list))
	}
}

// The components (sections 5 and 6).

func (w *componentWriter) baseRoomPolicy() {
	w.boolean("fixed_membership")
	w.boolean("parent_dependent")
	w.opaques("parent_room")
	w.boolean("multi_device")
	w.optional32("max_clients")
	w.optional32("max_users")
	w.boolean("pseudonyms_allowed")
	w.boolean("persistent_room")
	w.boolean("discoverable")
	w.componentIDs("policy_component_ids")
}

func (w *componentWriter) statusNotificationPolicy() {
	w.enum("delivery_notifications", optionalityValues)
	w.enum("read_receipts", optionalityValues)
}

func (w *componentWriter) joinLinkPolicy() {
	w.boolean("on_request")
	w.opaque("join_link")
	w.boolean("multiuser")
	w.number("expiration", 4)
	if w.before03() {
		w.opaque("link_requests")
	}
}

func (w *componentWriter) joinLinksData() { w.joinLinks("join_links") }

func (w *componentWriter) joinLinks(name string) {
	w.vector(name, true, func() { w.opaque("join_link") })
}

func (w *componentWriter) joinLinksUpdate() {
	w.uint32s("removedIndices")
	w.joinLinks("added_links")
}

func (w *componentWriter) linkPreviewPolicy() {
	w.enum("autodetect_hyperlinks_in_text", optionalityValues)
	w.enum("send_link_previews", optionalityValues)
	w.enum("automatic_link_previews", optionalityValues)
	if w.enum("link_preview_proxy_use", optionalityValues) != forbidden {
		w.opaques("link_preview_proxy")
	}
}

func (w *componentWriter) assetPolicy() {
	w.enum("asset_upload_location", uploadLocationValues)
	if w.before03() {
		w.listed("upload_domains", func(domain []any) []any {
			return []any{map[string]any{"provider": "", "asset_upload_destinations": domain}}
		})
	} else {
		w.vector("upload_domains", true, func() {
			w.opaque("provider")
			w.opaques("asset_upload_destinations")
		})
	}
	w.within("download_privacy", func() {
		ways := func() { w.enum("", downloadValues) }
		w.vector("allowed_download_types", false, ways)
		w.vector("forbidden_download_types", false, ways)
		w.enum("default_download_type", downloadValues)
	})
	w.number("max_image", 8)
	w.number("max_audio", 8)
	w.number("max_video", 8)
	w.number("max_attachment", 8)
	if w.before03() {
		return
	}
	w.mediaTypes("forbidden_media_types")
	w.optional("permitted_media_types", func() { w.mediaTypes("permitted_media_types") })
}

func (w *componentWriter) mediaTypes(name string) {
	w.vector(name, true, func() {
		w.opaque("media_type")
		w.vector("parameters", true, func() {
			w.opaque("parameter_name")
			w.opaque("parameter_value")
		})
	})
}

func (w *componentWriter) loggingPolicy() {
	logging := w.enum("logging", optionalityValues)
	if w.before03() {
		w.boolean("enabled")
	} else if logging == forbidden {
		return
	}
	w.opaques("logging_clients")
	w.opaque("machine_readable_policy")
	w.opaque("human_readable_policy")
}

func (w *componentWriter) historyPolicy() {
	if w.enum("history_sharing", optionalityValues) == forbidden && !w.before03() {
		return
	}
	w.uint32s("roles_that_can_share")
	w.boolean("automatically_share")
	w.number("max_time_period", 4)
}

func (w *componentWriter) allowedBots() {
	w.vector("allowed_bots", true, func() {
		w.opaque("name")
		w.opaque("description")
		w.opaque("homepage")
		if !w.before03() {
			w.boolean("local_client_bot")
		}
		w.number("bot_role_index", 4)
		if w.before03() {
			w.boolean("can_read")
			w.boolean("can_write")
		}
		w.boolean("can_target_message_in_group")
		w.boolean("per_user_content")
	})
}

func (w *componentWriter) messageExpiration() {
	if w.enum("expiring_messages", optionalityValues) == forbidden {
		return
	}
	w.number("min_expiration_duration", 4)
	w.number("max_expiration_duration", 4)
	w.optional32("default_expiration_duration")
}

// The operational parameters (section 7).

func (w *componentWriter) operationalParameters() {
	w.within("mandatory_capabilities", w.extendedCapabilities)
	w.within("default_capabilities", w.extendedCapabilities)
	w.within("forbidden_capabilities", w.extendedCapabilities)
	w.uint16s("handshake_formats")
	w.boolean("external_proposal_allowed")
	w.boolean("external_commit_allowed")
	w.within("pending_proposal_policy", func() {
		strategies := strategyValues
		if !w.before03() {
			strategies = strategies[:3]
		}
		if strategy := w.enum("pending_proposal_strategy", strategies); w.before03() || strategies[strategy] == "random_delay" {
			w.number("minimum_delay_ms", 8)
			w.number("maximum_delay_ms", 8)
		}
	})
	w.within("LeafNode_update_time", w.minDefaultMaxTime)
	w.within("app_message_policy", func() {
		w.number("epoch_tolerance", 1)
		w.number("pad_to_size", 2)
		w.number("max_generations_skipahead", 4)
	})
	w.number("max_kp_lifetime", 8)
	w.number("max_credential_lifetime", 8)
	w.number("resumption_psk_lifetime", 8)
	w.within("sender_nonce_keypair_lifetime", w.minDefaultMaxTime)
	w.number("max_keypairs", 4)
	w.within("buffer_incoming_message_time", w.minDefaultMaxTime)
	w.number("max_buffered_messages", 4)
}

func (w *componentWriter) minDefaultMaxTime() {
	w.number("minimum_time", 8)
	w.number("default_time", 8)
	w.number("maximum_time", 8)
}

func (w *componentWriter) extendedCapabilities() {
	w.uint16s("versions")
	w.uint16s("cipher_suites")
	w.uint16s("extensions")
	w.uint16s("proposals")
	w.uint16s("credentials")
	w.uint16s("wire_formats")
	w.componentIDs("component_ids")
	w.componentIDs("safe_aad_types")
	w.mediaTypes("media_types")
	w.vector("content_types", false, func() { w.number("", 1) })
}

func (w *componentWriter) componentIDs(name string) {
	w.vector(name, false, func() { w.registered("", componentNumbers[:]) })
}

// Participants, metadata and the components of other drafts (protocol, sections
// 7.5 and 7.6; mls-extensions, sections 4.6 and 4.7).

func (w *componentWriter) participantListData() { w.vector("participants", true, w.userRolePair) }

func (w *componentWriter) userRolePair() {
	w.opaque("user")
	w.number("role_index", 4)
}

func (w *componentWriter) participantListUpdate() {
	w.vector("changedRoleParticipants", true, func() {
		w.number("user_index", 4)
		w.number("role_index", 4)
	})
	w.uint32s("removedIndices")
	w.vector("addedParticipants", true, w.userRolePair)
}

func (w *componentWriter) roomMetaData() {
	w.opaque("room_uri")
	w.opaque("room_name")
	w.vector("room_descriptions", true, func() {
		w.opaque("media_type")
		w.opaque("language_tag")
		w.opaque("description_content")
	})
	w.opaque("room_avatar")
	w.opaque("room_subject")
	w.opaque("room_mood")
}

func (w *componentWriter) appDataUpdate() {
	w.registered("component_id", componentNumbers[:])
	if operation := w.enum("op", operationValues); operationValues[operation] == "update" {
		w.octets("update")
	}
}

// componentNumbers are those with a name that a dictionary has in its order,
// between some that are unknown.
var componentNumbers = [...]registeredNumber{
	{0x0000, ""}, {0x0001, ""}, {0x0021, ""}, {0x0022, "participant_list"}, {0x0023, "room_metadata"}, {0x0024, "mls_operational_policy"},
	{0x0025, "roles_list"}, {0x0026, "preauth_list"}, {0x0027, "base_room_policy"}, {0x0028, "status_notification_policy"},
	{0x0029, "join_link_policy"}, {0x002a, "join_links"}, {0x002b, "link_preview_policy"}, {0x002c, "asset_policy"},
	{0x002d, "logging_policy"}, {0x002e, "chat_history_policy"}, {0x002f, "bot_policy"}, {0x0030, "message_expiration_policy"},
	{0x0031, ""}, {0x7fff, ""}, {0x8000, ""}, {0xffff, ""},
}

// rolesNumber is where the list of roles stands among componentNumbers.
const rolesNumber = 6

// componentForms are the structs of the components with a name.
var componentForms = map[string]func(w *componentWriter){
	"participant_list":           (*componentWriter).participantListData,
	"room_metadata":              (*componentWriter).roomMetaData,
	"mls_operational_policy":     (*componentWriter).operationalParameters,
	"roles_list":                 (*componentWriter).roleData,
	"preauth_list":               (*componentWriter).preAuthData,
	"base_room_policy":           (*componentWriter).baseRoomPolicy,
	"status_notification_policy": (*componentWriter).statusNotificationPolicy,
	"join_link_policy":           (*componentWriter).joinLinkPolicy,
	"join_links":                 (*componentWriter).joinLinksData,
	"link_preview_policy":        (*componentWriter).linkPreviewPolicy,
	"asset_policy":               (*componentWriter).assetPolicy,
	"logging_policy":             (*componentWriter).loggingPolicy,
	"chat_history_policy":        (*componentWriter).historyPolicy,
	"bot_policy":                 (*componentWriter).allowedBots,
	"message_expiration_policy":  (*componentWriter).messageExpiration,
}

func (w *componentWriter) appDataDictionary() {
	index := len(w.marks)
	w.behindLength(atVector, func() {
		others := []any{}
		// The simplest has a list of roles. A step of zero ends the dictionary.
		for at := (rolesNumber + w.t.Choose(len(componentNumbers))) % len(componentNumbers); ; {
			w.t.Begin()
			start := len(w.b)
			w.marks[index].last = start
			others = w.entry(&componentNumbers[at], others)
			w.mark(atEntry, start)
			step := w.t.Choose(8)
			w.t.End()
			if at += step; step == 0 || at >= len(componentNumbers) {
				break
			}
		}
		w.say("others", others)
	})
}

// entry writes a component with its number.
func (w *componentWriter) entry(n *registeredNumber, others []any) []any {
	w.b = append(w.b, byte(n.value>>8), byte(n.value))
	if n.name != "" {
		w.behindLength(atData, func() { w.within(n.name, func() { componentForms[n.name](w) }) })
		return others
	}
	data := w.drawText()
	w.putOpaque(data)
	if w.inside == nil {
		return others
	}
	return append(others, map[string]any{"component_id": n.value, "data": hex.EncodeToString([]byte(data))})
}
