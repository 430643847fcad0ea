#!/bin/bash
# Run once by MongoDB's image, on an empty data directory: the platform's user, with its two databases and nothing else.
set -e
mongosh --quiet --username "$MONGO_INITDB_ROOT_USERNAME" --password "$MONGO_INITDB_ROOT_PASSWORD" admin <<JS
db.createUser({
  user: 'tallyhall',
  pwd: '$(tr -d '\n' < /run/secrets/mongodb-password)',
  roles: [{ role: 'readWrite', db: 'tallyhall' }, { role: 'readWrite', db: 'tallyhall_keys' }],
});
JS
