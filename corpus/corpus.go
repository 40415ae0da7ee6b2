// Package corpus holds seed inputs, known answers and kept regressions,
// embedded in the binary so that every run starts from them.
//
// Known answers of message IDs are in messageid/known-answers.json
// ([KnownAnswers]); messageid/plain.cbor is a message to try commands with.
// Those of franking are in franking/known-answers.json ([FrankingAnswers]), with
// structs and keys to try commands with beside them.
// Kept cases are JSON files below cases/ ([Cases]): for each mutant the
// smallest one that shows it, below cases/mutants; and inputs that a mistake of
// ours once stumbled over, below cases/regressions.
package corpus

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// KnownAnswer is a message with the ID that it is known to have. All but the
// name are octets.
type KnownAnswer struct {
	Name      string `json:"name"`
	Source    string `json:"source"` // who says so
	Sender    []byte `json:"sender"`
	Room      []byte `json:"room"`
	Message   []byte `json:"message"`
	MessageID []byte `json:"messageId"`
}

// knownAnswerGroup is how the file holds answers of one source: URIs as text,
// octets in hexadecimal.
type knownAnswerGroup struct {
	Source  string       `json:"source"`
	Drafts  []spec.Draft `json:"drafts"`
	Answers []struct {
		Name      string `json:"name"`
		Sender    string `json:"sender"`
		Room      string `json:"room"`
		Message   string `json:"message"`
		MessageID string `json:"messageId"`
	} `json:"answers"`
}

var knownAnswers = sync.OnceValue(func() map[spec.Draft][]KnownAnswer {
	answers, err := readKnownAnswers()
	if err != nil {
		panic("the embedded known answers are damaged: " + err.Error())
	}
	return answers
})

// KnownAnswers returns the known message IDs of a draft.
func KnownAnswers(d spec.Draft) []KnownAnswer { return knownAnswers()[d] }

func readKnownAnswers() (map[spec.Draft][]KnownAnswer, error) {
	data, err := files.ReadFile("messageid/known-answers.json")
	if err != nil {
		return nil, err
	}
	var groups []knownAnswerGroup
	if err := json.Unmarshal(data, &groups); err != nil {
		return nil, err
	}
	answers := make(map[spec.Draft][]KnownAnswer)
	for _, group := range groups {
		for _, a := range group.Answers {
			message, err := hex.DecodeString(a.Message)
			if err != nil {
				return nil, fmt.Errorf("message of %s: %w", a.Name, err)
			}
			id, err := hex.DecodeString(a.MessageID)
			if err != nil {
				return nil, fmt.Errorf("ID of %s: %w", a.Name, err)
			}
			for _, d := range group.Drafts {
				answers[d] = append(answers[d], KnownAnswer{
					Name: a.Name, Source: group.Source, Sender: []byte(a.Sender), Room: []byte(a.Room), Message: message, MessageID: id,
				})
			}
		}
	}
	return answers, nil
}

// File is one kept case: its path below cases/ without the ending, and its
// JSON.
type File struct {
	Name string
	JSON []byte
}

// Cases returns the kept cases below a folder of cases/, such as "mutants", in
// the order of their names. It panics if there are none: an empty corpus
// checks nothing.
func Cases(folder string) []File {
	var list []File
	err := fs.WalkDir(files, path.Join("cases", folder), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".json" {
			return err
		}
		data, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		list = append(list, File{Name: strings.TrimSuffix(strings.TrimPrefix(name, "cases/"), ".json"), JSON: data})
		return nil
	})
	if err != nil || len(list) == 0 {
		panic(fmt.Sprintf("no kept cases below %s (%v)", folder, err))
	}
	return list
}
