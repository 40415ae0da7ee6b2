package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/properties/rooms"
)

func decideCommand() *cobra.Command {
	var (
		chosen                    policyFlags
		policy, state, actionText string
		asJSON                    bool
	)
	c := &cobra.Command{
		Use:   "decide --policy FILE --state STATE --action ACTION",
		Short: "May this user do this in this room, and why",
		Long: `Decides one action in a room, and says which rule decided, which capability in which
role was asked for, and the bounds that were compared, with their numbers.

--policy is a FILE as for 'mimifuzz vet policy', or an example such as example:strict.
--state is a file with JSON, or a text: 'alice=4+ bob=2+3 carol=1' says that alice has
role 4 and a client, bob role 2 and three clients, carol role 1 and none.
--action is JSON or a text: the actor, the kind, and what the kind asks for:

  alice add bob 2 with 1 client     alice kick bob           bob leave
  bob add-own-client                alice ban bob            bob change-own-role
  carol open-join 2                 alice unban bob 2        bob remove-own-client
  carol join-preauthorized          alice remove bob         alice update roles_list
  carol join-code SECRET            alice change-role bob 3  alice use canChangeRoomName

Roles are indexes or names.

Exit status: 0 allowed, 1 denied, 2 could not run.`,
		Example: `  mimifuzz decide --policy example:strict --state 'alice=4+ bob=2+' --action 'alice ban bob'
  mimifuzz decide --policy example:moderated --state 'alice=6+ bob=5+' --action 'bob kick alice' --json
  mimifuzz decide --policy example:multi-org --reading bounds=pre-state --state 'alice=8+ bob=6+' --action 'alice change-role bob org_b_user'`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			for name, value := range map[string]string{"policy": policy, "state": state, "action": actionText} {
				if value == "" && (name != "state" || !c.Flags().Changed("state")) {
					return fmt.Errorf("no --%s: expected --policy, --state and --action; see '%s --help'", name, c.CommandPath())
				}
			}
			if policy == "-" && state == "-" {
				return errors.New("--policy and --state are both standard input: expected a file for one of them")
			}
			input, err := chosen.read(c, policy)
			if err != nil {
				return err
			}
			if input.Room.Roles == nil {
				return fmt.Errorf("%s has no roles: expected the component roles_list", policy)
			}
			room := &roompolicy.State{}
			if state != "" {
				if room, err = readState(c.InOrStdin(), state); err != nil {
					return fmt.Errorf("--state: %w", err)
				}
			}
			action, err := parseAction(actionText, input.Room.Roles)
			if err != nil {
				return fmt.Errorf("--action: %w", err)
			}
			violations, broken, err := rooms.Structure(input, chosen.draft)
			if err != nil {
				return err
			}
			if broken {
				fmt.Fprintf(c.ErrOrStderr(), "mimifuzz: the policy breaks rules on structure, the first of %d is %s; 'mimifuzz vet policy' tells them all\n", len(violations), violations[0].Rule)
			}
			ruling, err := rooms.Rule(chosen.draft, chosen.readings, &input.Room.Policy, room, action)
			if err != nil {
				return err
			}
			if asJSON {
				err = printJSON(c.OutOrStdout(), ruling)
			} else {
				err = ruling.WriteText(c.OutOrStdout())
			}
			if err != nil {
				return err
			}
			if !ruling.Allowed {
				return exitStatus(exitFound)
			}
			return nil
		},
	}
	flags := c.Flags()
	chosen.add(c)
	flags.StringVar(&policy, "policy", "", "the policy, a file or an example")
	flags.StringVar(&state, "state", "", "who is in the room, a file or a text")
	flags.StringVar(&actionText, "action", "", "what is to be decided, JSON or a text")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// parseAction reads an action from its JSON or from its text.
func parseAction(text string, roles *roompolicy.RoleData) (roompolicy.Action, error) {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return roompolicy.ParseAction(text, roles)
	}
	action, err := roompolicy.DecodeJSON[roompolicy.Action]([]byte(text))
	if err != nil {
		return roompolicy.Action{}, err
	}
	return *action, nil
}
