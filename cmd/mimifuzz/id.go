package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/reports"
)

// maxMessage bounds a file with a message, in octets.
const maxMessage = 1 << 28

// fileID is the message ID of one file.
type fileID struct {
	File      string       `json:"file"`
	MessageID messageid.ID `json:"messageId"`
}

func idCommand() *cobra.Command {
	var (
		draftName, hashName, sender, room string
		asJSON                            bool
	)
	c := &cobra.Command{
		Use:   "id --sender URI --room URI FILE...",
		Short: "Print the message ID of the octets in a file",
		Long: `Prints the message ID of the message in each FILE (- is standard input), in
hexadecimal. The octets are hashed as they are: the message is neither judged nor
encoded again. From content-06 on its salt must be readable.

With several files each ID is followed by its file. If one of them has no ID, none
is printed.`,
		Example: `  mimifuzz id --sender mimi://a.example/u/alice --room mimi://a.example/r/x corpus/messageid/plain.cbor
  mimifuzz id --draft content-07 --hash sha-512 --sender mimi://a.example/u/a --room mimi://a.example/r/b - <corpus/messageid/plain.cbor`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("no FILE: expected the name of a file with a message, or - for standard input, as in 'mimifuzz id --sender mimi://a.example/u/alice --room mimi://a.example/r/x corpus/messageid/plain.cbor'")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			for _, name := range []string{"sender", "room"} {
				if !c.Flags().Changed(name) {
					return fmt.Errorf("no --%s: expected a URI, as in '--%s mimi://a.example/%c/x'", name, name, map[string]rune{"sender": 'u', "room": 'r'}[name])
				}
			}
			draft, err := spec.ParseDraft(draftName)
			if err != nil { // the drafts of other documents are of no use here
				return fmt.Errorf("--draft: unknown draft %q: expected one of %s", draftName, messageid.Drafts)
			}
			if _, err := messageid.For(draft); err != nil {
				return fmt.Errorf("--draft: %w", err)
			}
			algorithm, err := messageid.ParseHashAlgorithm(hashName)
			if err != nil {
				return fmt.Errorf("--hash: %w", err)
			}
			var ids []fileID
			for _, name := range args {
				message, err := readMessage(c.InOrStdin(), name)
				if err != nil {
					return err
				}
				if len(message) == 0 {
					return fmt.Errorf("%s is empty: expected a MIMI content message, which starts with the octets 0x87 0x50", name)
				}
				id, err := messageid.Compute(draft, algorithm, &messageid.Input{Sender: []byte(sender), Room: []byte(room), Message: message})
				if err != nil {
					return fmt.Errorf("%s: no message ID under %s: %w", name, draft, err)
				}
				ids = append(ids, fileID{File: name, MessageID: id})
			}
			return printIDs(c.OutOrStdout(), ids, draft, algorithm, asJSON)
		},
	}
	flags := c.Flags()
	flags.StringVar(&draftName, "draft", spec.Newest(spec.Content).String(), "the draft whose rule applies, content-05 to content-09")
	flags.StringVar(&hashName, "hash", messageid.SHA256.String(), "hash algorithm, by its name in the Named Information registry")
	flags.StringVar(&sender, "sender", "", "URI of the sender")
	flags.StringVar(&room, "room", "", "URI of the room")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// readMessage reads a file, or standard input for "-".
func readMessage(stdin io.Reader, name string) ([]byte, error) {
	source := stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("cannot read the message: %w", err)
		}
		defer file.Close()
		source = file
	}
	message, err := io.ReadAll(io.LimitReader(source, maxMessage+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot read the message: %w", err)
	case len(message) > maxMessage:
		return nil, fmt.Errorf("%s has more than %d octets, the most that is read", name, maxMessage)
	}
	return message, nil
}

func printIDs(w io.Writer, ids []fileID, d spec.Draft, algorithm messageid.HashAlgorithm, asJSON bool) error {
	if asJSON {
		return printJSON(w, struct {
			Draft spec.Draft `json:"draft"`
			Hash  string     `json:"hash"`
			Files []fileID   `json:"files"`
		}{d, algorithm.String(), ids})
	}
	if len(ids) == 1 {
		_, err := fmt.Fprintln(w, ids[0].MessageID)
		return err
	}
	for _, id := range ids {
		if _, err := fmt.Fprintf(w, "%s  %s\n", id.MessageID, reports.Escape(id.File)); err != nil {
			return err
		}
	}
	return nil
}
