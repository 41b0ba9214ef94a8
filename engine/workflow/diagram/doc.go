// Package diagram draws workflow documents as SVG: layered from top to bottom, each way out with its label, jumps dashed
// and upwards. It needs no other program and is pure: equal documents give equal drawings.
//
// It owns the layout and the drawing; what there is to draw is a workflow.Outline. Of Foyer's packages it imports
// engine/workflow alone. Everything in it is safe for concurrent use.
//
// The layout is the usual one for layered graphs: the longest way from the trigger gives a step its layer; ways over
// several layers, and labels, take a place in each layer between, so that nothing runs through anything; the barycentre
// heuristic puts the places of a layer in an order with few crossings; and each layer is then placed as near below and
// above its neighbours as its order allows.
package diagram
