/*
 * What attention and its backward pass share: blocks of a packed batch, rows staged in shared memory, and products of them.
 *
 * A block has 16 R rows of a head and takes the rows of the other side (keys for queries, queries for keys) in steps of 64.
 * Sixteen lanes, every other one of a warp, have the same R rows. Of the products of both sides a lane has those of its rows
 * and of four rows of the step, 16 apart; of weighted sums it has a sixteenth of the columns. So it uses what it loads from
 * shared memory four times or R times, or else the loads would set the pace and not the fma. A warp has whole rows of products:
 * their softmax needs no other warp, and only staging waits for the block.
 *
 * D is the width of a head rounded up; 64 columns at most are staged at a time, and columns beyond the width are zeros. The
 * arrays fill the 48 KB that a block can have and leave no room for padding: banks are kept apart by `turned`. Two blocks
 * share a multiprocessor, so that one multiplies while the other stages, which leaves a thread 128 registers.
 */
#pragma once

constexpr int TILE = WARP;
/* Rows of the other side that are staged at a time. */
constexpr int STEP = 2 * TILE;
/* Lanes that have the same rows. */
constexpr int LANES = WARP / 2;
/* Rows of a step for which a lane has products. */
constexpr int SHARE = STEP / LANES;

/* R, of a head of D columns: half as many where sums of so many columns take too many registers. */
template <int D>
constexpr int QUERY_ROWS = D > 128 ? 2 : 4;
template <int D>
constexpr int KEY_ROWS = D > 64 ? 2 : 4;

/* Rows of a warp, and of a block. */
template <int R>
constexpr int WARP_ROWS = WARP / LANES * R;
template <int R>
constexpr int ROWS_OF = WARPS * WARP_ROWS<R>;

/* Columns that are staged at a time. */
template <int D>
constexpr int COLUMNS_OF = D > 64 ? 64 : D;

/* Rows of the block, R each, that other warps have before this one. */
template <int R>
__device__ inline int rowOfWarp() {
    return warpOf() * WARP_ROWS<R>;
}

/* The first of the R rows of this lane. Those who read the same number are neighbours: then a load of 16 bytes is fastest. */
template <int R>
__device__ inline int rowOfLane() {
    return rowOfWarp<R>() + laneOf() % 2 * R;
}

/* Which one this is of the lanes that have the same rows. */
__device__ inline int shareOf() {
    return laneOf() / 2;
}

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

    __device__ const float *row(int row) const {
        return x + ((long long) row * heads + head) * width;
    }
};

/* Numbers that lie side by side, at a multiple of their size, in one load or store. */
__device__ inline void load(const float *from, float (&into)[4]) {
    float4 four = *reinterpret_cast<const float4 *>(from);
    into[0] = four.x;
    into[1] = four.y;
    into[2] = four.z;
    into[3] = four.w;
}

__device__ inline void load(const float *from, float (&into)[2]) {
    float2 two = *reinterpret_cast<const float2 *>(from);
    into[0] = two.x;
    into[1] = two.y;
}

__device__ inline void store(float *into, const float (&from)[4]) {
    *reinterpret_cast<float4 *>(into) = {from[0], from[1], from[2], from[3]};
}

__device__ inline void store(float *into, const float (&from)[2]) {
    *reinterpret_cast<float2 *>(into) = {from[0], from[1]};
}

/* Columns `column` and on, a multiple of N, of a row; what lies beyond its width stays as it is. */
template <int N>
__device__ inline void readColumns(const float *row, int width, int column, float (&into)[N]) {
    bool even = width % N == 0;
    if (even && column < width) {
        load(row + column, into);
    }
#pragma unroll
    for (int i = 0; i < N; i++) {
        if (!even && column + i < width) {
            into[i] = row[column + i];
        }
    }
}

template <int N>
__device__ inline void writeColumns(float *row, int width, int column, const float (&from)[N]) {
    bool even = width % N == 0;
    if (even && column < width) {
        store(row + column, from);
    }
#pragma unroll
    for (int i = 0; i < N; i++) {
        if (!even && column + i < width) {
            row[column + i] = from[i];
        }
    }
}

/* Where a column of a row is in shared memory: each GROUP rows have their columns in an order of their own, by fours. */
template <int GROUP>
__device__ inline int turned(int row, int column) {
    return column ^ (row / GROUP & 7) * 4;
}

/* The weight of row r of this lane for its row c of a step. */
template <int R, int ROWS>
__device__ inline float &weightOf(float (&weights)[ROWS][STEP], int r, int c) {
    int row = rowOfLane<R>();
    return weights[row + r][turned<R>(row, shareOf() + c * LANES)];
}

/* stage for widths that are multiples of 4. */
template <int GROUP, int ROWS, int COLUMNS>
__device__ inline void stageFours(float (&into)[ROWS][COLUMNS], const Head &head, int first, int count, int column) {
    constexpr int AT_ONCE = 4 * BLOCK / COLUMNS;
    int row = threadIdx.x * 4 / COLUMNS;
    int at = threadIdx.x * 4 % COLUMNS;
    const float *from = head.row(first + row) + column + at;
    int stride = head.heads * head.width * AT_ONCE;
    float fours[(ROWS + AT_ONCE - 1) / AT_ONCE][4] = {};
    /* All loads are under way before the first is waited for. */
#pragma unroll
    for (int i = 0; i < ROWS; i += AT_ONCE) {
        if (row + i < count && column + at < head.width) {
            load(from + (long long) (i / AT_ONCE) * stride, fours[i / AT_ONCE]);
        }
    }
#pragma unroll
    for (int i = 0; i < ROWS; i += AT_ONCE) {
        store(&into[row + i][turned<GROUP>(row + i, at)], fours[i / AT_ONCE]);
    }
}

/* Rows `first` and on, `count` of them, columns `column` and on; what lies beyond the count or the width is 0. */
template <int GROUP, int ROWS, int COLUMNS>
__device__ inline void stage(float (&into)[ROWS][COLUMNS], const Head &head, int first, int count, int column) {
    if (head.width % 4 == 0) {
        stageFours<GROUP>(into, head, first, count, column);
        return;
    }
#pragma unroll 1
    for (int i = threadIdx.x; i < ROWS * COLUMNS; i += BLOCK) {
        int row = i / COLUMNS;
        int at = i % COLUMNS;
        bool has = row < count && column + at < head.width;
        into[row][turned<GROUP>(row, at)] = has ? head.row(first + row)[column + at] : 0.0f;
    }
}

/* sums[r][c] += row r of this lane times its row c of the step, one chain of fma over the staged columns. */
template <int R, int ROWS, int COLUMNS>
__device__ inline void addProducts(float (&sums)[R][SHARE], const float (&own)[ROWS][COLUMNS],
                                   const float (&staged)[STEP][COLUMNS]) {
    int row = rowOfLane<R>();
    int other = shareOf();
#pragma unroll 1
    for (int i = 0; i < COLUMNS; i += 4) {
        float values[SHARE][4];
#pragma unroll
        for (int c = 0; c < SHARE; c++) {
            load(&staged[other + c * LANES][turned<1>(other, i)], values[c]);
        }
#pragma unroll
        for (int r = 0; r < R; r++) {
            float four[4];
            load(&own[row + r][turned<R>(row, i)], four);
#pragma unroll
            for (int j = 0; j < 4; j++) {
#pragma unroll
                for (int c = 0; c < SHARE; c++) {
                    sums[r][c] = fmaf(four[j], values[c][j], sums[r][c]);
                }
            }
        }
    }
}

/*
 * sums[r][c] += row r of this lane times its row c of the step, D columns of both. The block's rows begin at ownFirst of a
 * head, and are staged already if they may stay; the step's begin at first. The last columns stay staged.
 */
template <int D, int R, int ROWS, int COLUMNS>
__device__ inline void multiply(float (&sums)[R][SHARE], float (&own)[ROWS][COLUMNS], const Head &ownHead, int ownFirst,
                                float (&staged)[STEP][COLUMNS], const Head &head, int first, int end, bool stay, bool takesPart) {
#pragma unroll 1
    for (int column = 0; column < D; column += COLUMNS) {
        __syncthreads();
        if (!stay) {
            stage<R>(own, ownHead, ownFirst, end - ownFirst, column);
        }
        stage<1>(staged, head, first, end - first, column);
        __syncthreads();
        if (takesPart) {
            addProducts(sums, own, staged);
        }
    }
}

/* The next multiple of the rows that addWeighted takes at a time. */
__device__ inline int roundUp(int rows) {
    return (rows + 7) / 8 * 8;
}

/* addWeighted for rows of a step of which every row takes all, or some. */
template <bool WHOLE, int N, int R, int SUMS, int ROWS, int COLUMNS>
__device__ inline void addRows(float (&sums)[R][SUMS], int at, const float (&weights)[ROWS][STEP],
                               const float (&staged)[STEP][COLUMNS], int from, int to, const int (&begin)[R],
                               const int (&end)[R]) {
    int row = rowOfLane<R>();
    int column = shareOf() * N;
#pragma unroll 1
    for (int i = from; i < to; i += 8) {
        float weight[R][4];
#pragma unroll
        for (int j = 0; j < 8; j++) {
#pragma unroll
            for (int r = 0; r < R && j % 4 == 0; r++) {
                load(&weights[row + r][turned<R>(row, i + j)], weight[r]);
            }
            float value[N];
            load(&staged[i + j][turned<1>(j, column)], value);
#pragma unroll
            for (int r = 0; r < R; r++) {
                if (WHOLE || (i + j >= begin[r] && i + j < end[r])) {
#pragma unroll
                    for (int n = 0; n < N; n++) {
                        sums[r][at + n] = fmaf(weight[r][j % 4], value[n], sums[r][at + n]);
                    }
                }
            }
        }
    }
}

/*
 * sums[r] from `at` on += this lane's columns of the staged rows begin[r] to end[r] - 1, ascending, each by its weight for row
 * r. Rows outside take no part, so that not even a NaN in them does. All that do are from `from` to before `to`, multiples of 8.
 */
template <int N, int R, int SUMS, int ROWS, int COLUMNS>
__device__ inline void addWeighted(float (&sums)[R][SUMS], int at, const float (&weights)[ROWS][STEP],
                                   const float (&staged)[STEP][COLUMNS], int from, int to, const int (&begin)[R],
                                   const int (&end)[R]) {
    bool whole = true;
#pragma unroll
    for (int r = 0; r < R; r++) {
        whole = whole && begin[r] <= from && end[r] >= to;
    }
    if (whole) {
        addRows<true, N>(sums, at, weights, staged, from, to, begin, end);
    } else {
        addRows<false, N>(sums, at, weights, staged, from, to, begin, end);
    }
}

/*
 * The same for a whole step, whose rows begin at `first` of a head, and for D columns; the last of them may be staged already.
 * Waits for the warp after the caller's writing of weights.
 */
template <int D, int R, int ROWS, int COLUMNS>
__device__ inline void addStep(float (&sums)[R][D / LANES], const float (&weights)[ROWS][STEP], float (&staged)[STEP][COLUMNS],
                               const Head &head, int first, int end, int from, int to, const int (&begins)[R],
                               const int (&ends)[R], bool isStaged, bool takesPart) {
    __syncwarp();
#pragma unroll
    for (int column = D - COLUMNS; column >= 0; column -= COLUMNS) {
        if (!isStaged || column < D - COLUMNS) {
            __syncthreads();
            stage<1>(staged, head, first, end - first, column);
            __syncthreads();
        }
        if (takesPart) {
            addWeighted<COLUMNS / LANES>(sums, column / LANES, weights, staged, from, to, begins, ends);
        }
    }
}

/* Writes this lane's sums, each times a factor, to its rows of those from `first` to before `end` of a head of x. */
template <int D, int R>
__device__ inline void writeRows(const float (&sums)[R][D / LANES], float factor, float *x, int heads, int head, int width,
                                 int first, int end) {
    constexpr int COLUMNS = COLUMNS_OF<D>;
    constexpr int N = COLUMNS / LANES;
#pragma unroll
    for (int r = 0; r < R; r++) {
        int row = first + rowOfLane<R>() + r;
        float *line = x + ((long long) row * heads + head) * width;
#pragma unroll
        for (int s = 0; s < D / COLUMNS && row < end; s++) {
            float some[N];
#pragma unroll
            for (int n = 0; n < N; n++) {
                some[n] = sums[r][s * N + n] * factor;
            }
            writeColumns(line, width, s * COLUMNS + shareOf() * N, some);
        }
    }
}
