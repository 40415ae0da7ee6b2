package rooms

import (
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// kind is the kind of a move, in the order in which moves are tried.
type kind uint8

const (
	openJoin kind = iota
	joinPreauthorized
	joinCode
	addOwnClient
	removeOwnClient
	leave
	changeOwnRole
	add
	addClient
	changeRole
	unban
	kick
	remove
	ban
	numKinds
)

// kinds says what each kind of move is in the definition, and which capability
// it needs.
var kinds = [numKinds]struct {
	action     roompolicy.ActionKind
	capability roompolicy.Capability
}{
	openJoin:          {roompolicy.ActionOpenJoin, roompolicy.CanOpenJoin},
	joinPreauthorized: {roompolicy.ActionJoinPreauthorized, roompolicy.CanJoinIfPreauthorized},
	joinCode:          {roompolicy.ActionJoinCode, roompolicy.CanUseJoinCode},
	addOwnClient:      {roompolicy.ActionAddOwnClient, roompolicy.CanAddOwnClient},
	removeOwnClient:   {roompolicy.ActionRemoveOwnClient, roompolicy.CanRemoveOwnClient},
	leave:             {roompolicy.ActionLeave, roompolicy.CanRemoveSelf},
	changeOwnRole:     {roompolicy.ActionChangeOwnRole, roompolicy.CanChangeOwnRole},
	add:               {roompolicy.ActionAdd, roompolicy.CanAddParticipant},
	addClient:         {roompolicy.ActionAddClient, roompolicy.CanAddParticipant},
	changeRole:        {roompolicy.ActionChangeRole, roompolicy.CanChangeUserRole},
	unban:             {roompolicy.ActionUnban, roompolicy.CanUnBan},
	kick:              {roompolicy.ActionKick, roompolicy.CanKick},
	remove:            {roompolicy.ActionRemove, roompolicy.CanRemoveParticipant},
	ban:               {roompolicy.ActionBan, roompolicy.CanBan},
}

// own reports whether the actor of the move is the one whom it changes.
func (k kind) own() bool { return k < add }

// names reports whether the move names a new role.
func (k kind) names() bool {
	return k == openJoin || k == joinCode || k == add || k == changeRole || k == unban
}

// move is one action on a state: who, on whom, and what. Every move changes
// one user.
type move struct {
	kind    kind
	actor   uint8 // a user, or a sender after the users
	subject uint8 // the user who changes; the actor itself for an own kind
	slot    uint8 // the new role, where the kind names one
	clients bool  // an addition brings a client
}

// packed is a move in one word.
type packed uint32

func (m move) pack() packed {
	p := packed(m.kind)<<24 | packed(m.actor)<<16 | packed(m.subject)<<8 | packed(m.slot)<<1
	if m.clients {
		p |= 1
	}
	return p
}

func (p packed) move() move {
	return move{kind: kind(p >> 24), actor: uint8(p >> 16 & 0xff), subject: uint8(p >> 8 & 0xff), slot: uint8(p >> 1 & 0x7f), clients: p&1 == 1}
}
