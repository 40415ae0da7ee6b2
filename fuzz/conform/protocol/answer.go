package protocol

import (
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// Answer is what an adapter answers to one [Request]. If OK, the fields of the
// op are there; if not, Reason says why the input is refused, and Rules by
// which rules, if the adapter can tell. Unsupported says that the adapter
// cannot be asked this.
type Answer struct {
	ID          uint64   `json:"id"`
	OK          bool     `json:"ok,omitempty"`
	Unsupported bool     `json:"unsupported,omitempty"`
	Reason      string   `json:"reason,omitempty"`
	Rules       []string `json:"rules,omitempty"` // IDs, such as "content/salt-length"

	Reencoded   []byte `json:"reencoded,omitempty"`   // of content.decode and status.decode
	MessageID   []byte `json:"messageId,omitempty"`   // of message-id.compute
	FrankingTag []byte `json:"frankingTag,omitempty"` // of franking.tag
	Allowed     *bool  `json:"allowed,omitempty"`     // of policy.decide
	// Policy and State are what policy.apply leaves. An adapter may leave out
	// the policy where the commit does not change it.
	Policy *roompolicy.Policy `json:"policy,omitempty"`
	State  *roompolicy.State  `json:"state,omitempty"`
}
