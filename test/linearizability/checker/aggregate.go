package main

import (
	"fmt"

	"github.com/anishathalye/porcupine"
)

// aggregate is one key: a register that is compared and set by op ids, each of which is written once only.
//
//	applied   the expected op was there, and the new value is there from then on
//	conflict  another op was there: the one found, where it says so
//	loaded    this op was there, with this state
//	unknown   it may happen at any later time, or never
//
// What was rejected isn't in it: nothing happened, now or later, as the store promises. If it did, nobody wrote what is
// found then.
var aggregate = porcupine.Model{
	Init: func() interface{} { return value{} },
	Step: func(state, input, _ interface{}) (bool, interface{}) {
		now, one := state.(value), input.(record)
		switch one.Outcome {
		case "applied":
			return now.Op == one.Expect, one.Write
		case "conflict":
			return now.Op != one.Expect && (one.Found == nil || now == *one.Found), now
		case "loaded":
			return now == *one.Found, now
		default:
			if now.Op == one.Expect {
				return true, one.Write
			}
			// It comes too late to do anything.
			return true, now
		}
	},
	DescribeOperation: func(input, _ interface{}) string { return describe(input.(record)) },
	DescribeState: func(state interface{}) string {
		now := state.(value)
		return fmt.Sprintf("%s (%s)", short(now.Op), now.Digest)
	},
}

// settle uses what only unique op ids allow, so that the search stays short however many outcomes are unknown.
//
// An unknown commit whose op was seen later (loaded, found by a conflict, or expected by a commit that was applied) did
// happen, before whoever saw it returned: it becomes an applied one that returns then. One that nobody ever saw changed
// nothing that anybody could notice: while its op was there, any load and any conflict would have brought it, and
// nothing could be applied on it. It is left out, unless a conflict that doesn't say what it found may be its trace.
func settle(history []record) []record {
	settled := append([]record(nil), history...)
	// The earliest return of an operation that saw an op.
	seen := map[string]int64{}
	silent := map[string]bool{}
	see := func(op string, at int64) bool {
		before, known := seen[op]
		if op == "" || (known && before <= at) {
			return false
		}
		seen[op] = at
		return true
	}
	for _, one := range settled {
		if one.Found != nil {
			see(one.Found.Op, one.Return)
		}
		if one.Outcome == "applied" {
			see(one.Expect, one.Return)
		}
		if one.Outcome == "conflict" && one.Found == nil {
			silent[one.Expect] = true
		}
	}
	// What was seen saw what it had expected; this goes back along chains of unknown ones.
	for again := true; again; {
		again = false
		for _, one := range settled {
			at, known := seen[one.Write.Op]
			if one.Outcome == "unknown" && known && see(one.Expect, at) {
				again = true
			}
		}
	}
	var kept []record
	for _, one := range settled {
		if one.Outcome == "rejected" {
			continue
		}
		if one.Outcome == "unknown" {
			at, known := seen[one.Write.Op]
			switch {
			case known && at < one.Call:
				// Seen before it was called: no order can explain it, and the model says so.
				one.Outcome, one.Return = "applied", one.Call
			case known:
				one.Outcome, one.Return = "applied", at
			case silent[one.Expect]:
				one.Return = after(history)
			default:
				continue
			}
		}
		kept = append(kept, one)
	}
	return kept
}
