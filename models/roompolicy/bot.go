package roompolicy

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
