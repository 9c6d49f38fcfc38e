package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// value is what an aggregate holds: the op that wrote it, "" for one that isn't there, and a digest of its state.
type value struct {
	Op     string `json:"op"`
	Digest string `json:"digest"`
}

// record is one operation of a client as the test wrote it down. Times are nanoseconds of one monotonic clock.
type record struct {
	Client int    `json:"client"`
	Kind   string `json:"kind"`
	Key    string `json:"key"`
	Call   int64  `json:"call"`
	Return int64  `json:"return"`
	// What came of it; see the models for what each means.
	Outcome string `json:"outcome"`

	// Of a commit: what it expected and what it would write.
	Expect string `json:"expect"`
	Write  value  `json:"write"`
	// Of a load, and of a conflict that says so: what was there.
	Found *value `json:"found"`

	// Of a reservation of numbers.
	Count int64 `json:"count"`
	First int64 `json:"first"`
}

// outcomes are all that can come of each kind of operation.
var outcomes = map[string][]string{
	"commit":  {"applied", "conflict", "unknown", "rejected"},
	"load":    {"loaded", "rejected"},
	"take":    {"taken", "refused", "unknown"},
	"reserve": {"reserved", "unknown"},
}

// modelOf names the model that an operation belongs to.
var modelOf = map[string]string{"commit": "aggregate", "load": "aggregate", "take": "slot", "reserve": "numbers"}

// readHistory reads JSON lines. What it doesn't understand is an error, never left out.
func readHistory(from io.Reader) ([]record, error) {
	var history []record
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 1<<20)
	ops := map[string]bool{}
	for number := 1; lines.Scan(); number++ {
		var one record
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		if err := one.check(); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		if one.Kind == "commit" {
			if ops[one.Write.Op] {
				return nil, fmt.Errorf("line %d: the op %s is another commit's: nothing can be told apart by it", number, one.Write.Op)
			}
			ops[one.Write.Op] = true
		}
		history = append(history, one)
	}
	return history, lines.Err()
}

func (one record) check() error {
	known := false
	for _, outcome := range outcomes[one.Kind] {
		known = known || outcome == one.Outcome
	}
	switch {
	case !known:
		return fmt.Errorf("a %q can't end in %q", one.Kind, one.Outcome)
	case one.Return < one.Call:
		return fmt.Errorf("it returns before it is called")
	case one.Outcome == "loaded" && one.Found == nil:
		return fmt.Errorf("it doesn't say what was loaded")
	case one.Kind == "commit" && one.Write.Op == "":
		return fmt.Errorf("a commit without an op")
	case one.Outcome == "reserved" && one.Count < 1:
		return fmt.Errorf("a reservation of nothing")
	}
	return nil
}
