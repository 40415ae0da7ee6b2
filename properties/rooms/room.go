package rooms

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// MaxUsers is the largest number of users of a [Room]: a state has an octet for
// each.
const MaxUsers = 8

// DefaultUsers is how many users there are where nothing is said.
const DefaultUsers = 4

// maxRoles is the largest number of roles, role zero among them.
const maxRoles = 32

// Room is what is explored: a policy, and who is around.
type Room struct {
	Draft    spec.Draft
	Policy   *roompolicy.Policy
	Readings roompolicy.Readings
	// Users is how many users there are, in the room and outside, 1 to MaxUsers; 0
	// is DefaultUsers, or one more than are in the state to start from.
	Users int
	// Preauthorized are the roles for which users are preauthorized, one user for
	// each. The creator is not one of them, unless there is no one else.
	Preauthorized []uint32
	// Senders are the roles for which external senders, such as the hub, are
	// preauthorized (room-policy-04 section 4). They are in no participant list.
	Senders []uint32
	// From is the state to start from. Without it a creator is alone in the room, in
	// the role of [Creator]. What it says of claims, external senders, join codes and
	// the parent room counts instead of what is said above.
	From *roompolicy.State
}

// Error says why a room cannot be explored.
type Error struct {
	Field  string // of Room, such as "Users"
	Reason string
}

func (e *Error) Error() string { return strings.ToLower(e.Field) + ": " + e.Reason }

// userNames are those of users whom no one named.
var userNames = [MaxUsers]string{"alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"}

// roleClaim is the claim that stands for "preauthorized for this role" where a
// policy says nothing of whom it preauthorizes.
func roleClaim(role uint32) roompolicy.Claim {
	return roompolicy.Claim{
		ClaimId:    roompolicy.ClaimId{CredentialType: 2, Id: "role"}, // x509
		ClaimValue: roompolicy.Octets(strconv.FormatUint(uint64(role), 10)),
	}
}

// Creator returns the role of the one who creates a room where nothing is said
// of it: the one that allows clients and can bring users to most roles, of
// these the one with most capabilities, of these the last. It is false where no
// role allows clients.
func Creator(roles *roompolicy.RoleData) (*roompolicy.Role, bool) {
	var best *roompolicy.Role
	reach := func(r *roompolicy.Role) (targets int) {
		for _, other := range roles.Roles {
			for _, from := range roles.Roles {
				if r.Allows(from.RoleIndex, other.RoleIndex) {
					targets++
					break
				}
			}
		}
		return targets
	}
	for i := range roles.Roles {
		r := &roles.Roles[i]
		if r.RoleIndex == roompolicy.NoRole || r == roles.Banned() || forbids(r.MaximumActiveParticipantsConstraint) || forbids(r.MaximumParticipantsConstraint) {
			continue
		}
		if best == nil || reach(r) > reach(best) || reach(r) == reach(best) && len(r.RoleCapabilities) >= len(best.RoleCapabilities) {
			best = r
		}
	}
	return best, best != nil
}

// forbids reports whether a maximum lets no one.
func forbids(maximum roompolicy.Optional[uint32]) bool { return maximum.Present && maximum.Value == 0 }

// SystemRoles returns the roles that only external senders can use: those that
// allow no clients and have a capability, other than that of the banned. They
// are those of policy enforcing systems in the example policies.
func SystemRoles(roles *roompolicy.RoleData) (indexes []uint32) {
	for i := range roles.Roles {
		r := &roles.Roles[i]
		if forbids(r.MaximumActiveParticipantsConstraint) && len(r.RoleCapabilities) > 0 && r.RoleIndex > roompolicy.BannedRole {
			indexes = append(indexes, r.RoleIndex)
		}
	}
	return indexes
}

// concrete returns the policy and the state that the definition is asked about,
// and the users in the order of the machine: those who are alike stand
// together. The policy differs from that of the room in the list of
// preauthorized users only, where the room names such users and the policy does
// not.
func (r *Room) concrete() (*roompolicy.Policy, *roompolicy.State, []roompolicy.User, error) {
	if r.Policy == nil || r.Policy.Roles == nil {
		return nil, nil, nil, &Error{"Policy", "it has no roles"}
	}
	if r.Users < 0 || r.Users > MaxUsers {
		return nil, nil, nil, &Error{"Users", fmt.Sprintf("%d users: expected 1 to %d", r.Users, MaxUsers)}
	}
	policy := *r.Policy
	state := r.From
	if state == nil {
		creator, ok := Creator(policy.Roles)
		if !ok {
			return nil, nil, nil, &Error{"Policy", "no role allows clients, so no one can create the room"}
		}
		state = &roompolicy.State{Participants: []roompolicy.Participant{{User: roompolicy.User(userNames[0]), Role: creator.RoleIndex, Clients: 1}}}
	}
	if len(state.Removing) > 0 || state.Destroyed {
		return nil, nil, nil, &Error{"From", "the room was destroyed, or removals are pending: a search starts where everything is committed"}
	}
	state = state.Clone()
	users, err := r.users(state)
	if err != nil {
		return nil, nil, nil, err
	}
	if len(r.Preauthorized) > len(users) {
		return nil, nil, nil, &Error{"Preauthorized", fmt.Sprintf("%d roles for %d users: expected at most one a user", len(r.Preauthorized), len(users))}
	}
	claims, err := r.claims(&policy)
	if err != nil {
		return nil, nil, nil, err
	}
	for i, role := range r.Preauthorized {
		user := users[len(users)-1-i]
		credit(state, user, claims[role])
	}
	if r.From == nil && policy.Base != nil && policy.Base.ParentDependent {
		state.ParentParticipants = slices.Clone(users)
	}
	if len(state.ExternalSenders) == 0 {
		for i, role := range r.Senders {
			name := roompolicy.User("hub")
			if i > 0 {
				name = roompolicy.User(fmt.Sprintf("hub%d", i+1))
			}
			for slices.Contains(users, name) {
				name += "'"
			}
			state.ExternalSenders = append(state.ExternalSenders, name)
			credit(state, name, claims[role])
		}
	}
	if state.JoinCodes == nil {
		for i := range policy.Roles.Roles {
			if index := policy.Roles.Roles[i].RoleIndex; index != roompolicy.NoRole {
				state.JoinCodes = append(state.JoinCodes, roompolicy.JoinCode{Code: fmt.Sprintf("code-for-%d", index), Role: index})
			}
		}
	}
	return &policy, state, users, nil
}

// credit gives a user a credential in place of the one it had.
func credit(state *roompolicy.State, user roompolicy.User, claims []roompolicy.Claim) {
	state.Credentials = slices.DeleteFunc(state.Credentials, func(c roompolicy.Credential) bool { return c.User == user })
	state.Credentials = append(state.Credentials, roompolicy.Credential{User: user, Claims: claims})
}

// users returns the participants of the state and as many others as there are
// to be.
func (r *Room) users(state *roompolicy.State) ([]roompolicy.User, error) {
	var users []roompolicy.User
	for i := range state.Participants {
		p := &state.Participants[i]
		if slices.Contains(users, p.User) {
			return nil, &Error{"From", fmt.Sprintf("%q stands in the participant list twice", p.User)}
		}
		if slices.Contains(state.ExternalSenders, p.User) {
			return nil, &Error{"From", fmt.Sprintf("%q is a participant and an external sender", p.User)}
		}
		p.Clients = min(p.Clients, 1)
		users = append(users, p.User)
	}
	wanted := r.Users
	if wanted == 0 {
		wanted = min(max(DefaultUsers, len(users)+1), MaxUsers)
	}
	if len(users) > wanted {
		return nil, &Error{"Users", fmt.Sprintf("%d users: the state has %d participants", wanted, len(users))}
	}
	for i := 0; len(users) < wanted; i++ {
		name := roompolicy.User("user" + strconv.Itoa(i+1))
		if i < len(userNames) {
			name = roompolicy.User(userNames[i])
		}
		if !slices.Contains(users, name) && !slices.Contains(state.ExternalSenders, name) {
			users = append(users, name)
		}
	}
	return users, nil
}

// claims returns the claims that give a role, for each role that the room
// preauthorizes someone for. Where the policy has no list of preauthorized
// users, it makes one.
func (r *Room) claims(policy *roompolicy.Policy) (map[uint32][]roompolicy.Claim, error) {
	claims := map[uint32][]roompolicy.Claim{}
	given := policy.PreAuth
	for _, role := range slices.Concat(r.Preauthorized, r.Senders) {
		if _, known := claims[role]; known {
			continue
		}
		if given == nil {
			if policy.PreAuth == nil {
				policy.PreAuth = &roompolicy.PreAuthData{}
			}
			claims[role] = []roompolicy.Claim{roleClaim(role)}
			policy.PreAuth.PreauthorizedEntries = append(policy.PreAuth.PreauthorizedEntries,
				roompolicy.PreAuthRoleEntry{Claimset: claims[role], TargetRole: roompolicy.RoleReference{RoleIndex: role}})
			continue
		}
		at := slices.IndexFunc(given.PreauthorizedEntries, func(e roompolicy.PreAuthRoleEntry) bool { return e.TargetRole.RoleIndex == role })
		switch {
		case at >= 0:
			claims[role] = given.PreauthorizedEntries[at].Claimset
		case slices.Contains(r.Preauthorized, role):
			return nil, &Error{"Preauthorized", fmt.Sprintf("no entry of preauth_list gives role %d", role)}
		}
	}
	return claims, nil
}
