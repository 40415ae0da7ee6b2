package reports

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/jstemmer/go-junit-report/v2/junit"
)

const junitOctets = 4 << 10 // of a value or sentence that are shown

// WriteJUnit writes the record as JUnit XML: a suite for each document, a test
// for each property under each draft, and one for each mutant. A test fails on
// what is new, on what was expected and not found, and on a mutant that
// survived; an expected finding passes and says so.
func (r *Record) WriteJUnit(w io.Writer) error {
	suites := junit.Testsuites{Name: "mimifuzz", Time: seconds(r.DurationMS)}
	for _, m := range r.matrices() {
		suite := r.newSuite(string(m.document), len(suites.Suites))
		var spent int64
		for _, row := range m.rows {
			for _, c := range row.cells {
				if c.result != nil {
					suite.AddTestcase(r.testcase(c.result))
					spent += c.result.DurationMS
				}
			}
		}
		suite.Time = seconds(spent)
		suites.AddSuite(suite)
	}
	if len(r.NotFound) > 0 {
		suite := r.newSuite("ledger", len(suites.Suites))
		for _, e := range r.NotFound {
			suite.AddTestcase(junit.Testcase{
				Name: name(e.Signature), Classname: "ledger",
				Failure: &junit.Result{Message: "expected and not found under " + draftNames(e.Drafts), Type: "not-found", Data: clipProse(e.Explanation, junitOctets, "")},
			})
		}
		suites.AddSuite(suite)
	}
	if len(r.Mutants) > 0 {
		suite := r.newSuite("mutants", len(suites.Suites))
		for _, m := range r.Mutants {
			test := junit.Testcase{Name: name(m.ID), Classname: name("mutants." + m.Property)}
			if !m.Killed {
				test.Failure = &junit.Result{Message: fmt.Sprintf("survived %s under %s", plural(m.Cases, "case"), m.Draft), Type: "survived", Data: clipProse(m.Fault, junitOctets, "")}
			}
			suite.AddTestcase(test)
		}
		suites.AddSuite(suite)
	}
	suites.Skipped = 0 // the schema that Jenkins checks has it only in suites
	// A document that fails half way is not written at all.
	var out bytes.Buffer
	out.WriteString(xml.Header)
	if err := suites.WriteXML(&out); err != nil {
		return fmt.Errorf("the record cannot be written as JUnit XML: %w", err)
	}
	_, err := w.Write(out.Bytes())
	return err
}

func (r *Record) newSuite(name string, id int) junit.Testsuite {
	suite := junit.Testsuite{Name: name, ID: id, Time: seconds(0)}
	suite.Timestamp = r.Started.UTC().Format("2006-01-02T15:04:05")
	suite.AddProperty("seed", fmt.Sprint(r.Seed))
	return suite
}

func (r *Record) testcase(p *PropertyResult) junit.Testcase {
	test := junit.Testcase{
		Name: name(p.ID) + " under " + p.Draft.String(), Classname: strings.ReplaceAll(name(p.ID), "/", "."), Time: seconds(p.DurationMS),
	}
	if p.Outcome == OutcomeUntried {
		test.Skipped = &junit.Result{Message: "the run was stopped before a case was tried"}
	}
	var fresh, known strings.Builder
	var classes []string
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Property != p.ID || f.Draft != p.Draft || f.Implementation != p.Implementation {
			continue
		}
		if f.Expected {
			fmt.Fprintf(&known, "expected finding %s: %s\n", name(f.Signature), clipProse(f.Explanation, junitOctets, ""))
			continue
		}
		classes = append(classes, name(f.Class))
		fmt.Fprintf(&fresh, "%s\n", clipProse(p.Statement, junitOctets, ""))
		fmt.Fprintf(&fresh, "%s: %s\n", name(f.Class), clipProse(f.Detail, junitOctets, f.File))
		for _, v := range showInput(f, junitOctets) {
			fmt.Fprintf(&fresh, "  %s (%s): %s %s\n", v.Path, v.Size, v.Text, v.More)
		}
		fmt.Fprintf(&fresh, "repeat: %s\n", clipProse(f.Repeat, junitOctets, ""))
	}
	if len(classes) > 0 {
		test.Failure = &junit.Result{Message: "refuted: " + clipProse(strings.Join(classes, ", "), junitOctets, ""), Type: "new-finding", Data: fresh.String()}
	}
	if known.Len() > 0 {
		test.SystemOut = &junit.Output{Data: known.String()}
	}
	return test
}

// seconds writes milliseconds as JUnit wants its times.
func seconds(milliseconds int64) string {
	return fmt.Sprintf("%.3f", float64(milliseconds)/1000)
}
