#!/bin/sh
# Copies the configuration of this checkout to the volumes from which the containers read it: whoever may read the checkout, with
# whatever umask it was made, and also when an editor, sed -i or git puts a new file in the place of the old one.
# Usage: files.sh <checkout> <volume of exporter, Prometheus and Alertmanager> <volume of Grafana> [follow]
#   follow: does not end, and copies what changes
set -eu
checkout=${1:?usage: files.sh <checkout> <configuration> <provisioning of Grafana> [follow]}
configuration=${2:?} grafana=${3:?} follow=${4:-}
umask 022

# where a file of the checkout goes
place() {
  case $1 in
    deploy/compose/onehertz.yml) echo "$configuration/onehertz.yml" ;;
    prometheus.yml | provisioning/prometheus/rules/*.yml) echo "$configuration/$1" ;;
    provisioning/alertmanager/alertmanager.yml) echo "$configuration/alertmanager.yml" ;;
    provisioning/dashboards/*.json | provisioning/dashboards/*.yml | provisioning/datasources/*.yml) echo "$grafana/${1#provisioning/}" ;;
  esac
}

sources() {
  (cd "$checkout" && find prometheus.yml deploy/compose provisioning/prometheus/rules provisioning/alertmanager \
    provisioning/dashboards provisioning/datasources -type f "$@")
}

copy() {
  kept=$(mktemp)
  sources | while read -r file; do
    to=$(place "$file")
    if [ -z "$to" ]; then continue; fi
    echo "$to" >>"$kept"
    if cmp -s "$checkout/$file" "$to"; then continue; fi
    mkdir -p "$(dirname "$to")"
    # a whole file or none
    cp "$checkout/$file" "$to.new" && chmod 644 "$to.new" && mv "$to.new" "$to"
    echo "files: $file"
  done
  # what is gone from the checkout
  find "$configuration" "$grafana" -type f | while read -r to; do
    grep -qxF "$to" "$kept" || { rm -f "$to" && echo "files: removed $to"; }
  done
  rm -f "$kept"
}

copy
if [ "$follow" != follow ]; then exit 0; fi
trap 'exit 0' TERM INT
before=
while :; do
  # names, sizes and times of all files
  now=$(sources -exec stat -c '%n %i %s %Y %Z' {} + 2>/dev/null || true)
  if [ "$now" != "$before" ]; then copy || true; fi
  before=$now
  sleep 1 &
  wait $!
done
