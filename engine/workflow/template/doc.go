// Package template is the language of texts in workflows: the part of Liquid that texts need.
//
// It owns the whole language: Compile reads a text and reports its problems, and a Template renders it. Rename changes the
// variables of a text. The package knows nothing of workflows: a Resolver says which variables there are, and a World has
// their values. It has no clock and no I/O, except that it looks up a time zone that a text names.
//
// Rendering is bounded: in steps (a node, a filter, a turn of a loop), in what filters read and write, and in the length of
// every value and of the output. Whatever exceeds a bound is an error, so a text costs little whatever a contact wrote into
// it.
//
// The language has the tags assign, capture, case, comment, for, if, raw and unless, and the filters in Filters, with the
// meaning that Liquid documents. It differs where Liquid would surprise: numbers are decimals of any size, not floating
// point; times show in the zone of World.Now; and `and` with `or` in one condition is refused, since Liquid reads them from
// the right and people from the left. {{ secrets.NAME }} stands for a secret, which is filled in after rendering.
//
// Of Foyer's packages it imports only inbox. A Template never changes after Compile and is safe for concurrent use.
package template
