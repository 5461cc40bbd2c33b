/*
 * The kernels of org.soarj.tensor.backend.Backend for NVIDIA cards, all but the matrix products, which are cuBLAS's but for
 * those of a single row. Each has the meaning of its namesake in org.soarj.tensor.reference; build.sh makes one PTX file of
 * them, which the driver loads.
 *
 * Reading order: team.cuh (sums of a warp and of a block), widths.cuh (numbers of 16 bits), elements.cu, rows.cu, tables.cu,
 * tiles.cuh (what both halves of attention share), attention.cu, attention_backward.cu, optimiser.cu, conversions.cu,
 * sampling.cu, row_product.cu.
 *
 * How to call them. The comment above each kernel says what it does and what to launch:
 *   - Arguments are those of the Backend's method in its order, then sizes. A tensor is a pointer to its first number, floats
 *     unless the type says otherwise; an int[] is a pointer to ints on the card; an op is its ordinal; a boolean is an int;
 *     an AttentionShape is its heads, kvHeads, headDim and, where the kernel has scores, its scale.
 *   - "n" and whatever else is long long is 64 bits wide, all other sizes are ints. A struct is given by value.
 *   - Every block has 256 threads in one dimension, and no kernel takes dynamic shared memory.
 *   - "grid: elements" is ceil(n / 256) blocks or fewer, 16384 at most: each thread goes on to further elements.
 *     "grid: rows" is one block a row. ceil(a / b) rounds up, a / b rounds down.
 *   - Nothing to do is no launch: a grid may not be empty.
 *
 * What may be relied on: results do not depend on the grid, and on the card only as far as its approximate instructions do
 * (powers of two, in exponentials), of which PTX promises an error and not the bits. Sums are chains and trees of fixed shape,
 * without atomics; a row of a result depends on the same row of the inputs alone. Products and sums are fused where fmaf says
 * so and nowhere else (-fmad=false). Offsets into tensors are 64 bits wide.
 */
#include "team.cuh"
#include "widths.cuh"
#include "elements.cu"
#include "rows.cu"
#include "tables.cu"
#include "attention.cu"
#include "attention_backward.cu"
#include "optimiser.cu"
#include "conversions.cu"
#include "sampling.cu"
#include "row_product.cu"
