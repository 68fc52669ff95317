package notes

// Extra is in a file that is moved.
func Extra() int { return 1 }
