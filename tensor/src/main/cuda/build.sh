#!/bin/sh
# Builds ../resources/org/soarj/tensor/cuda/kernels.ptx from the sources beside this script. Needs nvcc and ptxas of CUDA 11 to
# 13, and no card: NVCC names the compiler, else the one on the path is taken.
#
# Run it after any change here: a test compares the digest of the sources with the one in the first line of the PTX.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=$here/../resources/org/soarj/tensor/cuda/kernels.ptx

# The oldest cards that CUDA 13 still compiles for; the driver translates for newer ones.
arch=75
# nvcc writes the PTX version of its own release, which an older driver refuses although nothing here needs it. 7.0 is what
# the drivers of CUDA 11 read; ptxas, below, would refuse instructions that came later.
version=7.0

nvcc=${NVCC:-$(command -v nvcc || true)}
if [ -z "$nvcc" ]; then
    echo "build.sh: no nvcc on the path; install the CUDA toolkit or name the compiler in NVCC" >&2
    exit 1
fi
nvcc=$(readlink -f "$nvcc")
ptxas=$(dirname "$nvcc")/ptxas
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

digest=$(cd "$here" && LC_ALL=C && export LC_ALL && cat -- *.cu *.cuh | sha256sum | cut -d ' ' -f 1)
# -fmad=false: only what fmaf says is fused, so that every compiler and card makes the same bits.
"$nvcc" -ptx -arch=compute_$arch -std=c++17 -O3 -fmad=false -prec-div=true -prec-sqrt=true -ftz=false \
    "$here/kernels.cu" -o "$work/kernels.ptx"
{
    echo "// SHA-256 of the sources: $digest"
    # Comments name compilers and nothing that anybody needs.
    sed -e 's|[[:blank:]]*//.*$||' -e '/^[[:blank:]]*$/d' -e "s/^\\.version .*/.version $version/" "$work/kernels.ptx"
} >"$work/stripped.ptx"

for sm in 75 80 90; do
    "$ptxas" -arch=sm_$sm "$work/stripped.ptx" -o "$work/sm_$sm.cubin"
done
mkdir -p "$(dirname "$out")"
mv "$work/stripped.ptx" "$out"
echo "build.sh: $(grep -c '\.entry' "$out") kernels, $(wc -c <"$out") bytes, PTX $version for sm_$arch and later" \
    "($("$nvcc" --version | sed -n 's/^Cuda.*release \([0-9.]*\).*/CUDA \1/p')), assembled for sm_75, 80 and 90"
