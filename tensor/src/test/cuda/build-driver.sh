#!/bin/sh
# Builds a CUDA driver and a cuBLAS that need no card: build-driver.sh FOLDER, for LD_LIBRARY_PATH. Needs g++ (or CXX).
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
kernels=$here/../../main/cuda
cxx=${CXX:-g++}
out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$cxx" -E -P -x c++ "$kernels/kernels.cu" |
    sed -n 's/.*__global__ void \([A-Za-z0-9]*\)(.*/KERNEL(\1)/p' >"$work/kernels.inc"
# The version that JCublas's native part asks for.
printf 'libcublas.so.12 { global: cublas*; local: *; };\n' >"$work/versions"

library() {
    source=$1
    name=$2
    shift 2
    "$cxx" -std=c++17 -O2 "$@" -ffp-contract=off -fPIC -shared -fvisibility=hidden -U_FORTIFY_SOURCE -Wall \
        -Wno-unknown-pragmas -I"$here" -I"$kernels" -I"$work" "$here/$source" -Wl,-soname,"$name" -o "$work/$name"
}
library driver.cpp libcuda.so.1 -march=native 2>"$work/errors" || library driver.cpp libcuda.so.1
library cublas.cpp libcublas.so.12 -Wl,--version-script="$work/versions"
mkdir -p "$out"
mv "$work/libcuda.so.1" "$work/libcublas.so.12" "$out"
