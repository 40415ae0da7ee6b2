package rooms

import (
	"fmt"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// readings are those that matter to a machine, one field for each that is not
// the default.
type readings struct {
	boundsBefore, boundsDelta, allRoles        bool
	zeroNobody, oneAnyName, fromFirst          bool
	proposalsNamed, proposalsHolders           bool
	commitsOrProposal                          bool
	clientsLater, addOwnChecked                bool
	preauthNonZero, preauthNobody              bool
	joinCodeAny, removalNeedsUnban             bool
	sameNeedsEntry, sameAllowed, ownTargetRole bool
	banChecked, banListedOnly                  bool
	changeOnlyBan, changeWithoutKick           bool
	fixedCapability, fixedNoBans, parentEqual  bool
	deviceRoom, maxUsersAdditions              bool
}

// fields names the readings, other than the defaults, that a machine follows,
// each with its field.
func (r *readings) fields() map[string]*bool {
	return map[string]*bool{
		"bounds=pre-state":                      &r.boundsBefore,
		"bounds=delta":                          &r.boundsDelta,
		"bounds-scope=all-roles":                &r.allRoles,
		"role-zero-holder=nobody":               &r.zeroNobody,
		"role-one-name=any-name":                &r.oneAnyName,
		"repeated-from=first":                   &r.fromFirst,
		"external-proposals=named":              &r.proposalsNamed,
		"external-proposals=holders":            &r.proposalsHolders,
		"external-commit-forbidden=by-proposal": &r.commitsOrProposal,
		"canadd-later=later":                    &r.clientsLater,
		"addown-max=checked":                    &r.addOwnChecked,
		"preauth-zero=first-nonzero":            &r.preauthNonZero,
		"preauth-empty=no-one":                  &r.preauthNobody,
		"join-code-target=any-defined":          &r.joinCodeAny,
		"rm-unbans=needs-unban":                 &r.removalNeedsUnban,
		"same-role=needs-entry":                 &r.sameNeedsEntry,
		"same-role=allowed":                     &r.sameAllowed,
		"own-role-holder=target-role":           &r.ownTargetRole,
		"ban-maxima=checked":                    &r.banChecked,
		"ban-unlisted=refused":                  &r.banListedOnly,
		"cur-bans=only-ban":                     &r.changeOnlyBan,
		"cur-bans=without-kick":                 &r.changeWithoutKick,
		"fixed-additions=capability-only":       &r.fixedCapability,
		"fixed-ban=refused":                     &r.fixedNoBans,
		"parent-subset=equal-allowed":           &r.parentEqual,
		"multi-device=per-room":                 &r.deviceRoom,
		"max-users=additions":                   &r.maxUsersAdditions,
	}
}

// indifferent are the ambiguities that no move depends on: those of messages,
// of components, of whole commits, and of users with several clients. Two roles
// with one index are refused under every reading.
var indifferent = map[string]bool{
	"repeated-role":         true,
	"reserved-capabilities": true, "leaver-commits": true, "partial-kick": true,
	"base-update": true, "joint-commit": true, "list-index": true, "list-base": true, "second-update": true,
	"repeated-replacement": true, "empty-update": true, "role-update-maxima": true, "role-update-dropped": true,
	"message-capabilities": true, "start-topic": true, "topic-without-reply": true, "reply-in-topic": true,
	"uploads": true, "inline-assets": true, "mention-links": true, "session": true, "asset-size-class": true,
}

// followed returns the readings of a machine. It fails with [*Error] for one
// that no machine follows.
func followed(all roompolicy.Readings) (readings, error) {
	var r readings
	fields := r.fields()
	for text := range strings.SplitSeq(all.String(), ",") {
		if text == "" {
			continue
		}
		name, _, _ := strings.Cut(text, "=")
		switch field := fields[text]; {
		case field != nil:
			*field = true
		case !indifferent[name]:
			return r, &Error{"Readings", fmt.Sprintf("a search cannot follow %s; 'mimifuzz decide' can", text)}
		}
	}
	return r, nil
}

// Follows reports whether rooms can be searched under a reading, by the IDs of
// the ambiguity and of the reading.
func Follows(ambiguity, reading string) bool {
	all, err := roompolicy.Readings{}.WithReading(ambiguity, reading)
	if err == nil {
		_, err = followed(all)
	}
	return err == nil
}
