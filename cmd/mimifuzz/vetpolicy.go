package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/rooms"
)

func vetPolicyCommand() *cobra.Command {
	var (
		chosen                   policyFlags
		room                     rooms.Room
		preauthorized            []uint
		from, memory, svg        string
		force, noSenders, asJSON bool
		eachReading              bool
		limits                   rooms.Limits
	)
	c := &cobra.Command{
		Use:   "policy FILE",
		Short: "What can go wrong in a room with this policy? The shortest histories",
		Long: `Searches every state that a room with the policy can reach, breadth first, and tells
what an operator would not expect, the gravest first: the shortest history, with who
acts, the rule that decides each step, and what is wrong at the end. Then it shows
which role can do what to which role.

FILE is the JSON of a policy, the TLS octets of a RoleData or of a whole app data
dictionary, - for standard input, or one of example:cooperative, example:strict,
example:moderated and example:multi-org, the example policies of the draft.

The room starts with its creator alone, in the role that can do most. A state to start
from is given with --from: a file with JSON, or a text such as 'alice=4+ bob=2', where
+ marks who has a client in the MLS group. Users have at most one client each. Users
who are alike are folded together; --preauthorized makes some differ. For each role
that allows no clients, such as that of a policy enforcing system, an external sender
is around that is preauthorized for it, unless --no-senders is given.

Where the drafts are open, --reading chooses how they are read. --each-reading searches
again under every other reading of each open place, and tells which findings are owed
to a reading: those that go away under another one.

A policy that breaks a rule on structure is not searched unless --force is given. A
search that reaches its bound in memory or time (--memory, --for) stops, says how far
it got and what it did not look at to the end, and tells what it has.

Exit status: 0 nothing was found, 1 something was found or the structure is broken,
2 could not run, or was stopped before anything was found.`,
		Example: `  mimifuzz vet policy example:strict
  mimifuzz vet policy example:multi-org --users 5 --json
  mimifuzz vet policy example:strict --preauthorized 3 --reading own-role-holder=target-role
  mimifuzz vet policy example:strict --users 3 --each-reading
  mimifuzz vet policy example:cooperative --no-senders --from 'alice=3+ bob=2+ carol=1'`,
		Args: onePolicy,
		RunE: func(c *cobra.Command, args []string) error {
			input, err := chosen.read(c, args[0])
			if err != nil {
				return err
			}
			room.Draft, room.Readings, room.Policy = chosen.draft, chosen.readings, &input.Room.Policy
			if limits.Time < 0 {
				return fmt.Errorf("--for: %s: expected a time such as 2m, or 0 for no bound", limits.Time)
			}
			if limits.Memory, err = parseOctets(memory); err != nil {
				return fmt.Errorf("--memory: %w", err)
			}
			if room.Users < 1 && c.Flags().Changed("users") {
				return fmt.Errorf("--users: %d users: expected 1 to %d", room.Users, rooms.MaxUsers)
			}
			for _, role := range preauthorized {
				room.Preauthorized = append(room.Preauthorized, uint32(role))
			}
			if from != "" {
				if room.From, err = readState(c.InOrStdin(), from); err != nil {
					return fmt.Errorf("--from: %w", err)
				}
			}
			violations, broken, err := rooms.Structure(input, room.Draft)
			if err != nil {
				return err
			}
			if broken && !force {
				report := rooms.Unsearched(&room, violations)
				report.Policy = args[0]
				if err := printReport(c.OutOrStdout(), report, asJSON); err != nil {
					return err
				}
				fmt.Fprintln(c.ErrOrStderr(), "mimifuzz: the policy was not searched; --force searches it all the same")
				return exitStatus(exitFound)
			}
			if room.Policy.Roles != nil && !noSenders {
				room.Senders = rooms.SystemRoles(room.Policy.Roles)
			}
			states, checks := newProgress(c.ErrOrStderr(), "searching states"), newProgress(c.ErrOrStderr(), "looking for what can go wrong")
			limits.Progress = func(p rooms.Progress) {
				if p.Checks == 0 {
					states.set(p.States-p.Waiting, p.States)
					return
				}
				states.finish()
				checks.set(p.Checked, p.Checks)
			}
			report, err := rooms.Vet(c.Context(), &room, limits)
			states.finish()
			checks.finish()
			if err != nil {
				return err
			}
			report.Policy, report.Violations = args[0], violations
			if eachReading {
				others := newProgress(c.ErrOrStderr(), "searching under other readings")
				err := report.TellOtherReadings(c.Context(), &room, limits, others.set)
				others.finish()
				if err != nil {
					return err
				}
			}
			if svg != "" {
				if err := os.WriteFile(svg, report.Matrix.SVG(), 0o644); err != nil {
					return fmt.Errorf("--svg: %w", err)
				}
			}
			if err := printReport(c.OutOrStdout(), report, asJSON); err != nil {
				return err
			}
			switch {
			case broken || len(report.Findings) > 0:
				return exitStatus(exitFound)
			case !report.Exhausted:
				return errors.New("the search stopped before anything was found: " + report.Stopped)
			}
			return nil
		},
	}
	flags := c.Flags()
	chosen.add(c)
	flags.IntVar(&room.Users, "users", 0, fmt.Sprintf("how many users there are, in the room and outside, 1 to %d (default: %d)", rooms.MaxUsers, rooms.DefaultUsers))
	flags.StringVar(&from, "from", "", "the state to start from, a file or a text (default: the creator alone)")
	flags.UintSliceVar(&preauthorized, "preauthorized", nil, "roles for which a user is preauthorized, by their indexes, one user for each")
	flags.BoolVar(&noSenders, "no-senders", false, "no external sender acts with a role that allows no clients")
	flags.BoolVar(&force, "force", false, "search even if the policy breaks rules on structure")
	flags.StringVar(&memory, "memory", "2GiB", "how much a search may keep, in octets or with KiB, MiB or GiB")
	flags.DurationVar(&limits.Time, "for", 5*time.Minute, "how long a search may take, and as long again for --each-reading; 0 is no bound")
	flags.BoolVar(&eachReading, "each-reading", false, "also search under every other reading, and tell what that changes")
	flags.IntVar(&limits.Workers, "jobs", 0, "how many states to look at at a time; the result does not depend on it (default: one for each processor)")
	flags.StringVar(&svg, "svg", "", "also draw who can do what to whom, to this file")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// policyFlags are the flags that say how a policy is read.
type policyFlags struct {
	draftName    string
	readingNames []string

	draft    spec.Draft
	readings roompolicy.Readings
}

func (f *policyFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.draftName, "draft", spec.Newest(spec.RoomPolicy).String(), "the revision of the room policy, room-policy-01 to -04")
	c.Flags().StringArrayVar(&f.readingNames, "reading", nil, "read an open place of the drafts so, as in bounds=pre-state; may be repeated")
}

// read checks the flags, and reads a policy from an example, a file or standard
// input.
func (f *policyFlags) read(c *cobra.Command, name string) (*roompolicy.Input, error) {
	var err error
	if f.draft, err = spec.ParseDraft(f.draftName); err != nil || f.draft.Document() != spec.RoomPolicy {
		return nil, fmt.Errorf("--draft: unknown revision %q of the room policy: expected room-policy-01 to room-policy-04", f.draftName)
	}
	for _, reading := range f.readingNames {
		if f.readings, err = f.readings.ParseReading(reading); err != nil {
			return nil, fmt.Errorf("--reading: %w", err)
		}
	}
	if example, ok := strings.CutPrefix(name, "example:"); ok {
		policy := roompolicy.ExampleByName(example)
		if policy == nil {
			var names []string
			for _, e := range roompolicy.Examples() {
				names = append(names, "example:"+e.Name)
			}
			return nil, fmt.Errorf("unknown example %q: expected one of %s", example, strings.Join(names, ", "))
		}
		return &roompolicy.Input{Form: roompolicy.JSONForm, Room: &roompolicy.AppDataDictionary{Policy: *policy}}, nil
	}
	octets, err := readBounded(c.InOrStdin(), name, "a policy")
	if err != nil {
		return nil, err
	}
	codec, err := roompolicy.NewCodec(f.draft, nil)
	if err != nil {
		return nil, err
	}
	input, err := codec.ReadInput(octets)
	if err != nil {
		return nil, fmt.Errorf("%s holds no policy: %w", name, err)
	}
	return input, nil
}

func onePolicy(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("%d arguments: expected one, a FILE with a policy or an example, as in 'mimifuzz vet policy example:strict'", len(args))
	}
	return nil
}

// maxPolicy is the size of the largest file with a policy or a state that is
// read, in octets.
const maxPolicy = 16 << 20

// readBounded reads a file, or standard input for "-".
func readBounded(stdin io.Reader, name, what string) ([]byte, error) {
	source := stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", what, err)
		}
		defer file.Close()
		source = file
	}
	octets, err := io.ReadAll(io.LimitReader(source, maxPolicy+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot read %s: %w", what, err)
	case len(octets) == 0:
		return nil, fmt.Errorf("%s is empty: expected %s", name, what)
	case len(octets) > maxPolicy:
		return nil, fmt.Errorf("%s has more than %d octets, the most that is read", name, maxPolicy)
	}
	return octets, nil
}

// readState reads a state: a text such as "alice=4+ bob=2", or a file with one
// or with JSON.
func readState(stdin io.Reader, text string) (*roompolicy.State, error) {
	if _, err := os.Stat(text); text == "-" || err == nil {
		octets, err := readBounded(stdin, text, "a state")
		if err != nil {
			return nil, err
		}
		if trimmed := strings.TrimSpace(string(octets)); !strings.HasPrefix(trimmed, "{") {
			return roompolicy.ParseState(trimmed)
		}
		state, err := roompolicy.DecodeJSON[roompolicy.State](octets)
		if err != nil {
			return nil, fmt.Errorf("%s holds no state: %w", text, err)
		}
		return state, nil
	}
	if !strings.Contains(text, "=") {
		return nil, fmt.Errorf("no file %q, and no state either: expected a text such as 'alice=4+ bob=2'", text)
	}
	return roompolicy.ParseState(text)
}

// parseOctets reads a number of octets, such as "512MiB".
func parseOctets(text string) (int64, error) {
	digits, unit := text, int64(1)
	for i, suffix := range []string{"KiB", "MiB", "GiB"} {
		if cut, ok := strings.CutSuffix(text, suffix); ok {
			digits, unit = cut, 1<<(10*(i+1))
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
	if err != nil || n < 1 || n > (1<<50)/unit {
		return 0, fmt.Errorf("cannot read %q: expected a number of octets, as in 512MiB", text)
	}
	return n * unit, nil
}

func printReport(w io.Writer, report *rooms.Report, asJSON bool) error {
	if asJSON {
		return printJSON(w, report)
	}
	return report.WriteText(w)
}
