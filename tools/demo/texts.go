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
	"slices"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

//go:embed questions.txt
var questions string

// Questions returns the texts that come with the program. Their source is named in the file.
func Questions() []string {
	var texts []string
	for line := range strings.Lines(questions) {
		if text := strings.TrimSpace(line); text != "" && !strings.HasPrefix(text, "#") {
			texts = append(texts, text)
		}
	}
	return texts
}

// ReadQuestions reads texts from a file: the column text of a CSV file, or else the bodies of JSON lines whose direction is
// in.
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
	if len(rows) == 0 {
		return nil, nil
	}
	column := slices.Index(rows[0], "text")
	if column < 0 {
		return nil, errors.New("no column is called text")
	}
	var texts []string
	for _, row := range rows[1:] {
		if text := strings.TrimSpace(row[column]); text != "" {
			texts = append(texts, text)
		}
	}
	return texts, nil
}
