package example

var apiKey = "sk_live_4eC39HqLyjWDarjtT1zdp7dc" // want AM8003 "revoke it"

const token = "ghp_abcdefghijklmnopqrstuvwxyz0123456789" // want AM8003 "looks like a secret"

func Key() string {
	return "AKIAIOSFODNN7EXAMPLE" // want AM8003 "code is public"
}

const pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg" // want AM8003 "secret key"
