# Sourced by the other scripts: finds the repository and Swift, installs the system packages that are missing.
# shellcheck shell=bash

# The root of the repository, whatever the current directory is.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }
die() {
  printf '%s\n' "$@" >&2
  exit 1
}

# Where swiftly and the usual archives put Swift.
swift_folders=("${SWIFTLY_BIN_DIR:-${HOME:-}/.local/share/swiftly/bin}" /opt/swift/usr/bin /usr/local/swift/usr/bin)

# Finds swift in PATH, or in one of the usual folders.
require_swift() {
  local folder
  if ! command -v swift >/dev/null; then
    for folder in "${swift_folders[@]}"; do
      [ -x "$folder/swift" ] && PATH="$folder:$PATH" && break
    done
  fi
  command -v swift >/dev/null || die \
    "Swift is missing. MarginSweep needs Swift 6.2 or newer (made with 6.3):" \
    "  https://www.swift.org/install/linux/ has swiftly, Swift's own installer, and archives for Debian and Ubuntu." \
    "Then run this script again."
  local version
  version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+)\.([0-9]+).*/\1 \2/p' | head -n 1)
  local major=${version% *} minor=${version#* }
  if [ -n "$version" ] && { [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; }; then
    die "Swift $major.$minor is too old. MarginSweep needs Swift 6.2 or newer: https://www.swift.org/install/linux/"
  fi
}

# Names the Debian packages that are missing; nothing where all is there.
missing_packages() {
  local pair
  command -v git >/dev/null || echo git
  command -v zstd >/dev/null || echo zstd
  # What swift needs to compile and link C and C++: headers, libstdc++ and a linker.
  { [ -e /usr/include/stdlib.h ] && compgen -G '/usr/lib/gcc/*/*/libstdc++.so' >/dev/null \
    && command -v ld >/dev/null; } || echo g++
  command -v pkg-config >/dev/null || echo pkg-config
  for pair in libzstd:libzstd-dev libarchive:libarchive-dev zlib:zlib1g-dev libxxhash:libxxhash-dev; do
    pkg-config --exists "${pair%%:*}" 2>/dev/null || echo "${pair##*:}"
  done
}

# Says what is missing and installs it: as root directly, at a terminal with sudo, else it prints the command.
require_packages() {
  local packages
  mapfile -t packages < <(missing_packages)
  [ "${#packages[@]}" -gt 0 ] || return 0
  say "MarginSweep needs these system packages, which are not installed: ${packages[*]}"
  command -v apt-get >/dev/null || die "There is no apt-get here: install their equivalents, then run this script again."
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}")
  if [ "$(id -u)" -eq 0 ]; then
    say "Installing them with apt-get."
    apt-get update -q >&2 && "${install[@]}" >&2
  elif [ -t 0 ] && command -v sudo >/dev/null; then
    say "Installing them with sudo apt-get; it may ask for your password."
    sudo apt-get update -q >&2 && sudo "${install[@]}" >&2
  else
    die "Install them with this command, then run this script again:" \
      "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages[*]}"
  fi || die "apt-get failed; its messages are above."
  mapfile -t packages < <(missing_packages)
  [ "${#packages[@]}" -eq 0 ] || die "Still missing after the installation: ${packages[*]}"
}

# Makes the machine ready.
setup() {
  require_packages
  require_swift
}

# Checks the format of Swift files, and the shell scripts where shellcheck is installed. Runs in the root.
check_texts() {
  local scripts
  say "Checking the format of the Swift files."
  swift format lint --strict --parallel --recursive Package.swift Sources Tests Benchmarks
  if command -v shellcheck >/dev/null; then
    say "Checking the shell scripts."
    mapfile -t scripts < <(grep -slE '^#!.*bash|shellcheck shell=bash' scripts/* .ci/run)
    # -x follows the file that the scripts share.
    shellcheck -x "${scripts[@]}"
  else
    say "shellcheck is not installed: the shell scripts are not checked."
  fi
}

# Builds the program for use and sets `program` to its path.
build_release() {
  say "Building MarginSweep (release); the first time takes some minutes."
  swift build --package-path "$root" -c release --product marginsweep >&2 || die "The build failed."
  # The scripts that source this file run it.
  # shellcheck disable=SC2034
  program=$(swift build --package-path "$root" -c release --show-bin-path)/marginsweep
}
