package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/fuzz"
	"github.com/mimifuzz/mimifuzz/models/framing"
	"github.com/mimifuzz/mimifuzz/reports"
)

func vetFramingCommand() *cobra.Command {
	var (
		domainNames   []string
		bound, asJSON bool
	)
	c := &cobra.Command{
		Use:   "framing [LAYOUT]",
		Short: "Is this hash-input layout ambiguous? A proof or a counterexample",
		Long: `Decides whether two different messages can be laid out as the same octets, and so
have one message ID. LAYOUT is a sequence of fields and literals:

  sender  room  message  salt     the value alone
  len16(sender)                   its length in two octets, most significant first, then
                                  the value; likewise len8, len32, len64
  varint(sender)                  an MLS variable-size vector
  cbor(sender)                    a CBOR string of definite length
  "|"  0x00                       these octets

The salt is always the message's own. A layout can also be named: content-05 to
content-09, nul, pipe, cbor. Without LAYOUT every named layout is decided.

The verdict is injective (proved, with the argument), ambiguous (with two different
messages that give the same octets), or undecided (with what stopped it).

URIs range over:

  octets       any octets
  utf8         any valid UTF-8
  rfc3986      any URI
  mimi         any URI with the scheme mimi and an authority
  mimi-strict  mimi://HOST/u/NAME for senders and mimi://HOST/r/NAME for rooms, NAME one
               path segment of unreserved characters

Exit status: 0 injective (or the table was printed), 1 ambiguous or undecided,
2 could not run.`,
		Example: `  mimifuzz vet framing
  mimifuzz vet framing 'sender "|" room message salt'
  mimifuzz vet framing --uri mimi-strict --json 'sender room message salt'
  mimifuzz vet framing --bound content-07`,
		RunE: func(c *cobra.Command, args []string) error {
			domains, err := chooseDomains(domainNames)
			if err != nil {
				return err
			}
			layouts := framing.NamedLayouts()
			single := len(args) > 0
			if single {
				layout, err := chooseLayout(strings.Join(args, " "))
				if err != nil {
					return err
				}
				layouts = []framing.Named{layout}
			}
			results := fuzz.Layouts(layouts, domains, bound, single)
			if err := printLayouts(c.OutOrStdout(), results, asJSON, single); err != nil {
				return err
			}
			if single {
				return layoutStatus(results[0])
			}
			return nil
		},
	}
	c.Flags().StringSliceVar(&domainNames, "uri", nil, "what the URIs range over: octets, utf8, rfc3986, mimi or mimi-strict (default: each of them)")
	c.Flags().BoolVar(&bound, "bound", false, "the message carries both URIs in its extensions 1 and 2")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, with octets in base64")
	return c
}

func chooseDomains(names []string) ([]framing.Domain, error) {
	if len(names) == 0 {
		return framing.Domains(), nil
	}
	var domains []framing.Domain
	for _, name := range names {
		domain, err := framing.ParseDomain(name)
		if err != nil {
			return nil, fmt.Errorf("--uri: %w; for example --uri mimi", err)
		}
		domains = append(domains, domain)
	}
	return domains, nil
}

// chooseLayout takes the name of a layout or the layout itself.
func chooseLayout(text string) (framing.Named, error) {
	parsed, parseErr := framing.Parse(text)
	for _, named := range framing.NamedLayouts() {
		for name := range strings.SplitSeq(named.Name, ", ") {
			if name == text || parseErr == nil && parsed.Equal(named.Layout) {
				return named, nil
			}
		}
	}
	if parseErr != nil {
		return framing.Named{}, parseErr
	}
	return framing.Named{Layout: parsed}, nil
}

func printLayouts(w io.Writer, results []reports.LayoutResult, asJSON, single bool) error {
	if asJSON {
		return printJSON(w, map[string]any{"layouts": results})
	}
	if single {
		return reports.WriteLayout(w, results[0])
	}
	return reports.WriteLayoutTable(w, results)
}

func layoutStatus(result reports.LayoutResult) error {
	for _, v := range result.Verdicts {
		if v.Verdict != string(framing.Injective) {
			return exitStatus(exitFound)
		}
	}
	return nil
}
