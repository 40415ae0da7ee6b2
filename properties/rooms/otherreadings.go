package rooms

import (
	"context"
	"path"
	"slices"
	"time"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// OtherReading is what it changes to read one open place of the drafts in another
// way. Properties are named that are refuted only now, that no longer are, and
// that are refuted by other findings than before.
type OtherReading struct {
	Reading string   `json:"reading"` // such as "bounds=pre-state"
	New     []string `json:"new"`
	Gone    []string `json:"gone"`
	Changed []string `json:"changed"`
	// Stopped is why the search under the reading did not come to its end, if it did
	// not. Nothing is gone then.
	Stopped string `json:"stopped,omitempty"`
}

// neighbour is readings that differ from others in one place.
type neighbour struct {
	name     string
	readings roompolicy.Readings
}

// neighbours returns every reading under which a room can be searched and that
// can make a difference to a search, each in place of the one that is chosen.
func neighbours(chosen roompolicy.Readings) (list []neighbour) {
	for _, a := range roompolicy.Ambiguities() {
		short := path.Base(a.ID)
		for _, r := range a.Readings {
			readings, err := chosen.WithReading(a.ID, r.Name)
			if err == nil && readings != chosen && !indifferent[short] && Follows(a.ID, r.Name) {
				list = append(list, neighbour{short + "=" + r.Name, readings})
			}
		}
	}
	return list
}

// TellOtherReadings searches the room of a report again under every other reading
// of each open place, and adds to the report what that changes: it is the
// reading, not the policy, that a finding is owed to which goes away. Each search
// has a like share of the time. It fails as [Vet] does.
func (r *Report) TellOtherReadings(ctx context.Context, room *Room, limits Limits, progress func(done, all int)) error {
	list := neighbours(room.Readings)
	limits.Progress = nil
	limits.Time = (limits.Time + time.Duration(len(list)) - 1) / time.Duration(len(list))
	before := r.byProperty()
	for i, n := range list {
		progress(i, len(list))
		under := *room
		under.Readings = n.readings
		report, err := Vet(ctx, &under, limits)
		if err != nil {
			return err
		}
		other := OtherReading{Reading: n.name, New: []string{}, Gone: []string{}, Changed: []string{}, Stopped: report.Stopped}
		after := report.byProperty()
		for _, c := range checks {
			was, is := before[c.ID], after[c.ID]
			switch {
			case was == nil && is != nil:
				other.New = append(other.New, c.ID)
			case report.Exhausted && was != nil && is == nil:
				other.Gone = append(other.Gone, c.ID)
			case report.Exhausted && !slices.Equal(was, is):
				other.Changed = append(other.Changed, c.ID)
			}
		}
		r.OtherReadings = append(r.OtherReadings, other)
		for j := range r.Findings {
			if f := &r.Findings[j]; slices.Contains(other.Gone, f.Property) {
				f.GoneUnder = append(f.GoneUnder, n.name)
			}
		}
	}
	return nil
}

// byProperty returns the summaries of the findings of each property.
func (r *Report) byProperty() map[string][]string {
	summaries := map[string][]string{}
	for i := range r.Findings {
		f := &r.Findings[i]
		summaries[f.Property] = append(summaries[f.Property], f.Summary)
	}
	return summaries
}
