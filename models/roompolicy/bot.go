package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// BotPolicy is the component bot_policy (room-policy-04 section 6.7).
type BotPolicy struct {
	AllowedBots []Bot
}

// Bot is a chat bot that a room allows.
type Bot struct {
	Name                    string
	Description             string
	Homepage                Uri
	LocalClientBot          bool          // works only in the client of a user; since room-policy-03
	BotRole                 RoleReference // bot_role_index, bot_role before room-policy-03
	CanRead                 bool          // before room-policy-03 only
	CanWrite                bool          // before room-policy-03 only
	CanTargetMessageInGroup bool
	PerUserContent          bool
}

func (p *BotPolicy) describe() (string, spec.Drafts) { return "BotPolicy", since03 }

func (p *BotPolicy) fields(f fields) { bots(f, &p.AllowedBots) }

func bots(f fields, allowed *[]Bot) {
	list(f, "allowed_bots", allowed, func(f fields, b *Bot) {
		f.need("name")
		f.opaque("name", &b.Name)
		f.opaque("description", &b.Description)
		f.opaque("homepage", (*string)(&b.Homepage))
		f.only(since03, func() { f.boolean("local_client_bot", &b.LocalClientBot) })
		b.BotRole.fields(f, "bot_role_index")
		f.only(before03, func() {
			f.boolean("can_read", &b.CanRead)
			f.boolean("can_write", &b.CanWrite)
		})
		f.boolean("can_target_message_in_group", &b.CanTargetMessageInGroup)
		f.boolean("per_user_content", &b.PerUserContent)
	})
}
