/* Choosing from rows of scores where they are, so that a decoder need not read them. */

/*
 * Sums in two orders differ by less than this part of the sum for each term, and exponentials of two libraries and the draw's
 * product by less than for four more.
 */
constexpr double ROUNDING_OF_TERM = 2.5e-16;

/* The smallest number of the block in every thread of it. */
__device__ inline float blockMin(float value) {
    return -blockMax(-value);
}

/* The weight of a score, at most 1. */
__device__ inline double shareOfSum(float score, float max) {
    return exp((double) score - (double) max);
}

/*
 * chosen[i] is an index of row i: with draws[i] in [0, 1) that at which the sum of e^(x - max), ascending, exceeds draws[i]
 * times the whole; with a negative draw that of the highest score, the first of equals. It is -1 where the row has NaN or no
 * finite maximum, and where the draw falls so near to a boundary that another order of the sum might choose otherwise.
 * Indices are floats, so cols is at most 2^24. grid: rows.
 */
extern "C" __global__ void chooseRow(const float *scores, const double *draws, float *chosen, int cols) {
    __shared__ double sums[BLOCK];
    scores += (long long) blockIdx.x * cols;
    float largest = -INFINITY;
    int first = cols;
    bool wrong = false;
    for (int i = threadIdx.x; i < cols; i += BLOCK) {
        float score = scores[i];
        wrong = wrong || isnan(score);
        if (score > largest) {
            largest = score;
            first = i;
        }
    }
    float max = blockMax(largest);
    first = (int) blockMin((float) (largest == max ? first : cols));
    wrong = __syncthreads_or(wrong) || isinf(max);
    double draw = draws[blockIdx.x];
    if (threadIdx.x == 0) {
        chosen[blockIdx.x] = wrong || draw >= 0 ? -1.0f : (float) first;
    }
    if (wrong || draw < 0) {
        return;
    }
    int share = (cols + BLOCK - 1) / BLOCK;
    int from = min(cols, (int) threadIdx.x * share);
    int to = min(cols, from + share);
    double sum = 0;
    for (int i = from; i < to; i++) {
        sum += shareOfSum(scores[i], max);
    }
    sums[threadIdx.x] = sum;
    __syncthreads();
    double before = 0;
    double total = 0;
    for (int thread = 0; thread < BLOCK; thread++) {
        before = thread == threadIdx.x ? total : before;
        total += sums[thread];
    }
    double left = draw * total - before;
    if (left < 0 || left >= sum) {
        return;
    }
    double margin = ROUNDING_OF_TERM * (cols + 4) * total;
    for (int i = from; i < to; i++) {
        double after = left - shareOfSum(scores[i], max);
        if (after < 0) {
            chosen[blockIdx.x] = left > margin && after < -margin ? (float) i : -1.0f;
            return;
        }
        left = after;
    }
}
