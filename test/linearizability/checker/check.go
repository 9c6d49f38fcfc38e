package main

import (
	"fmt"
	"sort"
	"time"

	"github.com/anishathalye/porcupine"
)

// part is what is judged by itself: one aggregate, one slot, one counter.
type part struct {
	model   string
	key     string
	history []record
}

// models: how each is judged, and what is done with operations of unknown outcome first.
var models = map[string]struct {
	model   porcupine.Model
	prepare func([]record) []record
}{
	"aggregate": {aggregate, settle},
	"slot":      {slot, endless},
	"numbers":   {numbers, known},
}

// partsOf takes a history apart. A history is linearizable exactly when each of its parts is.
func partsOf(history []record) []part {
	byName := map[string]*part{}
	var names []string
	for _, one := range history {
		model := modelOf[one.Kind]
		name := model + " " + one.Key
		if byName[name] == nil {
			byName[name] = &part{model: model, key: one.Key}
			names = append(names, name)
		}
		byName[name].history = append(byName[name].history, one)
	}
	sort.Strings(names)
	parts := make([]part, 0, len(names))
	for _, name := range names {
		parts = append(parts, *byName[name])
	}
	return parts
}

// judge says whether some order of the part's operations explains every answer.
func (one part) judge(patience time.Duration) porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(models[one.model].model, one.operations(), patience)
}

// draw writes a page that shows how far the operations could be explained.
func (one part) draw(path string, patience time.Duration) error {
	model := models[one.model].model
	_, info := porcupine.CheckOperationsVerbose(model, one.operations(), patience)
	return porcupine.VisualizePath(model, info, path)
}

func (one part) operations() []porcupine.Operation {
	prepared := models[one.model].prepare(one.history)
	// A client goes on while an operation of unknown outcome may still happen: each of those is drawn on its own line.
	lines := 0
	for _, each := range prepared {
		if each.Client >= lines {
			lines = each.Client + 1
		}
	}
	freeFrom := map[int]int64{}
	operations := make([]porcupine.Operation, 0, len(prepared))
	sort.SliceStable(prepared, func(a, b int) bool { return prepared[a].Call < prepared[b].Call })
	for _, each := range prepared {
		line := each.Client
		if free, used := freeFrom[line]; used && free > each.Call {
			line = lines
			lines++
		}
		freeFrom[line] = each.Return
		operations = append(operations, porcupine.Operation{ClientId: line, Input: each, Call: each.Call, Return: each.Return})
	}
	return operations
}

func describe(one record) string {
	found := ""
	if one.Found != nil {
		found = fmt.Sprintf(" %s (%s)", short(one.Found.Op), one.Found.Digest)
	}
	switch one.Kind {
	case "commit":
		return fmt.Sprintf("%s -> %s (%s): %s%s", short(one.Expect), short(one.Write.Op), one.Write.Digest, one.Outcome, found)
	case "reserve":
		return fmt.Sprintf("%d numbers: %s from %d", one.Count, one.Outcome, one.First)
	default:
		return one.Outcome + found
	}
}

// short is as much of a uuid as people compare.
func short(op string) string {
	if op == "" {
		return "nothing"
	}
	if len(op) > 8 {
		return op[:8]
	}
	return op
}
