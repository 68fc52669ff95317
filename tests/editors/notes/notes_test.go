package notes

import "testing"

func TestAdd(t *testing.T) {
	if n, err := Add("x"); n != 1 || err != nil {
		t.Errorf("got %d, want %d", n, 1)
	}
}

func TestTwo(t *testing.T) {
	if n, _ := Add("x"); n != 2 {
		t.Errorf("got %d, want %d", n, 2)
	}
}
