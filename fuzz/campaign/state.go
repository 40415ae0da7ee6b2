package campaign

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mimifuzz/mimifuzz/reports"
)

// stateVersion is the version of the files of a state. It changes when a field
// changes its meaning or goes.
const stateVersion = 1

// What lies in the directory of a state.
const (
	totalsFile  = "campaign.json"
	findingsDir = "findings"
	corpusDir   = "corpus"    // of the native engine: a directory for each target
	goFuzzDir   = "go-fuzz"   // of go-fuzz: a directory for each target
	scratchDir  = "scratch"   // where native targets run
	binDir      = "bin"       // what was built
	damagedDir  = "damaged"   // what could not be read
	goneDir     = "gone"      // findings that are no longer found
	skipFile    = "known.txt" // signatures that native targets pass over
	lockFile    = "lock"
)

// State is the directory of a campaign: totals, corpora and findings. Open one
// with [OpenState]. It is for one campaign at a time, and its methods are for
// any number of goroutines.
type State struct {
	dir  string
	lock *os.File
	warn func(string)

	mutex  sync.Mutex
	totals Totals
	kept   map[string]*Kept // by file name
}

// Totals are what all campaigns in one state add up to.
type Totals struct {
	Version    int                      `json:"version"`
	Started    time.Time                `json:"started"`
	Campaigns  int                      `json:"campaigns"`
	DurationMS int64                    `json:"durationMs"` // milliseconds that were searched
	Seed       uint64                   `json:"seed"`       // of the first round in process
	Rounds     uint64                   `json:"rounds"`     // in process; each has the next seed
	Cases      int64                    `json:"cases"`      // in process
	Targets    map[string]*TargetTotals `json:"targets"`
	// History tells of each campaign, the oldest first.
	History []reports.EarlierRun `json:"history"`
}

// TargetTotals are what was spent on a target and what came of it.
type TargetTotals struct {
	Executions int64            `json:"executions"`
	NewInputs  int              `json:"newInputs"` // that reached something new
	Corpus     int              `json:"corpus"`    // inputs that are kept for further search
	Crashes    int              `json:"crashes"`   // inputs that failed, known defects included
	DurationMS int64            `json:"durationMs"`
	Samples    []reports.Sample `json:"samples"`
}

// Kept is a finding as the state holds it.
type Kept struct {
	Finding reports.Finding `json:"finding"`
	Engine  string          `json:"engine"`
	Target  string          `json:"target,omitempty"`
	Found   time.Time       `json:"found"`
}

// DirectoryInUseError is the error of [OpenState] for a state in which another
// campaign is running.
type DirectoryInUseError struct{ Dir string }

func (e *DirectoryInUseError) Error() string {
	return fmt.Sprintf("%s is in use by another campaign", e.Dir)
}

// OpenState opens the state in a directory, which it makes if need be. What is
// damaged is moved to the directory "damaged" in it, and warn is called with a
// sentence about it. It fails with [*DirectoryInUseError] if another campaign
// runs there, on a directory that holds something else, on a state of another
// version, and if the directory cannot be written.
func OpenState(dir string, warn func(string)) (*State, error) {
	s := &State{dir: dir, warn: warn, kept: map[string]*Kept{}}
	if err := s.open(); err != nil {
		s.Close()
		if inUse := (*DirectoryInUseError)(nil); errors.As(err, &inUse) {
			return nil, err
		}
		return nil, fmt.Errorf("cannot use %s for a campaign: %w", dir, err)
	}
	return s, nil
}

func (s *State) open() error {
	if err := s.isOurs(); err != nil {
		return err
	}
	for _, sub := range []string{findingsDir, corpusDir, binDir} {
		if err := os.MkdirAll(s.path(sub), 0o755); err != nil {
			return err
		}
	}
	if err := s.acquire(); err != nil {
		return err
	}
	if err := s.readTotals(); err != nil {
		return err
	}
	if err := s.readFindings(); err != nil {
		return err
	}
	if err := s.checkCorpora(); err != nil {
		return err
	}
	// A directory that cannot be written to shows now, not when something is found.
	if err := s.writeSkipped(); err != nil {
		return err
	}
	return s.Save()
}

// isOurs refuses a directory that is full of something else.
func (s *State) isOurs() error {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == totalsFile || e.Name() == lockFile || e.Name() == findingsDir {
			return nil
		}
	}
	return fmt.Errorf("it holds something else, such as %q", entries[0].Name())
}

func (s *State) path(parts ...string) string {
	return filepath.Join(append([]string{s.dir}, parts...)...)
}

func (s *State) readTotals() error {
	s.totals = Totals{Version: stateVersion, Started: time.Now().UTC(), Targets: map[string]*TargetTotals{}}
	data, err := os.ReadFile(s.path(totalsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var totals Totals
	if err := json.Unmarshal(data, &totals); err != nil {
		s.setAside(totalsFile, fmt.Sprintf("it is not JSON (%v); totals count from zero again, findings and corpora are kept", err))
		return nil
	}
	if totals.Version != stateVersion {
		return fmt.Errorf("%s is of version %d: this program reads version %d", totalsFile, totals.Version, stateVersion)
	}
	if totals.Targets == nil {
		totals.Targets = map[string]*TargetTotals{}
	}
	s.totals = totals
	return nil
}

func (s *State) readFindings() error {
	entries, err := os.ReadDir(s.path(findingsDir))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || filepath.Ext(e.Name()) != ".json" {
			continue
		}
		data, err := os.ReadFile(s.path(findingsDir, e.Name()))
		if err != nil {
			return err
		}
		var kept Kept
		if err := json.Unmarshal(data, &kept); err != nil || kept.Finding.Signature == "" {
			s.setAside(filepath.Join(findingsDir, e.Name()), "it is not a finding")
			continue
		}
		s.kept[e.Name()] = &kept
	}
	return nil
}

// checkCorpora sets aside the inputs that the native engine could not read: it
// would stop at them.
func (s *State) checkCorpora() error {
	return filepath.WalkDir(s.path(corpusDir), func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, err := parseNativeInput(data); err != nil {
			name, relErr := filepath.Rel(s.dir, path)
			if relErr != nil {
				return relErr
			}
			s.setAside(name, err.Error())
		}
		return nil
	})
}

// setAside moves a file that cannot be read out of the way.
func (s *State) setAside(name, why string) {
	to := s.path(damagedDir, strings.ReplaceAll(name, string(filepath.Separator), "-"))
	for n := 2; ; n++ {
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			break
		}
		to = s.path(damagedDir, strings.ReplaceAll(name, string(filepath.Separator), "-")+"."+strconv.Itoa(n))
	}
	err := os.MkdirAll(filepath.Dir(to), 0o755)
	if err == nil {
		err = os.Rename(s.path(name), to)
	}
	if err != nil {
		s.warn(fmt.Sprintf("%s is damaged: %s. It could not be moved: %v", s.path(name), why, err))
		return
	}
	s.warn(fmt.Sprintf("%s is damaged: %s. It was moved to %s", s.path(name), why, to))
}

// Save writes the totals.
func (s *State) Save() error {
	s.mutex.Lock()
	data, err := json.MarshalIndent(&s.totals, "", "  ")
	s.mutex.Unlock()
	if err != nil {
		return err
	}
	return reports.WriteFile(s.path(totalsFile), append(data, '\n'))
}

// Close lets another campaign use the state.
func (s *State) Close() {
	if s.lock != nil {
		s.lock.Close() // gives up the lock
		s.lock = nil
	}
}

// Totals returns a copy of the totals.
func (s *State) Totals() Totals {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	t := s.totals
	t.Targets, t.History = maps.Clone(t.Targets), slices.Clone(t.History)
	for name, target := range t.Targets {
		target := *target
		target.Samples = slices.Clone(target.Samples)
		t.Targets[name] = &target
	}
	return t
}

// update changes the totals.
func (s *State) update(change func(*Totals)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	change(&s.totals)
}

// longestHistory bounds how many campaigns are told of.
const longestHistory = 400

// note tells of a campaign that is over in the history.
func (s *State) note(started time.Time) {
	findings := len(s.Findings())
	s.update(func(t *Totals) {
		run := reports.EarlierRun{Started: started.UTC(), DurationMS: t.DurationMS, Cases: t.Cases, Findings: findings}
		for _, target := range t.Targets {
			run.Executions += target.Executions
			run.Corpus += target.Corpus
		}
		for _, earlier := range t.History {
			run.DurationMS -= earlier.DurationMS
			run.Cases -= earlier.Cases
			run.Executions -= earlier.Executions
		}
		t.History = append(t.History, run)
		if left := len(t.History) - longestHistory; left > 0 {
			// The oldest two become one, so that the sums stay.
			t.History[left].DurationMS += t.History[left-1].DurationMS
			t.History[left].Cases += t.History[left-1].Cases
			t.History[left].Executions += t.History[left-1].Executions
			t.History = t.History[left:]
		}
	})
}

// target returns the totals of a target, which it adds if need be. Call it
// within update.
func (t *Totals) target(name string) *TargetTotals {
	if t.Targets[name] == nil {
		t.Targets[name] = &TargetTotals{Samples: []reports.Sample{}}
	}
	return t.Targets[name]
}

// lacks reports whether the state has nothing of a finding.
func (s *State) lacks(f *reports.Finding) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.kept[filepath.Base(reports.CaseFile(f.Signature, f.Draft))] == nil
}

// Keep writes a finding at once, unless the state has it with an input that is
// not longer. It reports whether the defect is one that the state did not have.
func (s *State) Keep(kept Kept) (isNew bool, err error) {
	name := filepath.Base(reports.CaseFile(kept.Finding.Signature, kept.Finding.Draft))
	s.mutex.Lock()
	defer s.mutex.Unlock()
	old := s.kept[name]
	if old != nil && len(old.Finding.Case) <= len(kept.Finding.Case) {
		return false, nil
	}
	if old != nil {
		kept.Found, kept.Finding.Mending = old.Found, old.Finding.Mending
	}
	kept.Finding.File = filepath.ToSlash(filepath.Join(findingsDir, name))
	data, err := json.MarshalIndent(&kept, "", "  ")
	if err == nil {
		err = reports.WriteFile(s.path(findingsDir, name), append(data, '\n'))
	}
	if err != nil {
		return false, fmt.Errorf("cannot keep the finding %s: %w; its case is %s", kept.Finding.Signature, err, kept.Finding.Case)
	}
	s.kept[name] = &kept
	return old == nil, nil
}

// Retire takes a finding that is mended out of the findings, and keeps its file.
func (s *State) Retire(k *Kept) error {
	name := filepath.Base(reports.CaseFile(k.Finding.Signature, k.Finding.Draft))
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if err := os.MkdirAll(s.path(goneDir), 0o755); err != nil {
		return err
	}
	if err := os.Rename(s.path(findingsDir, name), s.path(goneDir, name)); err != nil {
		return err
	}
	delete(s.kept, name)
	return nil
}

// Findings returns every finding, ordered by signature and draft.
func (s *State) Findings() []Kept {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	list := make([]Kept, 0, len(s.kept))
	for _, k := range s.kept {
		list = append(list, *k)
	}
	slices.SortFunc(list, func(a, b Kept) int {
		return cmp.Or(cmp.Compare(a.Finding.Signature, b.Finding.Signature), cmp.Compare(a.Finding.Draft, b.Finding.Draft))
	})
	return list
}

// writeSkipped writes the signatures that native targets are to pass over.
func (s *State) writeSkipped() error {
	var signatures []string
	for _, k := range s.Findings() {
		if !slices.Contains(signatures, k.Finding.Signature) {
			signatures = append(signatures, k.Finding.Signature)
		}
	}
	return reports.WriteFile(s.path(skipFile), []byte(strings.Join(signatures, "\n")+"\n"))
}

// findingPath returns where a finding is kept.
func (s *State) findingPath(f *reports.Finding) string {
	return filepath.ToSlash(s.path(findingsDir, filepath.Base(reports.CaseFile(f.Signature, f.Draft))))
}
