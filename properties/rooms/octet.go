package rooms

import "math/bits"

// octet is what a state says of one user: the slot of its role, and whether it
// has a client in the MLS group. Slot 0 is that of users who are not in the
// participant list; they have no clients.
type octet uint8

func octetOf(slot int, active bool) octet {
	if active {
		return octet(slot<<1 | 1)
	}
	return octet(slot << 1)
}

func (o octet) slot() int    { return int(o >> 1) }
func (o octet) active() bool { return o&1 == 1 }
func (o octet) listed() bool { return o > 1 }

// state is one state of a room: an octet for each user, that of user 0 lowest.
type state uint64

func (s state) of(user int) octet { return octet(s >> (8 * user)) }

func (s state) with(user int, o octet) state {
	return s&^(0xff<<(8*user)) | state(o)<<(8*user)
}

// canonical sorts the octets of users who are alike, from the highest to the
// lowest. alike has a bit for each user who is like the one before.
func (s state) canonical(users int, alike uint8) state {
	if alike == 0 {
		return s
	}
	for i := 1; i < users; i++ {
		for j := i; j > 0 && alike>>j&1 == 1; j-- {
			a, b := s.of(j-1), s.of(j)
			if a >= b {
				break
			}
			s = s.with(j-1, b).with(j, a)
		}
	}
	return s
}

// hash spreads the bits of a state.
func (s state) hash() uint64 {
	hi, lo := bits.Mul64(uint64(s)^0x9e3779b97f4a7c15, 0xd1342543de82ef95)
	return hi ^ lo
}
