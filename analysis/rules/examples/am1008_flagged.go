package example

// A file is another one on every node.
import (
	_ "os"      // want AM1008 "os"
	_ "reflect" // want AM1008 "reflect"
)

import _ "github.com/somebody/something" // want AM1008 "not in the standard library of contracts"
