// Judges what clients of Relay's store wrote down: is there an order of their operations, each at some instant between
// its call and its return, that explains every answer? The history comes as JSON lines on stdin; the verdict goes as
// JSON to stdout. The search is porcupine's.
//
// Exit code 0: linearizable. 1: not, or not decided in time. 2: the history can't be read.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/anishathalye/porcupine"
)

type failure struct {
	Model   string `json:"model"`
	Key     string `json:"key"`
	Verdict string `json:"verdict"`
	Drawing string `json:"drawing"`
}

type verdict struct {
	Linearizable bool           `json:"linearizable"`
	Operations   int            `json:"operations"`
	Parts        map[string]int `json:"parts"`
	Seconds      float64        `json:"seconds"`
	Failures     []failure      `json:"failures"`
}

func main() {
	patience := flag.Duration("patience", 2*time.Minute, "how long one part may be searched")
	drawing := flag.String("drawing", "", "where a page goes that shows what can't be explained; a number and .html are added")
	flag.Parse()
	history, err := readHistory(os.Stdin)
	if err == nil && len(history) == 0 {
		err = fmt.Errorf("the history is empty")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	began := time.Now()
	found := verdict{Operations: len(history), Parts: map[string]int{}, Failures: []failure{}}
	for _, one := range partsOf(history) {
		found.Parts[one.model]++
		result := one.judge(*patience)
		if result == porcupine.Ok {
			continue
		}
		failed := failure{Model: one.model, Key: one.key, Verdict: string(result)}
		if *drawing != "" {
			failed.Drawing = fmt.Sprintf("%s%d.html", *drawing, len(found.Failures)+1)
			if err := one.draw(failed.Drawing, *patience); err != nil {
				fmt.Fprintln(os.Stderr, err)
				failed.Drawing = ""
			}
		}
		found.Failures = append(found.Failures, failed)
	}
	found.Linearizable = len(found.Failures) == 0
	found.Seconds = time.Since(began).Seconds()
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if !found.Linearizable {
		os.Exit(1)
	}
}
