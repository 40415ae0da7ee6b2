module github.com/mimifuzz/mimifuzz/fuzz/gomls

go 1.26.0

require (
	git.schwanenlied.me/yawning/x448.git v0.0.0-20170617130356-01b048fb03d6
	github.com/cisco/go-mls v0.0.0-20210331162924-158a3829b839
	github.com/cisco/go-tls-syntax v0.0.0-20200615170901-cc95af012391
	github.com/mimifuzz/mimifuzz v0.0.0-00010101000000-000000000000
)

require (
	github.com/cisco/go-hpke v0.0.0-20200603153819-0a6c8374cd9a // indirect
	github.com/cloudflare/circl v1.6.5 // indirect
	github.com/fxamacker/cbor/v2 v2.10.0 // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	github.com/x448/float16 v0.8.4 // indirect
	github.com/yuin/goldmark v1.8.7 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)

// The X448 package that go-hpke asks for can no longer be fetched.
replace (
	git.schwanenlied.me/yawning/x448.git => ./x448
	github.com/mimifuzz/mimifuzz => ../..
)
