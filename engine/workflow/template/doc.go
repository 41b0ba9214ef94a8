// Package template is the language of texts in workflows: Liquid, as far as texts need it.
//
// It owns the language whole: Compile reads a text and reports what is wrong with it, a Template renders it. It knows
// nothing of workflows: a Resolver says which variables there are, a World holds their values. It has no clock and no
// I/O except that a time zone named in a text is looked up in the time zone database.
//
// Rendering is bounded: in steps (a tag, an output, a filter, a turn of a loop), in how much filters read and write, in
// the length of every value and of the output. What exceeds a bound is an error, so a text costs its reader little
// whatever a contact wrote into it.
//
// It has the tags assign, capture, case, comment, for, if, raw and unless, and the filters that Filters lists, with the
// meaning that Liquid documents. It differs where a text would surprise: numbers are decimals of any size, not floating
// point; times show in the zone of World.Now; `and` and `or` in one condition are refused, since Liquid reads them from
// the right and people from the left.
//
// Of Foyer's packages it imports inbox alone. A Template never changes after Compile and is safe for concurrent use.
package template
