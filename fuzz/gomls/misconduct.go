package gomls

import (
	"errors"
	"math"

	"github.com/cisco/go-mls"
	syntax "github.com/cisco/go-tls-syntax"
)

// Misconduct is a known defect that is no panic.
type Misconduct struct {
	Name    string
	Library string // whose defect it is
	Defect  string
	// show reports whether the library still does it.
	show func() (bool, error)
}

// Hangs lists what does not end, or not in reasonable time and memory. A
// [Member] refuses the two kinds of messages before go-mls sees them.
func Hangs() []Misconduct {
	return []Misconduct{
		{
			"message-of-no-leaf", goMLS,
			"Goes up the tree from a leaf that there is not, and never gets to the root.",
			func() (bool, error) { return unprotectFrom(senderData{Sender: 7}) },
		},
		{
			"message-far-ahead", goMLS,
			"Derives and keeps a key for each of up to four thousand million messages that were skipped.",
			func() (bool, error) { return unprotectFrom(senderData{Generation: math.MaxUint32}) },
		},
		{
			"vector-of-nothing", goTLSSyntax,
			"Reads elements of no octets until the vector is at its end.",
			func() (bool, error) {
				var value struct {
					Elements []struct{} `tls:"head=1"`
				}
				_, err := syntax.Unmarshal([]byte{1, 0}, &value)
				return false, err
			},
		},
	}
}

// unprotectFrom has a member decrypt a message of which another says untruths.
func unprotectFrom(from senderData) (bool, error) {
	members, err := targetGroup()
	if err != nil {
		return false, err
	}
	constants := targetSuite.Constants()
	message, err := members[sending].seal(from, make([]byte, constants.KeySize), make([]byte, constants.NonceSize), nil, nil)
	if err != nil {
		return false, err
	}
	_, err = members[handling].state.Unprotect(message)
	return false, err
}

// WrongAnswers lists what go-mls accepts, refuses or forgets wrongly, other than
// signatures: those are in [Differences].
func WrongAnswers() []Misconduct {
	return []Misconduct{
		{
			"sender-with-two-indices", goMLS,
			"Doubles the index of a leaf in 32 bits: leaf 1 can sign as sender 2^31+1.",
			senderWithTwoIndices,
		},
		{
			"message-burnt", goMLS,
			"Erases the key of a message before it knows that the message is genuine: an altered copy that comes first makes the genuine one undecryptable.",
			messageBurnt,
		},
		{
			"extensions-lost", goMLS,
			"Neither a commit nor a Welcome takes the extensions of the GroupContext along.",
			extensionsLost,
		},
		{
			"key-packages-equal", goMLS,
			"Compares the extensions of a key package with themselves.",
			keyPackagesEqual,
		},
	}
}

func senderWithTwoIndices() (bool, error) {
	members, err := targetGroup()
	if err != nil {
		return false, err
	}
	message := &mls.MLSPlaintext{
		GroupID: members[1].state.GroupID,
		Epoch:   members[1].state.Epoch,
		Sender:  mls.Sender{Type: mls.SenderTypeMember, Sender: 1<<31 + 1},
		Content: mls.MLSPlaintextContent{Proposal: &mls.Proposal{Remove: &mls.RemoveProposal{Removed: 0}}},
	}
	if message.Signature, err = members[1].sign(message.Sender, nil, message.Content); err != nil {
		return false, err
	}
	_, err = members[handling].state.Handle(message)
	return err == nil, nil
}

func messageBurnt() (bool, error) {
	members, err := targetGroup()
	if err != nil {
		return false, err
	}
	genuine, err := members[sending].Protect([]byte("data"), []byte{0})
	if err != nil {
		return false, err
	}
	altered := *genuine
	altered.AuthenticatedData = []byte{1}
	if _, err := members[handling].Unprotect(&altered); err == nil {
		return false, errors.New("an altered message is accepted")
	}
	_, err = members[handling].Unprotect(genuine)
	return err != nil, nil
}

func extensionsLost() (bool, error) {
	members, err := targetGroup()
	if err != nil {
		return false, err
	}
	m := members[sending]
	m.SetGroupContextExtension(0xf000, []byte{1})
	_, _, next, err := m.state.Commit([]byte{3})
	if err != nil {
		return false, err
	}
	return len(next.Extensions.Entries) == 0, nil
}

func keyPackagesEqual() (bool, error) {
	c, err := newClient(targetSuite, "a")
	if err != nil {
		return false, err
	}
	other := c.keyPackage
	other.Extensions = mls.NewExtensionList()
	return c.keyPackage.Equals(other), nil
}
