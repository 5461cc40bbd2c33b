/*
 * The gradients of attention (Dao et al. 2022, algorithm 4), without atomics: dq by the block that has the query rows, dk and
 * dv by the block that has the key rows, each making the weights anew from the logsumexp of the forward pass.
 *
 * With s_ij = scale q_i.k_j, p_ij = e^(s_ij - lse_i) and delta_i = do_i.o_i:
 * dv_j = sum_i p_ij do_i, ds_ij = p_ij (do_i.v_j - delta_i), dq_i = scale sum_j ds_ij k_j, dk_j = scale sum_i ds_ij q_i.
 *
 * attentionBackward is three launches: attentionDelta, then attentionQueries and attentionKeys, the latter two of the width of
 * a head rounded up as attention's.
 */

/* delta (N, H) = the product of each head of out and dout; n is N * heads. grid: ceil(n / 8). */
extern "C" __global__ void attentionDelta(const float *out, const float *dout, float *delta, int headDim, long long n) {
    long long at = (long long) blockIdx.x * WARPS + warpOf();
    float sum = 0.0f;
    for (int i = laneOf(); at < n && i < headDim; i += WARP) {
        sum = fmaf(dout[at * headDim + i], out[at * headDim + i], sum);
    }
    sum = warpSum(sum);
    if (at < n && laneOf() == 0) {
        delta[at] = sum;
    }
}

template <int STRIPES>
__device__ inline void queryGradients(const float *q, const float *k, const float *v, const int *offsets, int heads,
                                      int kvHeads, int headDim, float scale, const float *lse, const float *delta,
                                      const float *dout, float *dq, int sequences) {
    constexpr int ROWS = ROWS_OF<STRIPES>;
    constexpr int KEPT = WARPS * ROWS;
    constexpr int COLUMNS = COLUMNS_OF<STRIPES>;
    __shared__ __align__(16) float queries[KEPT][WARP * STRIPES];
    __shared__ __align__(16) float outputs[KEPT][WARP * STRIPES];
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
    keep(outputs, Head {dout, heads, head, headDim}, span.first, span.end - span.first);
    int first = span.first + warpOf() * ROWS;
    int last = min(span.end, span.first + KEPT) - 1;
    float sums[ROWS][STRIPES] = {};
    for (int from = span.start; from <= last; from += TILE) {
        int count = span.end - from;
        bool sees = from <= first && first < span.end;
        float scores[ROWS] = {};
        float products[ROWS] = {};
        multiplyTile<COLUMNS>(products, outputs, staged, value, from, count, sees);
        multiplyTile<COLUMNS>(scores, queries, staged, key, from, count, sees);
        int begin[ROWS] = {};
        int end[ROWS];
        for (int r = 0; r < ROWS; r++) {
            int row = first + r;
            end[r] = row + 1 - from;
            if (sees && row < span.end) {
                long long at = (long long) row * heads + head;
                float p = expf(scores[r] * scale - lse[at]);
                weights[warpOf() * ROWS + r][laneOf()] = p * (products[r] - delta[at]);
            }
        }
        addWeightedTile<COLUMNS>(sums, weights, staged, key, from, count, begin, end, sees);
    }
    writeRows(sums, scale, dq, heads, head, headDim, span.first, span.end);
}

template <int STRIPES>
__device__ inline void keyGradients(const float *q, const float *k, const float *v, const int *offsets, int heads, int kvHeads,
                                    int headDim, float scale, const float *lse, const float *delta, const float *dout,
                                    float *dk, float *dv, int sequences) {
    constexpr int ROWS = ROWS_OF<STRIPES>;
    constexpr int KEPT = WARPS * ROWS;
    constexpr int COLUMNS = COLUMNS_OF<STRIPES>;
    __shared__ __align__(16) float keys[KEPT][WARP * STRIPES];
    __shared__ __align__(16) float values[KEPT][WARP * STRIPES];
    __shared__ float staged[TILE][COLUMNS + 1];
    __shared__ __align__(16) float weights[KEPT][TILE];
    Span span = spanOf(offsets, sequences, blockIdx.x, KEPT);
    if (span.first >= span.end) {
        return;
    }
    int kvHead = blockIdx.y;
    keep(keys, Head {k, kvHeads, kvHead, headDim}, span.first, span.end - span.first);
    keep(values, Head {v, kvHeads, kvHead, headDim}, span.first, span.end - span.first);
    int first = span.first + warpOf() * ROWS;
    bool has = first < span.end;
    int groups = heads / kvHeads;
    float keySums[ROWS][STRIPES] = {};
    float valueSums[ROWS][STRIPES] = {};
    for (int head = kvHead * groups; head < (kvHead + 1) * groups; head++) {
        Head query = {q, heads, head, headDim};
        Head output = {dout, heads, head, headDim};
        for (int from = span.first - (span.first - span.start) % TILE; from < span.end; from += TILE) {
            int count = span.end - from;
            float scores[ROWS] = {};
            float products[ROWS] = {};
            multiplyTile<COLUMNS>(products, values, staged, output, from, count, has);
            multiplyTile<COLUMNS>(scores, keys, staged, query, from, count, has);
            long long at = (long long) (from + min(laneOf(), count - 1)) * heads + head;
            float slopes[ROWS];
            int begin[ROWS];
            int end[ROWS];
            for (int r = 0; r < ROWS; r++) {
                float p = expf(scores[r] * scale - lse[at]);
                slopes[r] = p * (products[r] - delta[at]);
                weights[warpOf() * ROWS + r][laneOf()] = p;
                begin[r] = first + r - from;
                end[r] = count;
            }
            addWeightedTile<COLUMNS>(valueSums, weights, staged, output, from, count, begin, end, has);
            /* Other lanes may still be reading the weights. */
            __syncwarp();
            for (int r = 0; r < ROWS; r++) {
                weights[warpOf() * ROWS + r][laneOf()] = slopes[r];
            }
            addWeightedTile<COLUMNS>(keySums, weights, staged, query, from, count, begin, end, has);
        }
    }
    writeRows(keySums, scale, dk, kvHeads, kvHead, headDim, span.first, span.end);
    writeRows(valueSums, 1.0f, dv, kvHeads, kvHead, headDim, span.first, span.end);
}

/*
 * dq (N, H*D) of the attention over a packed batch, given its lse and attentionDelta's delta, both (N, H).
 * grid: (N / 32 + sequences, heads), for attentionQueries256 (N / 16 + sequences, heads).
 */
#define ATTENTION_QUERIES(NAME, STRIPES) \
    extern "C" __global__ void NAME(const float *q, const float *k, const float *v, const int *offsets, int heads, int kvHeads, \
                                    int headDim, float scale, const float *lse, const float *delta, const float *dout, \
                                    float *dq, int sequences) { \
        queryGradients<STRIPES>(q, k, v, offsets, heads, kvHeads, headDim, scale, lse, delta, dout, dq, sequences); \
    }
ATTENTION_QUERIES(attentionQueries32, 1)
ATTENTION_QUERIES(attentionQueries64, 2)
ATTENTION_QUERIES(attentionQueries128, 4)
ATTENTION_QUERIES(attentionQueries256, 8)

/*
 * dk and dv (N, K*D), likewise: over the query heads of a key-value head in ascending order, and for each over the rows.
 * grid: (N / 32 + sequences, kvHeads), for attentionKeys256 (N / 16 + sequences, kvHeads).
 */
#define ATTENTION_KEYS(NAME, STRIPES) \
    extern "C" __global__ void NAME(const float *q, const float *k, const float *v, const int *offsets, int heads, int kvHeads, \
                                    int headDim, float scale, const float *lse, const float *delta, const float *dout, \
                                    float *dk, float *dv, int sequences) { \
        keyGradients<STRIPES>(q, k, v, offsets, heads, kvHeads, headDim, scale, lse, delta, dout, dk, dv, sequences); \
    }
ATTENTION_KEYS(attentionKeys32, 1)
ATTENTION_KEYS(attentionKeys64, 2)
ATTENTION_KEYS(attentionKeys128, 4)
ATTENTION_KEYS(attentionKeys256, 8)
