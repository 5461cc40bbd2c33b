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
    return x == -INFINITY ? 0.0f : expf(x - max);
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

/* The rows of a warp while they attend. */
template <int ROWS, int STRIPES>
struct Attending {
    Softmax rows[ROWS];
    Softmax chunks[ROWS];
    float values[ROWS][STRIPES] = {};
    float chunkValues[ROWS][STRIPES] = {};

    /* Takes in the scores of a tile, of which each row sees the first end[r] keys. */
    __device__ void weigh(const float (&scores)[ROWS], float scale, const int (&end)[ROWS],
                          float (&weights)[WARPS * ROWS][TILE]) {
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            float shrink;
            float weight = chunks[r].weigh(scores[r] * scale, laneOf() < end[r], shrink);
            weights[warpOf() * ROWS + r][laneOf()] = weight;
#pragma unroll
            for (int s = 0; s < STRIPES; s++) {
                chunkValues[r][s] *= shrink;
            }
        }
    }

    __device__ void endChunk() {
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            chunks[r].sum = warpSum(chunks[r].sum);
            float mine;
            float others;
            rows[r].join(chunks[r], mine, others);
#pragma unroll
            for (int s = 0; s < STRIPES; s++) {
                values[r][s] = joined(values[r][s], mine, chunkValues[r][s], others);
                chunkValues[r][s] = 0.0f;
            }
            chunks[r] = Softmax();
        }
    }

    __device__ void finish(float *out, float *lse, int heads, int head, int headDim, const Span &span) {
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
#pragma unroll
            for (int s = 0; s < STRIPES; s++) {
                values[r][s] /= rows[r].sum;
            }
            int row = span.first + warpOf() * ROWS + r;
            if (laneOf() == 0 && row < span.end) {
                /* Scores that are all -infinity have no softmax. */
                lse[(long long) row * heads + head] = rows[r].sum == 0.0f ? NAN : rows[r].max + logf(rows[r].sum);
            }
        }
        writeRows(values, 1.0f, out, heads, head, headDim, span.first, span.end);
    }
};

template <int STRIPES>
__device__ inline void attend(const float *q, const float *k, const float *v, const int *offsets, int heads, int kvHeads,
                              int headDim, float scale, float *out, float *lse, int sequences) {
    constexpr int ROWS = ROWS_OF<STRIPES>;
    constexpr int KEPT = WARPS * ROWS;
    constexpr int COLUMNS = COLUMNS_OF<STRIPES>;
    __shared__ __align__(16) float queries[KEPT][WARP * STRIPES];
    __shared__ float staged[TILE][COLUMNS + 1];
    __shared__ __align__(16) float weights[KEPT][TILE];
    Span span = spanOf(offsets, sequences, blockIdx.x, KEPT);
    if (span.first >= span.end) {
        return;
    }
    int head = blockIdx.y;
    int kvHead = head / (heads / kvHeads);
    Head key = {k, kvHeads, kvHead, headDim};
    Head value = {v, kvHeads, kvHead, headDim};
    keep(queries, Head {q, heads, head, headDim}, span.first, span.end - span.first);
    int first = span.first + warpOf() * ROWS;
    int last = min(span.end, span.first + KEPT) - 1;
    Attending<ROWS, STRIPES> attending;
    for (int from = span.start; from <= last; from += TILE) {
        /* Warps begin at multiples of 2 or 4 rows, tiles at multiples of 32: all rows of a warp see some of a tile, or none. */
        bool sees = from <= first && first < span.end;
        int begin[ROWS] = {};
        int end[ROWS];
        for (int r = 0; r < ROWS; r++) {
            end[r] = first + r + 1 - from;
        }
        float scores[ROWS] = {};
        multiplyTile<COLUMNS>(scores, queries, staged, key, from, span.end - from, sees);
        if (sees) {
            attending.weigh(scores, scale, end, weights);
        }
        addWeightedTile<COLUMNS>(attending.chunkValues, weights, staged, value, from, span.end - from, begin, end, sees);
        int chunk = from - (from - span.start) % CHUNK;
        if (chunk <= first && first < span.end && (from - chunk == CHUNK - TILE || from + TILE > last)) {
            attending.endChunk();
        }
    }
    attending.finish(out, lse, heads, head, headDim, span);
}

/*
 * Causal attention over a packed batch: sequence b is rows offsets[b] to offsets[b+1] - 1. q, out (N, H*D), k, v (N, K*D),
 * lse (N, H). attention32 is for headDim up to 32, attention64 up to 64, attention128 and attention256 likewise; wider heads
 * have no kernel. grid: (N / 32 + sequences, heads), for attention256 (N / 16 + sequences, heads).
 */
#define ATTENTION(NAME, STRIPES) \
    extern "C" __global__ void NAME(const float *q, const float *k, const float *v, const int *offsets, int heads, int kvHeads, \
                                    int headDim, float scale, float *out, float *lse, int sequences) { \
        attend<STRIPES>(q, k, v, offsets, heads, kvHeads, headDim, scale, out, lse, sequences); \
    }
ATTENTION(attention32, 1)
ATTENTION(attention64, 2)
ATTENTION(attention128, 4)
ATTENTION(attention256, 8)

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
