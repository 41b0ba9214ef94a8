package demo

import (
	"bufio"
	_ "embed" // the questions
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

//go:embed questions.txt
var questions string

// Questions returns the texts that come with the program. Where they are from stands beside them.
func Questions() []string {
	var texts []string
	for line := range strings.Lines(questions) {
		if text := strings.TrimSpace(line); text != "" && !strings.HasPrefix(text, "#") {
			texts = append(texts, text)
		}
	}
	return texts
}

// ReadQuestions reads texts from a file: of JSON lines those that are `in` by their direction, of a CSV file with a
// header the column `text`.
func ReadQuestions(name string) ([]string, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	decoded := transform.NewReader(file, unicode.BOMOverride(transform.Nop)) // spreadsheets write byte order marks
	var texts []string
	if strings.EqualFold(filepath.Ext(name), ".csv") {
		texts, err = readCSV(decoded)
	} else {
		texts, err = readLines(decoded)
	}
	if err == nil && len(texts) == 0 {
		err = errors.New("there is no text in it")
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return texts, nil
}

func readLines(r io.Reader) ([]string, error) {
	var texts []string
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 64<<10), 1<<20)
	for number := 1; scanner.Scan(); number++ {
		var line struct{ Direction, Body string }
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		if line.Direction == "in" && line.Body != "" {
			texts = append(texts, line.Body)
		}
	}
	return texts, scanner.Err()
}

func readCSV(r io.Reader) ([]string, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, err
	}
	column := -1
	var texts []string
	for i, row := range rows {
		if i == 0 {
			for j, name := range row {
				if name == "text" {
					column = j
				}
			}
			if column < 0 {
				return nil, errors.New("no column is called text")
			}
			continue
		}
		if text := strings.TrimSpace(row[column]); text != "" {
			texts = append(texts, text)
		}
	}
	return texts, nil
}
