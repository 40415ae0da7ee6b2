package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/serve"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
)

func adapterCommand() *cobra.Command {
	var (
		readings []string
		mutantID string
	)
	c := &cobra.Command{
		Use:   "adapter",
		Short: "Let any program ask the reference models, line by line",
		Long: `Serves the reference models as an adapter does: reads one JSON object a line from
standard input and answers with one a line on standard output, in order. Octet
strings are base64. The JSON Schema of the lines is fuzz/conform/protocol/schema.json.

  $ printf '%s\n' '{"op":"hello","protocol":1}' \
      '{"id":1,"op":"content.decode","draft":"content-09","message":"h1A="}' \
      '{"id":2,"op":"franking.tag","draft":"protocol-06","salt":"c2FsdA==","applicationData":"aGVsbG8="}' |
      mimifuzz adapter
  {"protocol":1,"name":"reference",…}
  {"id":1,"ok":false,"reason":"content/enc-wellformed (MUST) at octet 0: …","rules":["content/enc-wellformed"]}
  {"id":2,"ok":true,"frankingTag":"hqgcMCMTbl75WlVFVjgEI3GCpeL6+1/UStuViHMYL0g="}

The ops are content.decode, message-id.compute, franking.tag, franking.verify,
policy.decide, policy.apply and status.decode. An answer has the id of its request
and ok: true with the result, or false with a reason and the rules that are broken.
"unsupported" says that the request cannot be answered, with a reason if it could
not be read; its id is null if not even that could be.

With --mutant an implementation that is wrong on purpose answers, to see whether a
test of yours finds that out.`,
		Example: `  mimifuzz adapter <fuzz/conform/adapters/session.jsonl
  mimifuzz adapter --reading content/part-count=leaves <fuzz/conform/adapters/session.jsonl
  mimifuzz adapter --mutant messageid/length-wraps <fuzz/conform/adapters/session.jsonl`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("unexpected argument %q: requests come on standard input, as in 'mimifuzz adapter <fuzz/conform/adapters/session.jsonl'", args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error {
			impl, err := servedImplementation(readings, mutantID)
			if err != nil {
				return err
			}
			if file, ok := c.InOrStdin().(*os.File); ok && term.IsTerminal(int(file.Fd())) {
				fmt.Fprintln(c.ErrOrStderr(), `Reading requests, one JSON object a line, such as {"op":"hello","protocol":1}`)
			}
			hello := serve.Hello(impl)
			if mutantID != "" {
				hello.Name = mutantID
			}
			err = serve.ServeAs(c.Context(), hello, impl, c.InOrStdin(), c.OutOrStdout())
			if errors.Is(err, context.Canceled) {
				return nil
			}
			return err
		},
	}
	flags := c.Flags()
	flags.StringArrayVar(&readings, "reading", nil, "another reading of an ambiguous place, as AMBIGUITY=READING; may be repeated")
	flags.StringVar(&mutantID, "mutant", "", "let this mutant answer instead of the reference models")
	return c
}

// servedImplementation returns the mutant, or the reference under readings.
func servedImplementation(readings []string, mutantID string) (properties.Implementation, error) {
	if mutantID == "" {
		return referenceUnder(readings)
	}
	if len(readings) > 0 {
		return nil, errors.New("--mutant and --reading exclude each other: a mutant follows the default readings")
	}
	mutant, err := mutants.ByID(mutantID)
	if err != nil {
		return nil, fmt.Errorf("--mutant: %w", err)
	}
	return mutant.Plant().Implementation, nil
}
