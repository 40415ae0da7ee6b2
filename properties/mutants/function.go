package mutants

import (
	"bytes"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// decoders decodes octets of every model, and then answers otherwise: with shared
// buffers, with what it remembers, or with a result beside an error.
type decoders struct {
	properties.Reference
	// answers returns what is answered for octets that it may change; result and
	// err are those of the reference.
	answers func(octets, result []byte, err error) ([]byte, error)
}

func (*decoders) Name() string { return "mutant" }

func (m *decoders) DecodeContent(d spec.Draft, message []byte) ([]byte, error) {
	result, err := m.Reference.DecodeContent(d, message)
	return m.answers(message, result, err)
}

func (m *decoders) DecodeStatus(d spec.Draft, report []byte) ([]byte, error) {
	result, err := m.Reference.DecodeStatus(d, report)
	return m.answers(report, result, err)
}

func (m *decoders) RecodeFranking(d spec.Draft, structName string, octets []byte) ([]byte, error) {
	result, err := m.Reference.RecodeFranking(d, structName, octets)
	return m.answers(octets, result, err)
}

func (m *decoders) DecodeComponent(d spec.Draft, structName string, octets []byte) ([]byte, error) {
	result, err := m.Reference.DecodeComponent(d, structName, octets)
	return m.answers(octets, result, err)
}

// functionFaults are planted in the decoder of each model. Each has a state of its
// own.
var functionFaults = []struct {
	id, fault string
	plant     func(reached func()) func(octets, result []byte, err error) ([]byte, error)
}{
	{"one-buffer", "returns every result in the same buffer", func(reached func()) func([]byte, []byte, error) ([]byte, error) {
		buffer := make([]byte, 0, 1<<16)
		return func(_, result []byte, err error) ([]byte, error) {
			if err != nil || len(result) > cap(buffer) {
				return result, err
			}
			reached()
			return append(buffer[:0], result...), nil
		}
	}},
	{"result-is-the-input", "returns the octets that it was given where they come back as they are", func(reached func()) func([]byte, []byte, error) ([]byte, error) {
		return func(octets, result []byte, err error) ([]byte, error) {
			if err != nil || !bytes.Equal(octets, result) {
				return result, err
			}
			reached()
			return octets, nil
		}
	}},
	{"result-beside-error", "returns what it had read when it came to an error", func(reached func()) func([]byte, []byte, error) ([]byte, error) {
		return func(octets, result []byte, err error) ([]byte, error) {
			if err == nil || len(octets) == 0 {
				return result, err
			}
			reached()
			return bytes.Clone(octets[:len(octets)/2+1]), err
		}
	}},
	{"error-stays", "refuses what comes right behind something that it refused", func(reached func()) func([]byte, []byte, error) ([]byte, error) {
		var last error
		return func(_, result []byte, err error) ([]byte, error) {
			was := last
			if last = err; err == nil && was != nil {
				reached()
				return nil, was
			}
			return result, err
		}
	}},
	{"remembered-by-length", "remembers the last result, and takes octets of the same length for the same", func(reached func()) func([]byte, []byte, error) ([]byte, error) {
		var kept []byte
		length := -1
		return func(octets, result []byte, err error) ([]byte, error) {
			if err == nil && len(octets) == length {
				reached()
				return kept, nil
			}
			if err == nil {
				kept, length = result, len(octets)
			}
			return result, err
		}
	}},
	{"input-overwritten", "clears the last octet of what it has read", func(reached func()) func([]byte, []byte, error) ([]byte, error) {
		return func(octets, result []byte, err error) ([]byte, error) {
			if err == nil && len(octets) > 0 {
				reached()
				octets[len(octets)-1] = 0x99
			}
			return result, err
		}
	}},
	{"one-encoding-then-another", "writes its second result, and every second one behind it, otherwise, as from a map", func(reached func()) func([]byte, []byte, error) ([]byte, error) {
		calls := 0
		return func(_, result []byte, err error) ([]byte, error) {
			if calls++; err != nil || calls%2 == 1 || len(result) < 2 {
				return result, err
			}
			reached()
			turned := bytes.Clone(result)
			slices.Reverse(turned[len(turned)-2:])
			return turned, nil
		}
	}},
}

// functionMutants plants each fault in the decoder of each model, and some in what
// decodes nothing.
func functionMutants() []*Mutant {
	list := slices.Clone(otherFunctionMutants)
	for _, of := range []struct {
		property string
		draft    spec.Draft
	}{
		{"content/function", spec.Content09}, {"message-status/function", spec.MessageStatus01},
		{"franking/codec-function", spec.Protocol06}, {"roompolicy/codec-function", spec.RoomPolicy04},
	} {
		model, _, _ := bytes.Cut([]byte(of.property), []byte("/"))
		for _, f := range functionFaults {
			list = append(list, &Mutant{ID: string(model) + "/" + f.id, Fault: f.fault, Property: of.property, Draft: of.draft,
				plant: func(reached func()) properties.Implementation { return &decoders{answers: f.plant(reached)} }})
		}
	}
	return list
}

// decidesEach plants a state of its own in how actions are decided.
func decidesEach(id, fault string, plant func() func(q *asked, allowed bool) (bool, bool)) *Mutant {
	return mutateRooms(id, fault, "decision-function", spec.RoomPolicy04, func(m *roomJudge) { m.decides = plant() })
}

// commits applies commits, and then does something with what they leave.
type commits struct {
	properties.Reference
	// leaves returns what is left in place of what the reference leaves.
	leaves func(before, after *roompolicy.State, err error) (*roompolicy.State, error)
}

func (*commits) Name() string { return "mutant" }

func (m *commits) ApplyCommit(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, commit *roompolicy.Commit) (*roompolicy.Policy, *roompolicy.State, error) {
	newPolicy, newState, err := m.Reference.ApplyCommit(d, readings, policy, state, commit)
	newState, err = m.leaves(state, newState, err)
	return newPolicy, newState, err
}

func leavesEach(id, fault string, plant func(reached func()) func(before, after *roompolicy.State, err error) (*roompolicy.State, error)) *Mutant {
	return &Mutant{ID: "roompolicy/" + id, Fault: fault, Property: "roompolicy/commit-function", Draft: spec.RoomPolicy04,
		plant: func(reached func()) properties.Implementation { return &commits{leaves: plant(reached)} }}
}

// otherFunctionMutants keep a state, or share one.
var otherFunctionMutants = []*Mutant{
	mutateMessageIDs("hash-input-from-the-start", "writes the hash input from the start of the buffer that it is given", "hash-input-appended", spec.Content08,
		func(m *messageIDs) {
			m.lay = func(dst []byte, in *messageid.Input) ([]byte, error) {
				return properties.Reference{}.AppendHashInput(dst[:0], spec.Content08, in)
			}
		}),
	mutateMessageIDs("hash-input-kept", "keeps one buffer for all hash inputs", "hash-input-appended", spec.Content08,
		func(m *messageIDs) {
			buffer := make([]byte, 0, 1<<16)
			m.lay = func(dst []byte, in *messageid.Input) ([]byte, error) {
				whole, err := properties.Reference{}.AppendHashInput(append(buffer[:0], dst...), spec.Content08, in)
				return whole, err
			}
		}),
	decidesEach("decision-remembered", "remembers what it decided for an actor and a kind of action", func() func(*asked, bool) (bool, bool) {
		type key struct {
			actor roompolicy.User
			kind  roompolicy.ActionKind
		}
		kept := make(map[key]bool)
		return func(q *asked, allowed bool) (bool, bool) {
			k := key{q.action.Actor, q.action.Kind}
			was, known := kept[k]
			kept[k] = allowed
			return was, known
		}
	}),
	decidesEach("right-used-up", "allows each actor one action", func() func(*asked, bool) (bool, bool) {
		used := make(map[roompolicy.User]bool)
		return func(q *asked, allowed bool) (bool, bool) {
			was := used[q.action.Actor]
			used[q.action.Actor] = was || allowed
			return false, was
		}
	}),
	mutateRooms("entries-in-the-order-of-a-map", "looks preauthorized entries up in another order each time", "decision-function", spec.RoomPolicy04, func(m *roomJudge) {
		calls := 0
		m.mistakes = func(q *asked) bool {
			calls++
			return calls%2 == 0 && q.reverseEntries()
		}
	}),
	mutateRooms("list-sorted-in-place", "sorts the participants of the room that it is asked about", "decision-function", spec.RoomPolicy04, func(m *roomJudge) {
		m.mistakes = func(q *asked) bool {
			byRole := func(a, b roompolicy.Participant) int { return int(b.Role) - int(a.Role) }
			if slices.IsSortedFunc(q.state.Participants, byRole) {
				return false
			}
			slices.SortStableFunc(q.state.Participants, byRole)
			return true
		}
	}),
	leavesEach("room-beside-error", "returns the room before beside an error", func(reached func()) func(_, _ *roompolicy.State, _ error) (*roompolicy.State, error) {
		return func(before, after *roompolicy.State, err error) (*roompolicy.State, error) {
			if err == nil {
				return after, nil
			}
			reached()
			return before.Clone(), err
		}
	}),
	leavesEach("room-changed-in-place", "changes the room before as well", func(reached func()) func(_, _ *roompolicy.State, _ error) (*roompolicy.State, error) {
		return func(before, after *roompolicy.State, err error) (*roompolicy.State, error) {
			if err == nil {
				reached()
				before.Participants = slices.Clone(after.Participants)
			}
			return after, err
		}
	}),
	leavesEach("commits-add-up", "adds the clients of each commit to those of the one before", func(reached func()) func(_, _ *roompolicy.State, _ error) (*roompolicy.State, error) {
		sum := uint32(0)
		return func(_, after *roompolicy.State, err error) (*roompolicy.State, error) {
			if err != nil || len(after.Participants) == 0 {
				return after, err
			}
			after = after.Clone()
			if sum > 0 {
				reached()
			}
			after.Participants[0].Clients += sum
			sum++
			return after, nil
		}
	}),
}
