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

template <int D>
__device__ inline void queryGradients(const float *q, const float *k, const float *v, const int *offsets, int heads,
                                      int kvHeads, int headDim, float scale, const float *lse, const float *delta,
                                      const float *dout, float *dq, int sequences) {
    constexpr int R = QUERY_ROWS<D>;
    __shared__ __align__(16) float own[ROWS_OF<R>][COLUMNS_OF<D>];
    __shared__ __align__(16) float staged[STEP][COLUMNS_OF<D>];
    __shared__ __align__(16) float weights[ROWS_OF<R>][STEP];
    Span span = spanOf(offsets, sequences, blockIdx.x, ROWS_OF<R>);
    if (span.first >= span.end) {
        return;
    }
    int head = blockIdx.y;
    int kvHead = head / (heads / kvHeads);
    Head query = {q, heads, head, headDim};
    Head output = {dout, heads, head, headDim};
    Head key = {k, kvHeads, kvHead, headDim};
    Head value = {v, kvHeads, kvHead, headDim};
    int first = span.first + rowOfLane<R>();
    int ofWarp = span.first + rowOfWarp<R>();
    float lses[R];
    float deltas[R];
#pragma unroll
    for (int r = 0; r < R; r++) {
        long long at = (long long) min(first + r, span.end - 1) * heads + head;
        lses[r] = lse[at];
        deltas[r] = delta[at];
    }
    float sums[R][D / LANES] = {};
    for (int from = span.start; from < min(span.end, span.first + ROWS_OF<R>); from += STEP) {
        bool sees = from <= ofWarp && ofWarp < span.end;
        float scores[R][SHARE] = {};
        float products[R][SHARE] = {};
        multiply<D>(products, own, output, span.first, staged, value, from, span.end, false, sees);
        multiply<D>(scores, own, query, span.first, staged, key, from, span.end, false, sees);
        int begins[R] = {};
        int ends[R];
#pragma unroll
        for (int r = 0; r < R; r++) {
            ends[r] = first + r + 1 - from;
#pragma unroll
            for (int c = 0; c < SHARE; c++) {
                float p = expf(scores[r][c] * scale - lses[r]);
                weightOf<R>(weights, r, c) = p * (products[r][c] - deltas[r]);
            }
        }
        int to = min(STEP, roundUp(ofWarp + WARP_ROWS<R> - from));
        addStep<D>(sums, weights, staged, key, from, span.end, 0, to, begins, ends, true, sees);
    }
    writeRows<D>(sums, scale, dq, heads, head, headDim, span.first, span.end);
}

template <int D>
__device__ inline void keyGradients(const float *q, const float *k, const float *v, const int *offsets, int heads, int kvHeads,
                                    int headDim, float scale, const float *lse, const float *delta, const float *dout,
                                    float *dk, float *dv, int sequences) {
    constexpr int R = KEY_ROWS<D>;
    __shared__ __align__(16) float own[ROWS_OF<R>][COLUMNS_OF<D>];
    __shared__ __align__(16) float staged[STEP][COLUMNS_OF<D>];
    __shared__ __align__(16) float weights[ROWS_OF<R>][STEP];
    Span span = spanOf(offsets, sequences, blockIdx.x, ROWS_OF<R>);
    if (span.first >= span.end) {
        return;
    }
    int kvHead = blockIdx.y;
    Head key = {k, kvHeads, kvHead, headDim};
    Head value = {v, kvHeads, kvHead, headDim};
    int first = span.first + rowOfLane<R>();
    int ofWarp = span.first + rowOfWarp<R>();
    bool has = ofWarp < span.end;
    int groups = heads / kvHeads;
    float keySums[R][D / LANES] = {};
    float valueSums[R][D / LANES] = {};
    for (int head = kvHead * groups; head < (kvHead + 1) * groups; head++) {
        Head query = {q, heads, head, headDim};
        Head output = {dout, heads, head, headDim};
        for (int from = span.first - (span.first - span.start) % STEP; from < span.end; from += STEP) {
            float scores[R][SHARE] = {};
            float products[R][SHARE] = {};
            multiply<D>(scores, own, key, span.first, staged, query, from, span.end, false, has);
            multiply<D>(products, own, value, span.first, staged, output, from, span.end, false, has);
#pragma unroll
            for (int c = 0; c < SHARE; c++) {
                int row = from + shareOf() + c * LANES;
                long long at = (long long) min(row, span.end - 1) * heads + head;
                float lseOf = lse[at];
                float deltaOf = delta[at];
                /* Rows beyond the end are staged as zeros, and with weights of 0 add nothing. */
#pragma unroll
                for (int r = 0; r < R; r++) {
                    float p = expf(scores[r][c] * scale - lseOf);
                    weightOf<R>(weights, r, c) = row < span.end ? p : 0.0f;
                    products[r][c] = row < span.end ? p * (products[r][c] - deltaOf) : 0.0f;
                }
            }
            int begins[R];
            int ends[R];
#pragma unroll
            for (int r = 0; r < R; r++) {
                begins[r] = first + r - from;
                ends[r] = STEP;
            }
            int begin = max(0, ofWarp - from) / 8 * 8;
            int end = min(STEP, roundUp(span.end - from));
            addStep<D>(valueSums, weights, staged, output, from, span.end, begin, end, begins, ends, true, has);
            /* Other lanes may still be reading the weights. */
            __syncwarp();
#pragma unroll
            for (int r = 0; r < R; r++) {
#pragma unroll
                for (int c = 0; c < SHARE; c++) {
                    weightOf<R>(weights, r, c) = products[r][c];
                }
            }
            addStep<D>(keySums, weights, staged, query, from, span.end, begin, end, begins, ends, false, has);
        }
    }
    writeRows<D>(keySums, scale, dk, kvHeads, kvHead, headDim, span.first, span.end);
    writeRows<D>(valueSums, 1.0f, dv, kvHeads, kvHead, headDim, span.first, span.end);
}

/*
 * dq (N, H*D) of the attention over a packed batch, given its lse and attentionDelta's delta, both (N, H).
 * grid: (N / 64 + sequences, heads), for attentionQueries256 (N / 32 + sequences, heads).
 */
#define ATTENTION_QUERIES(NAME, D) \
    extern "C" __launch_bounds__(BLOCK, 2) __global__ void NAME(const float *q, const float *k, const float *v, \
                                                                const int *offsets, int heads, int kvHeads, int headDim, \
                                                                float scale, const float *lse, const float *delta, \
                                                                const float *dout, float *dq, int sequences) { \
        queryGradients<D>(q, k, v, offsets, heads, kvHeads, headDim, scale, lse, delta, dout, dq, sequences); \
    }
ATTENTION_QUERIES(attentionQueries32, 32)
ATTENTION_QUERIES(attentionQueries64, 64)
ATTENTION_QUERIES(attentionQueries128, 128)
ATTENTION_QUERIES(attentionQueries256, 256)

/*
 * dk and dv (N, K*D), likewise: over the query heads of a key-value head in ascending order, and for each over the rows.
 * grid: (N / 64 + sequences, kvHeads), for attentionKeys128 and attentionKeys256 (N / 32 + sequences, kvHeads).
 */
#define ATTENTION_KEYS(NAME, D) \
    extern "C" __launch_bounds__(BLOCK, 2) __global__ void NAME(const float *q, const float *k, const float *v, \
                                                                const int *offsets, int heads, int kvHeads, int headDim, \
                                                                float scale, const float *lse, const float *delta, \
                                                                const float *dout, float *dk, float *dv, int sequences) { \
        keyGradients<D>(q, k, v, offsets, heads, kvHeads, headDim, scale, lse, delta, dout, dk, dv, sequences); \
    }
ATTENTION_KEYS(attentionKeys32, 32)
ATTENTION_KEYS(attentionKeys64, 64)
ATTENTION_KEYS(attentionKeys128, 128)
ATTENTION_KEYS(attentionKeys256, 256)
