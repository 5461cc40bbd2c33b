/* Kernels in which each row of the result needs the same row of the inputs: one block a row. */

/* The largest number of a row. */
__device__ inline float rowMax(const float *x, int cols) {
    float largest = -INFINITY;
    for (int i = threadIdx.x; i < cols; i += BLOCK) {
        largest = fmaxf(largest, x[i]);
    }
    return blockMax(largest);
}

/* sum e^(x - max) of a row. Its largest term is 1, so nothing overflows and the logarithm keeps its digits. */
__device__ inline float rowSumExp(const float *x, int cols, float max) {
    float sum = 0;
    for (int i = threadIdx.x; i < cols; i += BLOCK) {
        sum += expf(x[i] - max);
    }
    return blockSum(sum);
}

/* Each row of y is the softmax of the same row of x. grid: rows. */
extern "C" __global__ void softmax(const float *x, float *y, int cols) {
    x += (long long) blockIdx.x * cols;
    y += (long long) blockIdx.x * cols;
    float max = rowMax(x, cols);
    float sum = rowSumExp(x, cols, max);
    for (int i = threadIdx.x; i < cols; i += BLOCK) {
        y[i] = expf(x[i] - max) / sum;
    }
}

/* dx = y (dy - sum(dy y)). grid: rows. */
extern "C" __global__ void softmaxBackward(const float *y, const float *dy, float *dx, int cols) {
    y += (long long) blockIdx.x * cols;
    dy += (long long) blockIdx.x * cols;
    dx += (long long) blockIdx.x * cols;
    float dot = 0;
    for (int i = threadIdx.x; i < cols; i += BLOCK) {
        dot = fmaf(y[i], dy[i], dot);
    }
    dot = blockSum(dot);
    for (int i = threadIdx.x; i < cols; i += BLOCK) {
        dx[i] = y[i] * (dy[i] - dot);
    }
}

/* Each row of y is x - logsumexp(x). grid: rows. */
extern "C" __global__ void logSoftmax(const float *x, float *y, int cols) {
    x += (long long) blockIdx.x * cols;
    y += (long long) blockIdx.x * cols;
    float max = rowMax(x, cols);
    float logSum = logf(rowSumExp(x, cols, max));
    for (int i = threadIdx.x; i < cols; i += BLOCK) {
        y[i] = x[i] - max - logSum;
    }
}

/* dx = dy - e^y sum(dy). grid: rows. */
extern "C" __global__ void logSoftmaxBackward(const float *y, const float *dy, float *dx, int cols) {
    y += (long long) blockIdx.x * cols;
    dy += (long long) blockIdx.x * cols;
    dx += (long long) blockIdx.x * cols;
    float sum = 0;
    for (int i = threadIdx.x; i < cols; i += BLOCK) {
        sum += dy[i];
    }
    sum = blockSum(sum);
    for (int i = threadIdx.x; i < cols; i += BLOCK) {
        dx[i] = fmaf(-expf(y[i]), sum, dy[i]);
    }
}

/* y = x rstd weight, rstd = 1/sqrt(mean(x^2) + epsilon). grid: rows. */
extern "C" __global__ void rmsNorm(const float *x, const float *weight, float epsilon, float *y, float *rstd, int cols) {
    x += (long long) blockIdx.x * cols;
    y += (long long) blockIdx.x * cols;
    float squares = 0;
    for (int i = threadIdx.x; i < cols; i += BLOCK) {
        squares = fmaf(x[i], x[i], squares);
    }
    float r = 1.0f / sqrtf(blockSum(squares) / cols + epsilon);
    for (int i = threadIdx.x; i < cols; i += BLOCK) {
        y[i] = x[i] * r * weight[i];
    }
    if (threadIdx.x == 0) {
        rstd[blockIdx.x] = r;
    }
}

/* dx = r w dy - x (r^3/C) sum(dy w x): rmsNormBackward but for dweight. grid: rows. */
extern "C" __global__ void rmsNormBackward(const float *x, const float *weight, const float *rstd, const float *dy, float *dx,
                                           int cols) {
    x += (long long) blockIdx.x * cols;
    dy += (long long) blockIdx.x * cols;
    dx += (long long) blockIdx.x * cols;
    float dot = 0;
    for (int i = threadIdx.x; i < cols; i += BLOCK) {
        dot = fmaf(dy[i] * weight[i], x[i], dot);
    }
    dot = blockSum(dot);
    float r = rstd[blockIdx.x];
    float factor = r * r * r / cols * dot;
    for (int i = threadIdx.x; i < cols; i += BLOCK) {
        dx[i] = fmaf(-factor, x[i], r * weight[i] * dy[i]);
    }
}

constexpr int ROWS_OF_PART = 64;

/* Adds what the eight warps of a block have for each of its 32 columns; the sum is in the first warp. */
__device__ inline float sumOverWarps(float sum) {
    __shared__ float parts[WARPS][WARP];
    parts[warpOf()][laneOf()] = sum;
    __syncthreads();
    for (int warp = 1; warpOf() == 0 && warp < WARPS; warp++) {
        sum += parts[warp][laneOf()];
    }
    return sum;
}

/*
 * The first of two steps to dweight: for each 64 rows the column sums of dy x rstd. parts is (ceil(rows / 64), cols), work
 * space. grid: (ceil(cols / 32), ceil(rows / 64)).
 */
extern "C" __global__ void rmsNormWeightParts(const float *x, const float *rstd, const float *dy, float *parts, int rows,
                                              int cols) {
    int col = blockIdx.x * WARP + laneOf();
    int from = blockIdx.y * ROWS_OF_PART;
    int to = min(rows, from + ROWS_OF_PART);
    float sum = 0;
    for (int row = from + warpOf(); col < cols && row < to; row += WARPS) {
        long long at = (long long) row * cols + col;
        sum = fmaf(dy[at] * x[at], rstd[row], sum);
    }
    sum = sumOverWarps(sum);
    if (warpOf() == 0 && col < cols) {
        parts[(long long) blockIdx.y * cols + col] = sum;
    }
}

/* The second step: dweight += the sums of the columns of parts (rows, cols). grid: ceil(cols / 32). */
extern "C" __global__ void addColumnSums(const float *parts, float *dweight, int rows, int cols) {
    int col = blockIdx.x * WARP + laneOf();
    float sum = 0;
    for (int row = warpOf(); col < cols && row < rows; row += WARPS) {
        sum += parts[(long long) row * cols + col];
    }
    sum = sumOverWarps(sum);
    if (warpOf() == 0 && col < cols) {
        dweight[col] += sum;
    }
}

/* logp = logits[target] - logsumexp(logits), 0 where the target is -1. grid: rows. */
extern "C" __global__ void logProb(const float *logits, const int *targets, float *logp, int cols) {
    logits += (long long) blockIdx.x * cols;
    int target = targets[blockIdx.x];
    float max = rowMax(logits, cols);
    float logSum = logf(rowSumExp(logits, cols, max));
    if (threadIdx.x == 0) {
        logp[blockIdx.x] = target < 0 ? 0.0f : logits[target] - max - logSum;
    }
}

/* dlogits = dlogp (onehot(target) - softmax(logits)), 0 where the target is -1; dlogits may be logits. grid: rows. */
extern "C" __global__ void logProbBackward(const float *logits, const int *targets, const float *dlogp, float *dlogits,
                                           int cols) {
    logits += (long long) blockIdx.x * cols;
    dlogits += (long long) blockIdx.x * cols;
    int target = targets[blockIdx.x];
    float scale = target < 0 ? 0.0f : dlogp[blockIdx.x];
    float max = rowMax(logits, cols);
    float sum = rowSumExp(logits, cols, max);
    for (int i = threadIdx.x; i < cols; i += BLOCK) {
        float softmax = expf(logits[i] - max) / sum;
        dlogits[i] = scale * ((i == target ? 1.0f : 0.0f) - softmax);
    }
}
