package reports

import (
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// AttackResult is what an attack on franking comes to under one draft, read in
// one mode.
type AttackResult struct {
	Attacker string     `json:"attacker"` // whom the attacker owns
	Moves    string     `json:"moves"`
	About    string     `json:"about"` // what the moves are, in words
	Draft    spec.Draft `json:"draft"`
	Mode     string     `json:"mode"`             // "default" or "literal"
	Receiver string     `json:"receiver"`         // its verdict on the message
	Hub      string     `json:"hub"`              // its verdict on the last report
	Breaks   []string   `json:"breaks,omitempty"` // properties, by their IDs
}

// pageAttack is a row of the table of attacks.
type pageAttack struct {
	Attacker, Moves, About string
	Cells                  [][]pageAttackCell // for each draft: what it comes to, once if the modes agree
}

type pageAttackCell struct {
	Mode   string // "" if it is the same in every mode
	Mood   mood
	Result *AttackResult
}

func (p *pageData) addAttacks(attacks []AttackResult) {
	for i := range attacks {
		if a := &attacks[i]; !slices.Contains(p.AttackDrafts, a.Draft) {
			p.AttackDrafts = append(p.AttackDrafts, a.Draft)
		}
	}
	slices.Sort(p.AttackDrafts)
	for i := range attacks {
		a := &attacks[i]
		at := slices.IndexFunc(p.Attacks, func(row pageAttack) bool { return row.Attacker == a.Attacker && row.Moves == a.Moves })
		if at < 0 {
			at = len(p.Attacks)
			p.Attacks = append(p.Attacks, pageAttack{Attacker: a.Attacker, Moves: a.Moves, About: a.About, Cells: make([][]pageAttackCell, len(p.AttackDrafts))})
		}
		column := slices.Index(p.AttackDrafts, a.Draft)
		cells := p.Attacks[at].Cells[column]
		if len(cells) == 1 && cells[0].Result.Receiver == a.Receiver && cells[0].Result.Hub == a.Hub && slices.Equal(cells[0].Result.Breaks, a.Breaks) {
			cells[0].Mode = ""
			continue
		}
		cell := pageAttackCell{Mode: a.Mode, Mood: moodGood, Result: a}
		if len(a.Breaks) > 0 {
			cell.Mood = moodBad
		}
		p.Attacks[at].Cells[column] = append(cells, cell)
	}
}
