#!/bin/sh
# Builds the container image from programs that are there.
#
#   deploy/container/build.sh FOLDER_OF_PROGRAMS [NAME[:TAG]]
#
# NAME is localhost/courant unless told otherwise, TAG the version that courantd
# says. PODMAN is the command that builds, "podman" unless set; it may have
# options: PODMAN="podman --storage-driver vfs" where layers cannot be stacked.
# Asks no registry: the image is made of what lies on this machine.
set -eu

[ $# -ge 1 ] && [ $# -le 2 ] || {
  sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
  exit 2
}
here=$(cd "$(dirname "$0")" && pwd)
programs=$1
version=$("$programs/courantd" --version)
image=${2:-localhost/courant}
case ${image##*/} in *:*) ;; *) image=$image:$version ;; esac

# Of the newest commit, when this is a checkout, so that the same sources give the
# same image.
revision=$(git -C "$here" rev-parse HEAD 2>/dev/null || echo unknown)
moment=$(git -C "$here" log -1 --format=%ct 2>/dev/null || echo 0)

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
cp "$here/Containerfile" "$context"
python=/usr/bin/python3
[ -x $python ] || python=python3
$python "$here/image_root.py" "$programs" "$context/root.tar"

# In the format that has health checks. Unquoted: it may have options.
${PODMAN:-podman} build --quiet --format docker --pull=never \
  --timestamp "$moment" --tag "$image" \
  --label org.opencontainers.image.title=Courant \
  --label "org.opencontainers.image.description=The wire that a newspaper runs itself" \
  --label org.opencontainers.image.licenses=Apache-2.0 \
  --label "org.opencontainers.image.version=$version" \
  --label "org.opencontainers.image.revision=$revision" \
  "$context" >/dev/null
echo "$image"
