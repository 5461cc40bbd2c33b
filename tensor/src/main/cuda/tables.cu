/*
 * Kernels that look rows up by number: rotations by position, embeddings by token. A tensor has fewer than 2^31 numbers, so
 * rows and columns are found by divisions of 32 bits, which take a fraction of the time of those of 64.
 */

/* The row and the column of number `at` of a matrix of `cols` columns. */
struct Cell {
    unsigned row;
    unsigned col;
};

__device__ inline Cell cellOf(long long at, int cols) {
    unsigned row = (unsigned) at / (unsigned) cols;
    return {row, (unsigned) at - row * (unsigned) cols};
}

/*
 * Rotates each pair (i, i + half) of each head by the angle of its row's position; inverse rotates back; y may be x.
 * x, y (rows, heads * 2 * half), cos, sin (T, half). grid: elements, n = rows * heads * half.
 */
extern "C" __global__ void rope(const float *x, const int *positions, const float *cos, const float *sin, int inverse, float *y,
                                int heads, int half, long long n) {
    for (long long pair = firstElement(); pair < n; pair += elementStep()) {
        Cell cell = cellOf(pair, half);
        long long angle = (long long) positions[cell.row / (unsigned) heads] * half + cell.col;
        long long at = (long long) cell.row * 2 * half + cell.col;
        float c = cos[angle];
        float s = inverse ? -sin[angle] : sin[angle];
        float first = x[at];
        float second = x[at + half];
        y[at] = fmaf(first, c, -(second * s));
        y[at + half] = fmaf(second, c, first * s);
    }
}

/* out[i] = table[ids[i]], row by row. grid: elements, n = rows * cols of out. */
extern "C" __global__ void gather(const float *table, const int *ids, float *out, int cols, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        Cell cell = cellOf(i, cols);
        out[i] = table[(long long) ids[cell.row] * cols + cell.col];
    }
}

/* The same from a table of BF16. grid: elements. */
extern "C" __global__ void gatherBf16(const unsigned short *table, const int *ids, float *out, int cols, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        Cell cell = cellOf(i, cols);
        out[i] = bf16ToFloat(table[(long long) ids[cell.row] * cols + cell.col]);
    }
}

/* The same from a table of F16. grid: elements. */
extern "C" __global__ void gatherF16(const unsigned short *table, const int *ids, float *out, int cols, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        Cell cell = cellOf(i, cols);
        out[i] = f16ToFloat(table[(long long) ids[cell.row] * cols + cell.col]);
    }
}

/*
 * dtable[ids[i]] += dy[i], row by row, in ascending i. Block (i, j) makes columns 256 j and on of row ids[i], but only if no
 * row before i has that id; so each number has one writer, which adds in the order of the rows. grid: (rows, ceil(cols / 256)).
 */
extern "C" __global__ void scatterAdd(const float *dy, const int *ids, float *dtable, int rows, int cols) {
    __shared__ unsigned found[WARPS];
    int id = ids[blockIdx.x];
    for (int end = blockIdx.x; end > 0; end -= BLOCK) {
        int row = end - 1 - (int) threadIdx.x;
        if (__syncthreads_or(row >= 0 && ids[row] == id)) {
            return;
        }
    }
    int col = blockIdx.y * BLOCK + threadIdx.x;
    long long at = (long long) id * cols + col;
    float sum = col < cols ? dtable[at] : 0.0f;
    for (int from = blockIdx.x; from < rows; from += BLOCK) {
        int row = from + (int) threadIdx.x;
        unsigned same = __ballot_sync(ALL, row < rows && ids[row] == id);
        __syncthreads();
        if (laneOf() == 0) {
            found[warpOf()] = same;
        }
        __syncthreads();
        for (int warp = 0; warp < WARPS; warp++) {
            for (unsigned left = found[warp]; left != 0; left &= left - 1) {
                long long source = from + warp * WARP + __ffs((int) left) - 1;
                if (col < cols) {
                    sum += dy[source * cols + col];
                }
            }
        }
    }
    if (col < cols) {
        dtable[at] = sum;
    }
}

/* Copies rows of `width` numbers: row i from x + i fromStep to y + i toStep. grid: elements, n = rows * width. */
extern "C" __global__ void copyRows(const float *x, float *y, long long fromStep, long long toStep, int width, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        y[i / width * toStep + i % width] = x[i / width * fromStep + i % width];
    }
}

/* Copies row i of k and v (rows, K*D) to position positions[i] of cache line slots[i]; keys (slots,K,D,T), values
 * (slots,K,T,D), length is T. grid: elements, n = rows * kvHeads * headDim. */
extern "C" __global__ void cacheWrite(const float *k, const float *v, const int *slots, const int *positions, int kvHeads,
                                      int headDim, float *keys, float *values, int length, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        Cell cell = cellOf(i, headDim);
        Cell head = cellOf(cell.row, kvHeads);
        long long line = ((long long) slots[head.row] * kvHeads + head.col) * headDim * length;
        long long position = positions[head.row];
        keys[line + (long long) cell.col * length + position] = k[i];
        values[line + position * headDim + cell.col] = v[i];
    }
}
