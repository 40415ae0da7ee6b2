// Command mimifuzz checks the MIMI drafts, and implementations of them. Run
// it with --help to see what it can do.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/reports"
)

// The exit statuses.
const (
	exitNothingNew = 0
	exitFound      = 1
	exitCannotRun  = 2
	exitNotFound   = 3 // an expected finding was not found
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is the program: it returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var status exitStatus
	switch {
	case err == nil:
		return exitNothingNew
	case errors.As(err, &status):
		return int(status)
	}
	fmt.Fprintf(stderr, "mimifuzz: %s\n", reports.Escape(err.Error()))
	return exitCannotRun
}

// exitStatus ends the program without a further word.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "mimifuzz",
		Short: "Fuzzing and property testing for the MIMI drafts",
		Long: `mimifuzz holds executable reference models of the IETF MIMI drafts, states what
must hold of them as named properties, and hunts for inputs that break them.

Exit status: 0 nothing new, 1 something found, 2 could not run, 3 an expected
finding was not found.`,
		Example: `  mimifuzz run
  mimifuzz vet framing 'sender "|" room message salt'
  mimifuzz vet policy example:strict
  mimifuzz explain corpus/messageid/plain.cbor
  mimifuzz id --sender mimi://a.example/u/alice --room mimi://a.example/r/x corpus/messageid/plain.cbor`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	vet := &cobra.Command{
		Use:   "vet",
		Short: "Decide what can go wrong with a design, by proof or counterexample",
	}
	vet.AddCommand(vetFramingCommand(), vetPolicyCommand())
	bench := benchCommand()
	corpus := corpusCommand()
	ledger := ledgerCommand()
	root.AddCommand(
		runCommand(), vet, decideCommand(), idCommand(), explainCommand(), rulesCommand(), corpus, replayCommand(),
		reportCommand(), ledger, fuzzCommand(), adapterCommand(), conformCommand(), vectorsCommand(), bench,
	)
	root.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return missingSubcommand(c, args)
		}
		return nil
	}
	root.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	for _, command := range slices.Concat(root.Commands(), vet.Commands(), corpus.Commands(), ledger.Commands(), bench.Commands()) {
		if command.RunE == nil {
			command.RunE = missingSubcommand
		}
		command.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
			return fmt.Errorf("%s: %w; see '%s --help'", c.CommandPath(), err, c.CommandPath())
		})
	}
	return root
}

// missingSubcommand says which commands there are, where one is missing or
// unknown.
func missingSubcommand(c *cobra.Command, args []string) error {
	var names []string
	for _, sub := range c.Commands() {
		names = append(names, sub.Name())
	}
	if len(args) > 0 {
		return fmt.Errorf("%s: unknown command %q: expected one of %v; see '%s --help'", c.CommandPath(), args[0], names, c.CommandPath())
	}
	return fmt.Errorf("%s: no command: expected one of %v; see '%s --help'", c.CommandPath(), names, c.CommandPath())
}

// printJSON prints the one JSON document of a command.
func printJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}
