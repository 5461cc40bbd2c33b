/*
 * What attention and its backward pass share: blocks of a packed batch, rows staged in shared memory, and products of staged
 * rows with those that a warp keeps.
 *
 * A block has eight warps of ROWS rows each. They go together through tiles of 32 rows of the other side (keys for queries,
 * queries for keys): a tile is staged in shared memory, at most 64 of its columns at a time, each lane takes one of its rows
 * for the scores, and one column (or several, 32 apart) for the sums. STRIPES times 32 is the width of a head rounded up;
 * columns beyond the width are zeros.
 */
#pragma once

constexpr int TILE = WARP;

/* Rows that a warp keeps: fewer of wide heads, which fill shared memory and registers. */
template <int STRIPES>
constexpr int ROWS_OF = STRIPES > 4 ? 2 : 4;

/* Columns that are staged at a time. */
template <int STRIPES>
constexpr int COLUMNS_OF = STRIPES > 2 ? 2 * WARP : STRIPES * WARP;

/* Rows first to end - 1 of a sequence that begins at row `start`, of which a block begins at `first`. */
struct Span {
    int start;
    int first;
    int end;
};

/*
 * The rows of a block: sequence b has blocks offsets[b] / rows + b and on, at least as many as it needs, so that the grid is
 * known without looking at the offsets: offsets[sequences] / rows + sequences.
 */
__device__ inline Span spanOf(const int *offsets, int sequences, int block, int rows) {
    int low = 0;
    int high = sequences - 1;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (offsets[middle] / rows + middle <= block) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Span span;
    span.start = offsets[low];
    span.first = span.start + (block - (span.start / rows + low)) * rows;
    span.end = offsets[low + 1];
    return span;
}

/* One head of a packed tensor (N, heads * width). */
struct Head {
    const float *x;
    int heads;
    int head;
    int width;

    __device__ float at(int row, int column) const {
        return x[((long long) row * heads + head) * width + column];
    }
};

/* Rows `first` and on, `count` of them, columns `column` and on; what lies beyond the count or the width is 0. */
template <int COLUMNS>
__device__ inline void stage(float (&into)[TILE][COLUMNS + 1], const Head &head, int first, int count, int column) {
#pragma unroll 4
    for (int i = threadIdx.x; i < TILE * COLUMNS; i += BLOCK) {
        int row = i / COLUMNS;
        int at = i % COLUMNS;
        into[row][at] = row < count && column + at < head.width ? head.at(first + row, column + at) : 0.0f;
    }
}

/* The rows that the block keeps, whole. */
template <int ROWS, int COLUMNS>
__device__ inline void keep(float (&into)[ROWS][COLUMNS], const Head &head, int first, int count) {
#pragma unroll 4
    for (int i = threadIdx.x; i < ROWS * COLUMNS; i += BLOCK) {
        int row = i / COLUMNS;
        int at = i % COLUMNS;
        into[row][at] = row < count && at < head.width ? head.at(first + row, at) : 0.0f;
    }
}

/* Four numbers that lie side by side, at a multiple of 16 bytes, in one load; whoever reads rows so is bound by loads. */
__device__ inline void loadFour(const float *from, float (&into)[4]) {
    float4 four = *reinterpret_cast<const float4 *>(from);
    into[0] = four.x;
    into[1] = four.y;
    into[2] = four.z;
    into[3] = four.w;
}

/* sums[r] += kept row r of this warp times this lane's staged row, one chain of fma over the staged columns. */
template <int ROWS, int KEPT, int WIDTH, int COLUMNS>
__device__ inline void addProducts(float (&sums)[ROWS], const float (&kept)[KEPT][WIDTH],
                                   const float (&staged)[TILE][COLUMNS + 1], int column) {
    int row = warpOf() * ROWS;
    int lane = laneOf();
#pragma unroll 2
    for (int i = 0; i < COLUMNS; i += 4) {
        float values[4] = {staged[lane][i], staged[lane][i + 1], staged[lane][i + 2], staged[lane][i + 3]};
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            float four[4];
            loadFour(&kept[row + r][column + i], four);
#pragma unroll
            for (int j = 0; j < 4; j++) {
                sums[r] = fmaf(four[j], values[j], sums[r]);
            }
        }
    }
}

/* addWeighted for tiles of which every row takes all, or some. */
template <bool WHOLE, int ROWS, int STRIPES, int COLUMNS>
__device__ inline void addTile(float (&sums)[ROWS][STRIPES], int stripe, const float (&weights)[WARPS * ROWS][TILE],
                               const float (&staged)[TILE][COLUMNS + 1], const int (&begin)[ROWS], const int (&end)[ROWS]) {
    int row = warpOf() * ROWS;
    int lane = laneOf();
#pragma unroll(WHOLE ? 2 : 1)
    for (int i = 0; i < TILE; i += 4) {
        float weight[ROWS][4];
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            loadFour(&weights[row + r][i], weight[r]);
        }
#pragma unroll
        for (int j = 0; j < 4; j++) {
#pragma unroll
            for (int s = 0; s < COLUMNS / WARP; s++) {
                float value = staged[i + j][s * WARP + lane];
#pragma unroll
                for (int r = 0; r < ROWS; r++) {
                    if (WHOLE || (i + j >= begin[r] && i + j < end[r])) {
                        sums[r][stripe + s] = fmaf(weight[r][j], value, sums[r][stripe + s]);
                    }
                }
            }
        }
    }
}

/*
 * Stripes `stripe` and on of sums[r] += the staged rows begin[r] to end[r] - 1, ascending, each by its weight for row r. Rows
 * outside take no part, so that not even a NaN in them does.
 */
template <int COLUMNS, int ROWS, int STRIPES>
__device__ inline void addWeighted(float (&sums)[ROWS][STRIPES], int stripe, const float (&weights)[WARPS * ROWS][TILE],
                                   const float (&staged)[TILE][COLUMNS + 1], const int (&begin)[ROWS], const int (&end)[ROWS]) {
    bool whole = true;
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        whole = whole && begin[r] <= 0 && end[r] >= TILE;
    }
    if (whole) {
        addTile<true, ROWS, STRIPES, COLUMNS>(sums, stripe, weights, staged, begin, end);
    } else {
        addTile<false, ROWS, STRIPES, COLUMNS>(sums, stripe, weights, staged, begin, end);
    }
}

/* sums[r] += kept row r of this warp times this lane's row of the tile that begins at row `first` of a head. */
template <int COLUMNS, int ROWS, int KEPT, int WIDTH>
__device__ inline void multiplyTile(float (&sums)[ROWS], const float (&kept)[KEPT][WIDTH], float (&staged)[TILE][COLUMNS + 1],
                                    const Head &head, int first, int count, bool takesPart) {
#pragma unroll
    for (int column = 0; column < WIDTH; column += COLUMNS) {
        __syncthreads();
        stage<COLUMNS>(staged, head, first, count, column);
        __syncthreads();
        if (takesPart) {
            addProducts<ROWS, KEPT, WIDTH, COLUMNS>(sums, kept, staged, column);
        }
    }
}

/*
 * sums[r] += the rows of the tile that begins at row `first` of a head, each by its weight, as addWeighted has it. Waits for
 * the block after the caller's writing of weights.
 */
template <int COLUMNS, int ROWS, int STRIPES>
__device__ inline void addWeightedTile(float (&sums)[ROWS][STRIPES], const float (&weights)[WARPS * ROWS][TILE],
                                       float (&staged)[TILE][COLUMNS + 1], const Head &head, int first, int count,
                                       const int (&begin)[ROWS], const int (&end)[ROWS], bool takesPart) {
#pragma unroll
    for (int stripe = 0; stripe < STRIPES; stripe += COLUMNS / WARP) {
        __syncthreads();
        stage<COLUMNS>(staged, head, first, count, stripe * WARP);
        __syncthreads();
        if (takesPart) {
            addWeighted<COLUMNS>(sums, stripe, weights, staged, begin, end);
        }
    }
}

/* Writes the sums of the rows of this warp, each times a factor, to rows `first` and on, below `end`, of a head of x. */
template <int ROWS, int STRIPES>
__device__ inline void writeRows(const float (&sums)[ROWS][STRIPES], float factor, float *x, int heads, int head, int width,
                                 int first, int end) {
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        int row = first + warpOf() * ROWS + r;
#pragma unroll
        for (int s = 0; s < STRIPES; s++) {
            int column = s * WARP + laneOf();
            if (row < end && column < width) {
                x[((long long) row * heads + head) * width + column] = sums[r][s] * factor;
            }
        }
    }
}
