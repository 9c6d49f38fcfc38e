package main

import "github.com/anishathalye/porcupine"

// slot is one slot of a job.
//
//	taken    it was free, and isn't from then on
//	refused  somebody had it
//	unknown  it may be taken at any later time, or never
var slot = porcupine.Model{
	Init: func() interface{} { return false },
	Step: func(state, input, _ interface{}) (bool, interface{}) {
		taken := state.(bool)
		switch input.(record).Outcome {
		case "taken":
			return !taken, true
		case "refused":
			return taken, true
		default:
			return true, true
		}
	},
	DescribeOperation: func(input, _ interface{}) string { return describe(input.(record)) },
}

// numbers is the counter of incident numbers: the state is the lowest that may still be given.
//
//	reserved  from First on, Count numbers; there may be gaps, since a try that stayed unknown is never given out
//	unknown   a gap at most
var numbers = porcupine.Model{
	Init: func() interface{} { return int64(0) },
	Step: func(state, input, _ interface{}) (bool, interface{}) {
		next, one := state.(int64), input.(record)
		if one.Outcome != "reserved" {
			return true, next
		}
		return one.First >= next, one.First + one.Count
	},
	DescribeOperation: func(input, _ interface{}) string { return describe(input.(record)) },
}

// after is later than all that is known: when an operation returns that may still happen.
func after(history []record) int64 {
	var last int64
	for _, one := range history {
		if one.Return > last {
			last = one.Return
		}
	}
	return last + 1
}

// endless gives operations that may still happen all the time there is.
func endless(history []record) []record {
	open := append([]record(nil), history...)
	for at := range open {
		if open[at].Outcome == "unknown" {
			open[at].Return = after(history)
		}
	}
	return open
}

// known leaves out what says nothing.
func known(history []record) []record {
	var kept []record
	for _, one := range history {
		if one.Outcome != "unknown" {
			kept = append(kept, one)
		}
	}
	return kept
}
