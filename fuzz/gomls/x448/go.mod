module git.schwanenlied.me/yawning/x448.git

go 1.25.0

// A release that still has dh/sidh, which go-hpke imports.
require github.com/cloudflare/circl v1.6.5
