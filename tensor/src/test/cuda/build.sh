#!/bin/sh
# Builds the emulator of the CUDA kernels as a shared library: build.sh LIBRARY. Needs g++ (or CXX), and no CUDA.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
kernels=$here/../../main/cuda
cxx=${CXX:-g++}
out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The names of all kernels, macros expanded.
"$cxx" -E -P -x c++ "$kernels/kernels.cu" |
    sed -n 's/.*__global__ void \([A-Za-z0-9]*\)(.*/KERNEL(\1)/p' >"$work/kernels.inc"

compile() {
    # Nothing is fused but what fmaf says, as on the card.
    "$cxx" -std=c++17 -O2 "$@" -ffp-contract=off -fno-strict-aliasing -fPIC -shared -fvisibility=hidden \
        -Wall -Wno-unknown-pragmas -fmacro-prefix-map="$kernels/=" -I"$here" -I"$kernels" -I"$work" "$here/emulate.cpp" -o "$work/library"
}
# With this machine's fma instruction, where it has one, it is several times faster; the bits are the same.
compile -march=native 2>"$work/errors" || compile
mkdir -p "$(dirname "$out")"
mv "$work/library" "$out"
