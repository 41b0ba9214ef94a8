package resolvers

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

const (
	// dearestShown is how many paths an error names, dearestKept how many are added up for it at most: fragments can
	// write down more than anybody can count.
	dearestShown = 3
	dearestKept  = 100
)

// pathCost is what the fields at a path cost, all in all.
type pathCost struct {
	Path string `json:"path"`
	Cost int    `json:"cost"`
}

// dearest returns the paths of an operation that cost most.
func (b *bill) dearest(selections ast.SelectionSet, object *ast.Definition) []pathCost {
	e := explanation{b, make(map[*ast.Field]paths), make(map[fragmentOn]paths)}
	return e.selections(selections, object).dearest(dearestShown)
}

// paths is what fields cost themselves, without what is below them.
type paths map[string]sum

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

// explanation says of a bill what its parts are.
type explanation struct {
	*bill
	fields    map[*ast.Field]paths
	fragments map[fragmentOn]paths
}

func (e explanation) selections(selections ast.SelectionSet, object *ast.Definition) paths {
	all := make(paths)
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			all.add(e.field(s))
		case *ast.InlineFragment:
			if e.applies(s.TypeCondition, object) {
				all.add(e.selections(s.SelectionSet, object))
			}
		case *ast.FragmentSpread:
			if !e.applies(s.Definition.TypeCondition, object) {
				continue
			}
			key := fragmentOn{s.Name, object.Name}
			if e.fragments[key] == nil {
				e.fragments[key] = e.selections(s.Definition.SelectionSet, object)
			}
			all.add(e.fragments[key])
		}
	}
	return all
}

func (e explanation) field(field *ast.Field) paths {
	if known := e.fields[field]; known != nil {
		return known
	}
	all := paths{field.Name: {once: e.price(field)}}
	if object, _ := e.below(field); object != nil {
		page, objects := e.members(field)
		for path, below := range e.selections(field.SelectionSet, object) {
			s := sum{once: below.of(page, objects)}
			if isPage(field) {
				s = sum{each: s.once}
			}
			all[field.Name+"."+path] = s
		}
	}
	e.fields[field] = all
	return all
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
