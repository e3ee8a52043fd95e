#!/bin/sh
# Makes the passwords of this installation, and the files that carry them into the servers. What is there already stays, so that
# every start after the first finds the same. A password that is set in .env (POSTGRES_PASSWORD …) is taken instead of a new one, at the
# first start: later the servers would not know it.
# Usage: secrets.sh <folder>; ends with 1 and changes nothing if .env says another password than the one that is there
set -eu
folder=${1:?usage: secrets.sh <folder>}
umask 022
mkdir -p "$folder"
failed=

# $1: file, $2: what .env says, maybe nothing
password() {
  case $2 in
    *[!A-Za-z0-9._~-]*)
      echo "secrets: $1: only letters, digits and . _ ~ - can be used, because passwords stand in URLs" >&2
      exit 1
      ;;
  esac
  if [ -s "$folder/$1" ]; then
    if [ -n "$2" ] && [ "$2" != "$(cat "$folder/$1")" ]; then
      echo "secrets: $1: .env has another one than the servers were made with, which is kept. Take it out of .env, or begin anew without any data: docker compose down -v" >&2
      failed=yes
    fi
  elif [ -n "$2" ]; then
    printf '%s' "$2" >"$folder/$1"
  else
    head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$folder/$1"
    echo "secrets: made $1"
  fi
}

password postgres_password "${POSTGRES_PASSWORD:-}"
password redis_password "${REDIS_PASSWORD:-}"
password rabbitmq_password "${RABBITMQ_PASSWORD:-}"
password minio_password "${MINIO_PASSWORD:-}"
password grafana_admin_password "${GRAFANA_ADMIN_PASSWORD:-}"
if [ -n "$failed" ]; then exit 1; fi

postgres_url="postgresql://onehertz:$(cat "$folder/postgres_password")@postgres:5432/onehertz"
redis_url="redis://:$(cat "$folder/redis_password")@redis:6379/0"
rabbitmq_url="amqp://onehertz:$(cat "$folder/rabbitmq_password")@rabbitmq:5672/"
printf '%s' "$postgres_url" >"$folder/postgres_url"
printf '%s' "$redis_url" >"$folder/redis_url"
printf '%s' "$rabbitmq_url" >"$folder/rabbitmq_url"

cat >"$folder/redis.conf" <<EOF
requirepass $(cat "$folder/redis_password")
save ""
appendonly no
EOF

cat >"$folder/rabbitmq.conf" <<EOF
default_user = onehertz
default_pass = $(cat "$folder/rabbitmq_password")
# Celery's control queues are of this kind; RabbitMQ 4.3 forbids them by default.
deprecated_features.permit.transient_nonexcl_queues = true
# It sees the memory of the host, and not that of its container (512 MB).
vm_memory_high_watermark.absolute = 256MB
log.console.level = warning
EOF

# For the services of the demo: node --env-file, and the shell of the Celery workers.
cat >"$folder/services.env" <<EOF
DATABASE_URL=$postgres_url
REDIS_URL=$redis_url
RABBITMQ_URL=$rabbitmq_url
CELERY_BROKER_URL=$rabbitmq_url
MINIO_URL=http://minio:9000
MINIO_ACCESS_KEY=onehertz
MINIO_SECRET_KEY=$(cat "$folder/minio_password")
EOF
