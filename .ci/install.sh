#!/usr/bin/env bash
# What the builds and tests need beside Node and npm, on Debian 12. Does nothing where all of it is there.
set -euo pipefail

packages=(
  g++ make python3          # the addon
  cmake doctest-dev         # the native tests
  libasan8 libubsan1 libtsan2
  clang-format              # the form of the C++ files
  clang libclang-rt-14-dev  # the fuzzer
  binutils strace util-linux
  valgrind                  # instruction counts of the benchmark
)

is_installed() {
  [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

as_root=()
[[ $EUID -eq 0 ]] || as_root=(sudo)
export DEBIAN_FRONTEND=noninteractive

missing=()
for package in "${packages[@]}"; do
  is_installed "$package" || missing+=("$package")
done
if [[ ${#missing[@]} -gt 0 ]]; then
  "${as_root[@]}" apt-get update --quiet
  "${as_root[@]}" apt-get install --quiet --yes --no-install-recommends "${missing[@]}"
fi
echo "install: ${#missing[@]} of ${#packages[@]} packages were missing"

# The fault laboratory knows best what it needs.
laboratory="$(dirname "$0")/../test/faults/lab/install.sh"
if [[ -f "$laboratory" ]]; then "${as_root[@]}" sh "$laboratory"; fi
