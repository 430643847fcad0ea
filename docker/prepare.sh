#!/bin/sh
# Makes what docker/compose.yaml needs and nobody commits: secrets, and a certificate for trying it out.
# What is there already is left alone. Usage: docker/prepare.sh [host name]
set -eu
cd "$(dirname "$0")"
host=${1:-localhost}

mkdir -p secrets tls
chmod 700 secrets tls

# The containers' users are not this one, so the files are readable; the folder is not.
secret() { [ -s "secrets/$1" ] || { printf '%s\n' "$2" > "secrets/$1"; chmod 644 "secrets/$1"; echo "made docker/secrets/$1"; }; }
secret mongodb-root-password "$(openssl rand -hex 24)"
secret mongodb-password "$(openssl rand -hex 24)"
secret platform "MASTER_KEY=$(openssl rand -hex 32)
MONGODB_URL=mongodb://tallyhall:$(cat secrets/mongodb-password)@mongodb:27017/?authSource=admin"

if [ ! -s tls/privkey.pem ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj "/CN=$host" \
    -addext "subjectAltName=DNS:$host,DNS:localhost,DNS:nginx" -keyout tls/privkey.pem -out tls/fullchain.pem 2>/dev/null
  chmod 644 tls/fullchain.pem
  chmod 600 tls/privkey.pem
  echo "made docker/tls: a self-signed certificate for $host, for trying it out"
fi
