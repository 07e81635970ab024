#!/bin/sh
# Installs what Courant needs from the distribution's own packages.
#
#   deploy/install-deps.sh GROUP...      e.g. deploy/install-deps.sh run test
#
# Groups: run (build it and run it), test, bench, observe, package (make a .deb),
# container, edge (what stands before it), ship (the tests of deploy/).
#
# Looks before it touches anything: a command that is already there is kept,
# whoever installed it. Asks for root only when a package is missing. Removes
# nothing, and leaves no service running or enabled: a package that would start
# one is unpacked into build/tools/bin and not installed.
#
# Exit status: 0 everything is there, 1 something is missing and why, 2 usage.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
tools=$here/build/tools/bin

# One line a package: group, how it gets here, the command that proves that it
# is there ("-": a library, ask dpkg), the package, and what it is for.
table() {
  cat <<'TABLE'
run     install g++           g++                       the compiler, C++20
run     install cmake         cmake                     the build, presets
run     install ninja         ninja-build               the build, doing it
run     install pkg-config    pkg-config                finds what has no CMake config
run     install git           git                       which files are ours
run     install -             ca-certificates           TLS to and from anybody
run     install -             libgrpc++-dev             the server and its clients
run     install -             libprotobuf-dev           the contract, and what is on disk
run     install protoc        protobuf-compiler         makes messages from proto/
run     install grpc_cpp_plugin protobuf-compiler-grpc  makes stubs from proto/
run     install -             libabsl-dev               Status, strings, time, flat maps
run     install -             librocksdb-dev            the store
run     install -             libgflags-dev             RocksDB's CMake config asks for
run     install -             libsnappy-dev             this and the next four
run     install -             libbz2-dev
run     install -             liblz4-dev
run     install -             libzstd-dev
run     install -             zlib1g-dev
run     install -             prometheus-cpp-dev        metrics (the core library alone)
run     install -             libboost-dev              Asio and Beast: the HTTP listeners
run     install -             libyaml-cpp-dev           the configuration file
run     install -             libcli11-dev              the command lines
run     install -             nlohmann-json3-dev        JSON out
run     install -             libsimdjson-dev           JSON in
run     install -             libmimalloc-dev           malloc of the server
run     install -             libicu-dev                Unicode: code points, NFC, tags
run     install -             libxml2-dev               XHTML and HTML in imported items
run     install -             libssl-dev                TLS, SHA-256, the MAC of tokens
run     install -             libxxhash-dev             digests of frames
run     install -             libgtest-dev              configured with the rest
run     install -             libgmock-dev              its matchers

test    install /usr/bin/python3 python3                clients and checks
test    install -             python3-grpcio            the client in Python
test    install -             python3-protobuf          its messages
test    install node          nodejs                    the client in JavaScript
test    install npm           npm                       its packages
test    install clang++       clang                     lock analysis, fuzzing
test    install clang-tidy    clang-tidy                lint
test    install clang-format  clang-format              lint
test    install -             libclang-rt-dev           Clang's sanitizers and libFuzzer
test    unpack  promtool      prometheus                checks /metrics; has a service
test    unpack  prometheus    prometheus                asks all that rules and dashboards ask
test    install chromium      chromium                  opens the console
test    install -             libjs-chart.js            draws its charts
test    install -             fonts-nanum               its headlines in Korean

bench   install -             libbenchmark-dev          micro-benchmarks
bench   install /usr/bin/python3 python3                runs them
bench   install -             python3-grpcio            load from outside
bench   install -             python3-protobuf
bench   install -             python3-matplotlib        the picture
bench   install redis-check-rdb redis-tools             a peer: redis-server by its other name
bench   unpack  nats-server   nats-server               a peer; has a service
bench   unpack  etcd          etcd-server               a peer; has a service

observe unpack  promtool      prometheus                checks rules and dashboards
observe unpack  prometheus    prometheus                keeps what is measured; has a service
observe install -             fonts-glyphicons-halflings the pages of Prometheus, with the next nine
observe install -             libjs-bootstrap4
observe install -             libjs-eonasdan-bootstrap-datetimepicker
observe install -             libjs-jquery
observe install -             libjs-jquery-hotkeys
observe install -             libjs-moment
observe install -             libjs-moment-timezone
observe install -             libjs-mustache
observe install -             libjs-popper.js
observe install -             libjs-rickshaw
observe install -             libjs-chart.js            draws the charts of the console
observe install /usr/bin/python3 python3                the load
observe install -             python3-grpcio            its calls
observe install -             python3-protobuf

package install dpkg-shlibdeps dpkg-dev                 which libraries a .deb needs
package install file          file                      tells CPack what is a program
package install /usr/bin/python3 python3                lists what it is made of
package install -             libjs-chart.js            that list has what the console loads

container install /usr/bin/python3 python3              makes the root of the image
container install strip       binutils                  makes the programs smaller
container install -           libjs-chart.js            draws the charts of the console
container install runc        runc                      runs containers
container install conmon      conmon                    watches them for podman
container install -           golang-github-containers-common which system calls they may make
container install -           libgpgme11                podman's, with the next two
container install -           libdevmapper1.02.1
container install -           libsubid4
container unpack  podman      podman                    builds the image; has services

edge    install -             liblua5.3-0               HAProxy's, with the next one
edge    install -             libopentracing-c-wrapper0
edge    unpack  haproxy       haproxy                   the door to the open internet; has a service
edge    install -             python3-yaml              reads what Kubernetes is told

ship    install lintian       lintian                   what Debian thinks of a .deb
ship    install mmdebstrap    mmdebstrap                a bare Debian in a folder
ship    install systemd-analyze systemd                 reads units; nothing of it is started
ship    install strace        strace                    what a server asks the system for
ship    install setpriv       util-linux                runs as the unit's user
ship    install readelf       binutils                  how programs were hardened
TABLE
}

say() { printf '%s\n' "$@"; }
die() {
  say "install-deps: $*" >&2
  exit 1
}

# present COMMAND PACKAGE: is it there, whoever installed it?
present() {
  if [ "$1" = - ]; then
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$2" 2>/dev/null)" = installed ]
  else
    PATH=$tools:$PATH command -v "$1" >/dev/null
  fi
}

# in_table HOW GROUP...: "COMMAND PACKAGE" of each line that matches.
in_table() {
  how=$1
  shift
  for group in "$@"; do
    table | while read -r its_group its_how command package _; do
      if [ "$its_group $its_how" = "$group $how" ]; then
        say "$command $package"
      fi
    done
  done | sort -u
}

# missing HOW GROUP...: the packages that are not there, one a line.
missing() {
  in_table "$@" | while read -r command package; do
    present "$command" "$package" || say "$package"
  done
}

# Runs a command as root: as we are, or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    say "install-deps: this needs root, and there is no sudo" >&2
    return 1
  fi
}

# Waits for another apt instead of failing, keeps needrestart from restarting
# a stranger's services, and never removes a package to make room for ours.
apt() {
  as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
    apt-get -qq -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@"
}

install_packages() {
  say "Installing: $*"
  apt install -y --no-install-recommends --no-remove "$@" >/dev/null ||
    die "they could not be installed; why is said above. As root, try:
  apt-get install --no-install-recommends $*"
}

# unpack_command PACKAGE COMMAND: takes one program out of a package, and what it
# reads under usr/share, so that the package's service, user and folders never
# come to this machine.
unpack_command() {
  say "Unpacking: $2, out of the package $1, into ${tools#"$here"/}"
  mkdir -p "$tools"
  unpack=$(mktemp -d "$tools/unpack.XXXXXX")
  (
    cd "$unpack"
    apt-get -qq -o APT::Sandbox::User="$(id -un)" download "$1" </dev/null
    dpkg-deb --extract ./*.deb .
    mv usr/*bin/"$2" "$tools/"
    [ ! -d "usr/share/$1" ] || {
      rm -rf "$tools/../share/$1"
      mkdir -p "$tools/../share"
      mv "usr/share/$1" "$tools/../share/"
    }
  ) || die "could not take $2 out of the package $1."
  rm -rf "$unpack"
}

# What was unpacked has links to what packages share, beside its own folder; those
# packages are installed.
link_shared() {
  for folder in javascript fonts-glyphicons; do
    [ ! -d "$tools/../share/prometheus" ] ||
      ln -sfn "/usr/share/$folder" "$tools/../share/$folder"
  done
}

main() {
  [ $# -gt 0 ] || {
    sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
    exit 2
  }
  for group in "$@"; do
    table | grep -q "^$group " || {
      say "install-deps: no group is called '$group'" >&2
      exit 2
    }
  done

  to_install=$(missing install "$@")
  to_unpack=$(missing unpack "$@")
  [ -n "$to_install$to_unpack" ] || {
    link_shared
    return 0
  }

  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null ||
    die "this is not a Debian system. Install what it calls these packages:
  $(printf '%s ' $to_install $to_unpack)
then set COURANT_INSTALL=no, and ./dev takes your word for it."

  # One source out of order must not stop us: what it lacks, install will name.
  apt update || say "install-deps: apt-get update was not clean; going on" >&2
  if [ -n "$to_install" ]; then
    install_packages $to_install
  fi
  in_table unpack "$@" | while read -r command package; do
    present "$command" "$package" || unpack_command "$package" "$command"
  done
  link_shared
}

main "$@"
