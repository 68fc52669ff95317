// A JSON round trip of a struct with 100 posts, 20 times.
package main

import "encoding/json"

type post struct {
	Title string   `json:"title"`
	Votes int      `json:"votes"`
	Tags  []string `json:"tags"`
}

type forum struct {
	Name  string `json:"name"`
	Posts []post `json:"posts"`
}

func run() uint64 {
	f := forum{Name: "forum"}
	for i := range 100 {
		f.Posts = append(f.Posts, post{Title: "a title \"of\" some length", Votes: i * i, Tags: []string{"go", "chain"}})
	}
	sum := 0
	for range 20 {
		text, err := json.Marshal(f)
		if err != nil {
			panic(err)
		}
		var back forum
		if err := json.Unmarshal(text, &back); err != nil {
			panic(err)
		}
		sum += len(text) + back.Posts[99].Votes
		f = back
	}
	return uint64(sum)
}

func main() { println(run()) }
