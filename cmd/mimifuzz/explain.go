package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/fuzz/explain"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/reports"
)

func explainCommand() *cobra.Command {
	var (
		draftName, formName, kindName, nowText, keysName string
		options                                          explain.Options
		asJSON                                           bool
	)
	c := &cobra.Command{
		Use:   "explain FILE...",
		Short: "What is this message, is it valid in each draft, and what is its ID",
		Long: `Says of the message in each FILE (- is standard input) whether it is valid in each
draft, which rules it breaks and where, what its message ID is under each draft,
which parts it has, and what its octets are: an item a line with its offset, those
that break a rule marked.

With --as status each FILE is a message-status report, and its entries are listed.
With --as frank, safe-aad or abuse-report it is that struct of franking, and its fields
are listed with their offsets; with --keys FILE.json, which holds what the receiver and
the hub know, each step of the receiver, or of the hub with a report, as well.
The keys are one JSON object, such as that in corpus/franking/keys.json: octets are hex,
times milliseconds, and what is left out is unknown. There can be an integritySecret, for
protocol-03, and literal, true for the checks that the text names and no others.

The URIs for the message ID are those of --sender and --room, else the text of the
extensions 1 and 2. Rules about dates are judged only with --now.

Exit status: 0 every file is accepted in the chosen draft (--draft, else the
newest), 1 one is not, 2 could not run.`,
		Example: `  mimifuzz explain corpus/messageid/plain.cbor
  mimifuzz explain --draft content-08 --now 2026-01-01T00:00:00Z corpus/messageid/plain.cbor
  mimifuzz explain --input hex --json corpus/messageid/plain.hex
  mimifuzz explain --as status corpus/messagestatus/report.cbor
  mimifuzz explain --as frank --draft protocol-06 --keys corpus/franking/keys.json corpus/franking/frank.bin
  mimifuzz explain --as abuse-report --keys corpus/franking/keys.json --input hex corpus/franking/abuse-report.hex`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("no FILE: expected the name of a file with a message, or - for standard input, as in 'mimifuzz explain corpus/messageid/plain.cbor'")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			kind, err := explain.ParseKind(kindName)
			if err != nil {
				return fmt.Errorf("--as: %w", err)
			}
			for _, flag := range []string{"sender", "room", "now", "keys"} {
				if c.Flags().Changed(flag) && !slices.Contains(kind.Takes, flag) {
					return fmt.Errorf("--%s says nothing about %s: leave it out with --as %s", flag, kind.What, kind.Name)
				}
			}
			options.Kind, options.Drafts, options.Chosen = kind, kind.Drafts(), spec.Newest(kind.Document)
			if c.Flags().Changed("draft") {
				draft, err := kind.ParseDraft(draftName)
				if err != nil {
					return fmt.Errorf("--draft: %w", err)
				}
				options.Drafts, options.Chosen = []spec.Draft{draft}, draft
			}
			form, err := explain.ParseForm(formName)
			if err != nil {
				return fmt.Errorf("--input: %w", err)
			}
			if c.Flags().Changed("now") {
				if options.Now, err = time.Parse(time.RFC3339, nowText); err != nil {
					return fmt.Errorf("--now: cannot read %q: expected a time of RFC 3339, as in '--now 2026-01-01T00:00:00Z'", nowText)
				}
				if options.Now.UnixMilli() <= 0 { // zero is for not judging dates
					return fmt.Errorf("--now: %s is before the first second that a message can name: expected a time after 1970-01-01T00:00:00Z", nowText)
				}
			}
			if keysName != "" {
				data, err := readMessage(c.InOrStdin(), keysName)
				if err != nil {
					return fmt.Errorf("--keys: %w", err)
				}
				if options.Keys, err = explain.ParseKeys(data); err != nil {
					return fmt.Errorf("--keys %s: %w", keysName, err)
				}
			}
			files := []*explain.File{}
			accepted := true
			for i, name := range args {
				file, err := explainFile(c, name, form, options)
				if err != nil {
					return err
				}
				accepted = accepted && file.Accepted()
				if asJSON {
					files = append(files, file.Summary())
					continue
				}
				if i > 0 {
					fmt.Fprintln(c.OutOrStdout())
				}
				if err := explain.WriteText(c.OutOrStdout(), file); err != nil {
					return err
				}
			}
			if asJSON {
				if err := printJSON(c.OutOrStdout(), map[string]any{"files": files}); err != nil {
					return err
				}
			}
			if !accepted {
				return exitStatus(exitFound)
			}
			return nil
		},
	}
	flags := c.Flags()
	flags.StringVar(&draftName, "draft", "", "judge under this draft only, such as content-09 (default: each of the kind)")
	flags.StringVar(&kindName, "as", explain.Kinds()[0], "what the input is: "+strings.Join(explain.Kinds(), ", "))
	flags.StringVar(&formName, "input", string(explain.Raw), "how the octets are written: raw, hex, base64 or auto")
	flags.StringVar(&options.Sender, "sender", "", "URI of the sender (default: that of extension 1)")
	flags.StringVar(&options.Room, "room", "", "URI of the room (default: that of extension 2)")
	flags.StringVar(&nowText, "now", "", "judge rules about dates at this time, RFC 3339")
	flags.StringVar(&keysName, "keys", "", "JSON file with what the parties of franking know, such as hubKeys and agent; octets are hex")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func explainFile(c *cobra.Command, name string, form explain.Form, options explain.Options) (*explain.File, error) {
	data, err := readMessage(c.InOrStdin(), name)
	if err != nil {
		return nil, err
	}
	octets, err := explain.Read(data, form)
	if err != nil {
		return nil, fmt.Errorf("%s: --input %s: %w", name, form, err)
	}
	if guess := explain.Guess(data); form == explain.Raw && guess != explain.Raw {
		fmt.Fprintf(c.ErrOrStderr(), "mimifuzz: %s looks like %s and is read as raw octets; if it is %s, use --input %s\n", reports.Escape(name), guess, guess, guess)
	}
	return explain.Inspect(name, octets, options)
}
