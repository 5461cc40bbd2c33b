/*
 * Causal attention with grouped queries, over a packed batch and over a key-value cache, with the same bits for the same row.
 *
 * A row's keys are taken in tiles of 32 from the start of its sequence, four tiles a chunk. Within a chunk the softmax is
 * made as the tiles come (Milakov and Gimelshein 2018): a maximum so far, and sums of exponentials and of weighted values that
 * shrink when it grows. The chunks of a row are then joined in ascending order in the same way, so that a cached row, whose
 * chunks are made side by side, has the bits that it has in a batch. Nothing else in a batch takes part in a row.
 */
#include "tiles.cuh"

constexpr int CHUNK = 4 * TILE;

/* e^(x - max), which is 0 and not NaN when both are -infinity. */
__device__ inline float expBelow(float x, float max) {
    float power = expf(x - max);
    return x == -INFINITY ? 0.0f : power;
}

/* The softmax of the keys seen so far; sum is this lane's share until it is complete. */
struct Softmax {
    float max = -INFINITY;
    float sum = 0.0f;

    /* Takes in a tile, of which this lane has one score, seen or not; returns its weight and the factor on earlier sums. */
    __device__ float weigh(float score, bool seen, float &shrink) {
        float larger = fmaxf(max, warpMax(seen ? score : -INFINITY));
        shrink = expBelow(max, larger);
        float weight = seen ? expBelow(score, larger) : 0.0f;
        sum = fmaf(sum, shrink, weight);
        max = larger;
        return weight;
    }

    /* Joins a later chunk; returns the factors on the values of this one and on those of the chunk. */
    __device__ void join(const Softmax &chunk, float &mine, float &others) {
        float larger = fmaxf(max, chunk.max);
        mine = expBelow(max, larger);
        others = expBelow(chunk.max, larger);
        sum = fmaf(sum, mine, chunk.sum * others);
        max = larger;
    }
};

/* The sum of two chunks' values, each by its factor. */
__device__ inline float joined(float value, float mine, float chunk, float others) {
    return fmaf(value, mine, chunk * others);
}

/*
 * The softmax of a chunk of a row that sixteen lanes have, each with the keys that are its share of a tile and 16 after: the
 * sums are those that two lanes of a Softmax have.
 */
struct SharedSoftmax {
    float max = -INFINITY;
    float sums[2] = {};

    /* Takes in a tile, with -INFINITY for keys not seen; makes its scores weights and returns the factor on earlier sums. */
    __device__ float weigh(float (&scores)[2]) {
        float larger = fmaxf(scores[0], scores[1]);
        for (int step = WARP / 2; step >= WARP / LANES; step /= 2) {
            larger = fmaxf(larger, __shfl_xor_sync(ALL, larger, step));
        }
        larger = fmaxf(max, larger);
        float shrink = expBelow(max, larger);
        for (int i = 0; i < 2; i++) {
            scores[i] = expBelow(scores[i], larger);
            sums[i] = fmaf(sums[i], shrink, scores[i]);
        }
        max = larger;
        return shrink;
    }

    /* The same as of one thread, added up in the order of warpSum. */
    __device__ Softmax whole() const {
        Softmax softmax;
        softmax.max = max;
        softmax.sum = sums[0] + sums[1];
        for (int step = WARP / 2; step >= WARP / LANES; step /= 2) {
            softmax.sum += __shfl_xor_sync(ALL, softmax.sum, step);
        }
        return softmax;
    }
};

/* The rows of a lane while they attend. The joined values of earlier chunks wait in `out`, for want of registers. */
template <int D, int R>
struct Attending {
    static constexpr int N = COLUMNS_OF<D> / LANES;

    /* Of one of the rows, the one that is this lane's share modulo R. */
    Softmax row;
    SharedSoftmax chunks[R];
    float values[R][D / LANES] = {};

    /* Takes in the scores of a step's tile, 0 or 1, that begins at key `from`; shrink gets the factors on earlier values. */
    __device__ void weigh(const float (&scores)[R][SHARE], int tile, int from, float scale, int first,
                          float (&weights)[ROWS_OF<R>][STEP], float (&shrink)[R]) {
#pragma unroll
        for (int r = 0; r < R; r++) {
            int end = first + r - from - shareOf();
            float two[2] = {end >= 0 ? scores[r][2 * tile] * scale : -INFINITY,
                            end >= LANES ? scores[r][2 * tile + 1] * scale : -INFINITY};
            shrink[r] = chunks[r].weigh(two);
            weightOf<R>(weights, r, 2 * tile) = two[0];
            weightOf<R>(weights, r, 2 * tile + 1) = two[1];
        }
    }

    /* The values of columns from `column` to before `end` by their rows' factors. */
    __device__ void multiplyBy(const float (&shrink)[R], int column, int end) {
#pragma unroll
        for (int r = 0; r < R; r++) {
#pragma unroll
            for (int i = column / LANES; i < end / LANES; i++) {
                values[r][i] *= shrink[r];
            }
        }
    }

    /* Joins a chunk, and divides by the sums after the last one; this lane's rows of out begin at `first`. */
    __device__ void endChunk(bool isFirst, bool isLast, float *out, int heads, int head, int width, int first, int end) {
        Softmax chunk;
#pragma unroll
        for (int r = 0; r < R; r++) {
            Softmax ofRow = chunks[r].whole();
            if (shareOf() % R == r) {
                chunk = ofRow;
            }
            chunks[r] = SharedSoftmax();
        }
        float mine;
        float others;
        row.join(chunk, mine, others);
#pragma unroll
        for (int r = 0; r < R; r++) {
            /* The lane that has the softmax of row r. */
            int lane = laneOf() % 2 + 2 * r;
            Factors factors = {__shfl_sync(ALL, mine, lane), __shfl_sync(ALL, others, lane), __shfl_sync(ALL, row.sum, lane)};
            float *line = out + ((long long) (first + r) * heads + head) * width;
#pragma unroll
            for (int s = 0; s < D / COLUMNS_OF<D> && first + r < end; s++) {
                joinColumns(r, s, factors, isFirst, isLast, line, width);
            }
        }
    }

    struct Factors {
        float mine;
        float others;
        float sum;
    };

    __device__ void joinColumns(int r, int s, const Factors &factors, bool isFirst, bool isLast, float *line, int width) {
        int column = s * COLUMNS_OF<D> + shareOf() * N;
        float sums[N] = {};
        if (!isFirst) {
            readColumns(line, width, column, sums);
        }
#pragma unroll
        for (int n = 0; n < N; n++) {
            sums[n] = joined(sums[n], factors.mine, values[r][s * N + n], factors.others);
            values[r][s * N + n] = 0.0f;
            if (isLast) {
                sums[n] /= factors.sum;
            }
        }
        writeColumns(line, width, column, sums);
    }

    __device__ void writeLse(float *lse, int heads, int head, int first, int end) const {
        int at = first + shareOf();
        if (shareOf() < R && at < end) {
            /* Scores that are all -infinity have no softmax. */
            lse[(long long) at * heads + head] = row.sum == 0.0f ? NAN : row.max + logf(row.sum);
        }
    }
};

template <int D>
__device__ inline void attend(const float *q, const float *k, const float *v, const int *offsets, int heads, int kvHeads,
                              int headDim, float scale, float *out, float *lse, int sequences) {
    constexpr int R = QUERY_ROWS<D>;
    constexpr int COLUMNS = COLUMNS_OF<D>;
    constexpr int N = COLUMNS / LANES;
    __shared__ __align__(16) float own[ROWS_OF<R>][COLUMNS];
    __shared__ __align__(16) float staged[STEP][COLUMNS];
    __shared__ __align__(16) float weights[ROWS_OF<R>][STEP];
    Span span = spanOf(offsets, sequences, blockIdx.x, ROWS_OF<R>);
    if (span.first >= span.end) {
        return;
    }
    int head = blockIdx.y;
    int kvHead = head / (heads / kvHeads);
    Head query = {q, heads, head, headDim};
    Head key = {k, kvHeads, kvHead, headDim};
    Head value = {v, kvHeads, kvHead, headDim};
    int first = span.first + rowOfLane<R>();
    int ofWarp = span.first + rowOfWarp<R>();
    int last = min(span.end, span.first + ROWS_OF<R>) - 1;
    Attending<D, R> attending;
    for (int from = span.start; from <= last; from += STEP) {
        /* Warps begin at multiples of 4 or 8 rows, tiles at multiples of 32: all rows of a warp see some of a tile, or none. */
        bool sees[2] = {from <= ofWarp && ofWarp < span.end, from + TILE <= ofWarp && ofWarp < span.end};
        float scores[R][SHARE] = {};
        multiply<D>(scores, own, query, span.first, staged, key, from, span.end, D == COLUMNS && from > span.start, sees[0]);
        float shrink[R];
        if (sees[0]) {
            attending.weigh(scores, 0, from, scale, first, weights, shrink);
            attending.multiplyBy(shrink, 0, D);
        }
        /* By these only when the first tile is in. */
        if (sees[1]) {
            attending.weigh(scores, 1, from + TILE, scale, first, weights, shrink);
        }
        int begins[R] = {};
        int ends[R];
#pragma unroll
        for (int r = 0; r < R; r++) {
            ends[r] = first + r + 1 - from;
        }
        int to = roundUp(ofWarp + WARP_ROWS<R> - from);
#pragma unroll
        for (int column = 0; column < D; column += COLUMNS) {
            __syncthreads();
            stage<1>(staged, value, from, span.end - from, column);
            __syncthreads();
            if (sees[0]) {
                addWeighted<N>(attending.values, column / LANES, weights, staged, 0, min(TILE, to), begins, ends);
            }
            if (sees[1]) {
                attending.multiplyBy(shrink, column, column + COLUMNS);
                addWeighted<N>(attending.values, column / LANES, weights, staged, TILE, min(STEP, to), begins, ends);
            }
        }
        bool isLast = from + STEP > last;
        if (sees[0] && (isLast || (from + STEP - span.start) % CHUNK == 0)) {
            bool isFirst = from - span.start < CHUNK;
            attending.endChunk(isFirst, isLast, out, heads, head, headDim, first, span.end);
        }
    }
    attending.writeLse(lse, heads, head, first, span.end);
}

/*
 * Causal attention over a packed batch: sequence b is rows offsets[b] to offsets[b+1] - 1. q, out (N, H*D), k, v (N, K*D),
 * lse (N, H). attention32 is for headDim up to 32, attention64 up to 64, attention128 and attention256 likewise; wider heads
 * have no kernel. grid: (N / 64 + sequences, heads), for attention256 (N / 32 + sequences, heads).
 */
#define ATTENTION(NAME, D) \
    extern "C" __launch_bounds__(BLOCK, 2) __global__ void NAME(const float *q, const float *k, const float *v, \
                                                                const int *offsets, int heads, int kvHeads, int headDim, \
                                                                float scale, float *out, float *lse, int sequences) { \
        attend<D>(q, k, v, offsets, heads, kvHeads, headDim, scale, out, lse, sequences); \
    }
ATTENTION(attention32, 32)
ATTENTION(attention64, 64)
ATTENTION(attention128, 128)
ATTENTION(attention256, 256)

/* sums[s] += a key's weight times column s * 32 + lane of its value, width columns wide. */
template <int STRIPES>
__device__ inline void addValue(float (&sums)[STRIPES], float weight, const float *value, int width) {
#pragma unroll
    for (int s = 0; s < STRIPES; s++) {
        int column = s * WARP + laneOf();
        if (column < width) {
            sums[s] = fmaf(weight, value[column], sums[s]);
        }
    }
}

/*
 * One chunk of a cached row's keys, from `from` to before `end` at most, by one warp; sums takes the weighted sum of their
 * values. Whole tiles are unrolled, so that many loads are under way: a warp is alone with its chunk.
 */
template <int STRIPES>
__device__ inline Softmax attendChunk(const float *query, const float *keys, const float *values, int from, int end, int length,
                                      int headDim, float scale, float *sums) {
    Softmax chunk;
    float stripes[STRIPES] = {};
    for (int tile = from; tile < end && tile < from + CHUNK; tile += TILE) {
        int key = tile + laneOf();
        bool seen = key < end;
        float score = 0.0f;
#pragma unroll 16
        for (int i = 0; i < headDim; i++) {
            score = fmaf(query[i], seen ? keys[(long long) i * length + key] : 0.0f, score);
        }
        float shrink;
        float weight = chunk.weigh(score * scale, seen, shrink);
#pragma unroll
        for (int s = 0; s < STRIPES; s++) {
            stripes[s] *= shrink;
        }
        const float *value = values + (long long) tile * headDim;
        if (tile + TILE <= end) {
#pragma unroll(STRIPES > 4 ? 4 : 8)
            for (int i = 0; i < TILE; i++) {
                addValue(stripes, __shfl_sync(ALL, weight, i), value + i * headDim, headDim);
            }
        } else {
#pragma unroll 1
            for (int i = 0; tile + i < end; i++) {
                addValue(stripes, __shfl_sync(ALL, weight, i), value + i * headDim, headDim);
            }
        }
    }
    chunk.sum = warpSum(chunk.sum);
#pragma unroll
    for (int s = 0; s < STRIPES; s++) {
        sums[s * WARP + laneOf()] = stripes[s];
    }
    return chunk;
}

template <int STRIPES>
__device__ inline void attendCached(const float *q, const int *slots, const int *positions, int heads, int kvHeads, int headDim,
                                    float scale, const float *keys, const float *values, float *out, int length) {
    constexpr int WIDTH = WARP * STRIPES;
    __shared__ float query[WIDTH];
    __shared__ float sums[WARPS][WIDTH];
    __shared__ float maxima[WARPS];
    __shared__ float exponentials[WARPS];
    int column = threadIdx.x;
    bool has = column < headDim;
    long long at = ((long long) blockIdx.x * heads + blockIdx.y) * headDim + column;
    long long line = ((long long) slots[blockIdx.x] * kvHeads + blockIdx.y / (heads / kvHeads)) * headDim * length;
    int end = positions[blockIdx.x] + 1;
    if (has) {
        query[column] = q[at];
    }
    Softmax row;
    float value = 0.0f;
    for (int round = 0; round < end; round += WARPS * CHUNK) {
        int from = round + warpOf() * CHUNK;
        __syncthreads();
        if (from < end) {
            Softmax chunk = attendChunk<STRIPES>(query, keys + line, values + line, from, end, length, headDim, scale,
                                                 sums[warpOf()]);
            maxima[warpOf()] = chunk.max;
            exponentials[warpOf()] = chunk.sum;
        }
        __syncthreads();
        for (int warp = 0; warp < WARPS && round + warp * CHUNK < end; warp++) {
            Softmax chunk;
            chunk.max = maxima[warp];
            chunk.sum = exponentials[warp];
            float mine;
            float others;
            row.join(chunk, mine, others);
            value = joined(value, mine, has ? sums[warp][column] : 0.0f, others);
        }
    }
    if (has) {
        out[at] = value / row.sum;
    }
}

/*
 * Attention of row i of q (rows, H*D) over positions 0 to positions[i] of cache line slots[i]; keys (slots,K,D,T), values
 * (slots,K,T,D), out (rows, H*D), length is T; headDim is 256 at most. The bits are those of attention for the same row.
 * grid: (rows, heads).
 */
extern "C" __global__ void cachedAttention(const float *q, const int *slots, const int *positions, int heads, int kvHeads,
                                           int headDim, float scale, const float *keys, const float *values, float *out,
                                           int length) {
    if (headDim <= 32) {
        attendCached<1>(q, slots, positions, heads, kvHeads, headDim, scale, keys, values, out, length);
    } else if (headDim <= 64) {
        attendCached<2>(q, slots, positions, heads, kvHeads, headDim, scale, keys, values, out, length);
    } else if (headDim <= 128) {
        attendCached<4>(q, slots, positions, heads, kvHeads, headDim, scale, keys, values, out, length);
    } else {
        attendCached<8>(q, slots, positions, heads, kvHeads, headDim, scale, keys, values, out, length);
    }
}
