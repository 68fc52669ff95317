package shapes

import "testing"

func TestAdd(t *testing.T) {
	if got := Add("a", 2); got != 4 {
		t.Errorf("got %d", got)
	}
}

func TestWrong(t *testing.T) {
	if got := Add("a", 2); got != 5 {
		t.Errorf("got %d, want 5", got)
	}
}
