package main

import "os"

// scratch makes a folder for what a measurement leaves behind, and returns what removes it.
func scratch() (dir string, remove func(), err error) {
	dir, err = os.MkdirTemp("", "foyer-bench")
	return dir, func() { _ = os.RemoveAll(dir) }, err
}
