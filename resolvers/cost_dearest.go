package resolvers

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	// dearestShown is how many paths an error names, and dearestKept how many are added up to find these at most: with
	// fragments, a document can have more paths than could ever be counted.
	dearestShown = 3
	dearestKept  = 100
)

// pathCost is how many points the fields at a path cost together.
type pathCost struct {
	Path string `json:"path"`
	Cost int    `json:"cost"`
}

// paths has the cost of the fields at each path, without the fields below them.
type paths map[string]sum

// add adds others, and drops the cheaper paths if there are too many.
func (p paths) add(others paths) {
	for path, s := range others {
		p[path] = p[path].plus(s)
	}
	if len(p) <= dearestKept {
		return
	}
	kept := p.dearest(dearestKept / 2)
	maps.DeleteFunc(p, func(path string, _ sum) bool {
		return !slices.ContainsFunc(kept, func(k pathCost) bool { return k.Path == path })
	})
}

// dearest returns the n paths that cost most, the dearest first.
func (p paths) dearest(n int) []pathCost {
	all := make([]pathCost, 0, len(p))
	for path, s := range p {
		all = append(all, pathCost{path, s.of(1, 1)})
	}
	slices.SortFunc(all, func(a, b pathCost) int {
		return cmp.Or(cmp.Compare(b.Cost, a.Cost), cmp.Compare(a.Path, b.Path))
	})
	return all[:min(n, len(all))]
}

// tooComplex describes an operation that costs too much.
func tooComplex(points, most int, dearest []pathCost) string {
	named := make([]string, len(dearest))
	for i, d := range dearest {
		named[i] = fmt.Sprintf("%s (%d)", d.Path, d.Cost)
	}
	return fmt.Sprintf("The operation costs %d points; at most %d are allowed. "+
		"Ask for fewer items or fewer fields. Most of it: %s.", points, most, strings.Join(named, ", "))
}
