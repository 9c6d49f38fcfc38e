package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// Histories are written by hand as "client call-return what", one operation a line; a state's digest is its op's name
// unless the line says otherwise.
func parse(t *testing.T, text string) []record {
	t.Helper()
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		one := record{Key: "k"}
		var what string
		words := strings.Fields(line)
		if _, err := fmt.Sscanf(words[0]+" "+words[1], "%d %d-%d", &one.Client, &one.Call, &one.Return); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		what, words = words[2], words[3:]
		found := func(word string) *value {
			parts := strings.SplitN(word, "/", 2)
			if parts[0] == "-" {
				return &value{}
			}
			return &value{parts[0], parts[len(parts)-1]}
		}
		switch what {
		case "load":
			one.Kind, one.Outcome = "load", "loaded"
			one.Found = found(words[0])
		case "take":
			one.Kind, one.Outcome = "take", words[0]
		case "reserve":
			one.Kind, one.Outcome = "reserve", "unknown"
			if words[0] != "unknown" {
				one.Outcome = "reserved"
				if _, err := fmt.Sscanf(words[0], "%d+%d", &one.First, &one.Count); err != nil {
					t.Fatalf("%s: %v", line, err)
				}
			}
		default:
			// a>b applied
			from, to, _ := strings.Cut(what, ">")
			if from != "-" {
				one.Expect = from
			}
			one.Kind, one.Write, one.Outcome = "commit", value{to, to}, words[0]
			if len(words) > 1 {
				one.Found = found(words[1])
			}
		}
		line, err := json.Marshal(one)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(line))
	}
	// By way of the real reader, which refuses what makes no sense.
	history, err := readHistory(strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return history
}

func verdictOf(history []record) porcupine.CheckResult {
	for _, one := range partsOf(history) {
		if result := one.judge(time.Minute); result != porcupine.Ok {
			return result
		}
	}
	return porcupine.Ok
}

func TestAccepts(t *testing.T) {
	for name, text := range map[string]string{
		"one after the other": `
			0 1-2 ->a applied
			1 3-4 a>b applied
			0 5-6 load b`,
		"nothing before the first commit": `
			0 1-2 load -
			0 3-4 ->a applied
			0 5-6 load a`,
		"a load during a commit, before it": `
			0 1-2 ->a applied
			0 3-9 a>b applied
			1 4-5 load a
			1 6-7 load b`,
		"of two at once one wins, and the other finds it": `
			0 1-9 ->a applied
			1 1-9 ->b conflict a`,
		"a stale commit is refused": `
			0 1-2 ->a applied
			0 3-4 a>b applied
			1 5-6 a>c conflict b`,
		"an unknown commit that happened": `
			0 1-2 ->a applied
			0 3-4 a>b unknown
			1 5-6 load b`,
		"an unknown commit that happens long after": `
			0 1-2 ->a applied
			0 3-4 a>b unknown
			1 5-6 load a
			1 7-8 load b`,
		"an unknown commit that never happens": `
			0 1-2 ->a applied
			0 3-4 a>b unknown
			1 5-6 a>c applied
			1 7-8 load c`,
		"unknown commits on top of each other, seen at the end only": `
			0 1-2 ->a unknown
			0 3-4 a>b unknown
			0 5-6 b>c unknown
			1 7-8 load c`,
		"a commit that nobody is told of, seen by the one on top of it": `
			0 1-2 ->a applied
			0 3-4 a>b unknown
			0 5-6 b>c applied
			0 7-8 load c`,
		"a conflict that doesn't say with what, and only an unknown commit explains": `
			0 1-2 ->a applied
			0 3-4 a>b unknown
			1 5-6 a>c conflict`,
		"a rejected commit that didn't happen": `
			0 1-2 ->a applied
			0 3-4 a>b rejected
			1 5-6 load a`,
		"a load and a commit at the same instant": `
			0 1-2 ->a applied
			1 2-3 load -`,
		"a slot that one takes": `
			0 1-9 take taken
			1 2-8 take refused
			2 10-11 take refused`,
		"a slot that nobody knows to have": `
			0 1-2 take unknown
			1 3-4 take refused`,
		"a slot that an unknown try didn't get": `
			0 1-2 take unknown
			1 3-4 take taken
			2 5-6 take refused`,
		"numbers one after the other, with a gap": `
			0 1-2 reserve 1+20
			1 3-4 reserve unknown
			1 5-6 reserve 41+5
			0 7-8 reserve 46+1`,
		"numbers at once": `
			0 1-9 reserve 6+5
			1 1-9 reserve 1+5`,
	} {
		t.Run(name, func(t *testing.T) {
			if result := verdictOf(parse(t, text)); result != porcupine.Ok {
				t.Errorf("%s: it should be explained", result)
			}
		})
	}
}

func TestRejects(t *testing.T) {
	for name, text := range map[string]string{
		"a lost update: two commits on the same op": `
			0 1-2 ->a applied
			0 3-9 a>b applied
			1 3-9 a>c applied`,
		"a lost update that nobody noticed": `
			0 1-2 ->a applied
			0 3-4 a>b applied
			1 5-6 load a
			1 7-8 load b`,
		"two who both made the aggregate": `
			0 1-9 ->a applied
			1 1-9 ->b applied`,
		"a stale load": `
			0 1-2 ->a applied
			0 3-4 a>b applied
			1 5-6 load a`,
		"a commit that is gone": `
			0 1-2 ->a applied
			1 3-4 load -`,
		"a commit that happened twice": `
			0 1-2 ->a applied
			0 3-4 a>b applied
			1 5-6 load a
			1 7-8 load b`,
		"a commit that comes back after another": `
			0 1-2 ->a applied
			0 3-4 a>b applied
			0 5-6 b>c applied
			1 7-8 load b`,
		"an unknown commit that was there and isn't any more": `
			0 1-2 ->a applied
			0 3-4 a>b unknown
			1 5-6 load b
			1 7-8 load a`,
		"an unknown commit on what was overtaken": `
			0 1-2 ->a applied
			0 3-4 a>b applied
			1 5-6 a>c unknown
			1 7-8 load c`,
		"an unknown commit that was seen before it was sent": `
			0 1-2 ->a applied
			1 3-4 load b
			0 5-6 a>b unknown`,
		"an unknown commit with a commit beside it": `
			0 1-2 ->a applied
			0 3-9 a>b unknown
			1 3-9 a>c applied
			1 10-11 load b
			1 12-13 load c`,
		"a rejected commit that happened": `
			0 1-2 ->a applied
			0 3-4 a>b rejected
			1 5-6 load b`,
		"a refused commit that happened": `
			0 1-2 ->a applied
			0 3-4 a>b conflict a
			1 5-6 load b`,
		"a conflict with what was expected": `
			0 1-2 ->a applied
			0 3-4 a>b conflict a`,
		"a conflict without any reason": `
			0 1-2 ->a applied
			0 3-4 a>b conflict`,
		"a conflict that finds what is long gone": `
			0 1-2 ->a applied
			0 3-4 a>b applied
			0 5-6 b>c applied
			1 7-8 a>d conflict b`,
		"an op that nobody sent": `
			0 1-2 ->a applied
			1 3-4 load x`,
		"an op with another's state": `
			0 1-2 ->a applied
			0 3-4 a>b applied
			1 5-6 load b/a`,
		"two who see two orders": `
			0 1-2 ->a applied
			0 3-20 a>b applied
			1 4-5 load b
			2 6-7 load a`,
		"a slot taken twice": `
			0 1-9 take taken
			1 1-9 take taken`,
		"a slot refused while it is free": `
			0 1-2 take refused
			1 3-4 take taken`,
		"a slot refused that nobody ever takes": `
			0 1-2 take refused`,
		"a number given twice": `
			0 1-9 reserve 1+5
			1 1-9 reserve 5+5`,
		"numbers that go back": `
			0 1-2 reserve 100+5
			1 3-4 reserve 1+5`,
	} {
		t.Run(name, func(t *testing.T) {
			if result := verdictOf(parse(t, text)); result != porcupine.Illegal {
				t.Errorf("%s: nothing can explain it", result)
			}
		})
	}
}

func TestKeysAreJudgedApart(t *testing.T) {
	history := parse(t, `
		0 1-2 ->a applied
		0 3-4 a>b applied
		1 5-6 load b`)
	history[2].Key = "other"
	if result := verdictOf(history); result != porcupine.Illegal {
		t.Errorf("%s: the other key has never held it", result)
	}
}

// A long time without a quorum leaves many outcomes unknown: judging must not take for ever.
func TestManyUnknownOutcomes(t *testing.T) {
	var text strings.Builder
	at, last := 1, "-"
	line := func(format string, values ...interface{}) {
		fmt.Fprintf(&text, "%d %d-%d %s\n", at%10, at, at+15, fmt.Sprintf(format, values...))
		at += 2
	}
	for round := 0; round < 200; round++ {
		for try := 0; try < 9; try++ {
			line("%s>r%dt%d unknown", last, round, try)
		}
		at += 30
		last = fmt.Sprintf("r%dt%d", round, round%9)
		line("load %s", last)
		at += 30
	}
	began := time.Now()
	if result := verdictOf(parse(t, text.String())); result != porcupine.Ok {
		t.Errorf("%s: it should be explained", result)
	}
	line("load r3t4")
	if result := verdictOf(parse(t, text.String())); result != porcupine.Illegal {
		t.Errorf("%s: nothing can explain the last load", result)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestRefusesWhatItDoesNotUnderstand(t *testing.T) {
	for name, text := range map[string]string{
		"another kind":           `{"kind":"delete","outcome":"applied"}`,
		"another outcome":        `{"kind":"load","outcome":"applied"}`,
		"a load of what":         `{"kind":"load","outcome":"loaded"}`,
		"a commit without an op": `{"kind":"commit","outcome":"applied"}`,
		"time that goes back":    `{"kind":"take","outcome":"taken","call":2,"return":1}`,
		"half a line":            `{"kind":"take"`,
		"an op used twice": `{"kind":"commit","outcome":"applied","write":{"op":"a"}}
			{"kind":"commit","outcome":"applied","write":{"op":"a"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := readHistory(strings.NewReader(text)); err == nil {
				t.Error("it was taken")
			}
		})
	}
}

func TestDrawsWhatCannotBeExplained(t *testing.T) {
	history := parse(t, `
		0 1-2 ->a applied
		0 3-4 a>b unknown
		1 4-5 load b
		1 6-7 load a
		1 8-9 take unknown
		2 9-10 take unknown`)
	for at, one := range partsOf(history) {
		path := filepath.Join(t.TempDir(), fmt.Sprintf("%d.html", at))
		if err := one.draw(path, time.Minute); err != nil {
			t.Fatal(err)
		}
		if page, err := os.ReadFile(path); err != nil || !strings.Contains(string(page), "<svg") {
			t.Errorf("no page for %s: %v", one.model, err)
		}
	}
}
