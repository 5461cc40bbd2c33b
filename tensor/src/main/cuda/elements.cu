/* Kernels in which each number of the result needs one number of each input, and sums over whole dimensions. */

/* The ordinals of UnaryOp and BinaryOp. */
enum { NEG, EXP, LOG, SQUARE, RSQRT, TANH, SIGMOID, SILU };
enum { ADD, SUB, MUL, DIV };

constexpr int MAX_RANK = 8;

/*
 * How two tensors are broadcast to a third: sizes of the third, outermost first, and for each dimension how far to go in the
 * numbers of the first and of the second, 0 where it is repeated (KernelShapes.broadcastStrides). 25 ints: the rank, then
 * three times eight of which the first rank count.
 */
struct Broadcast {
    int rank;
    int sizes[MAX_RANK];
    int first[MAX_RANK];
    int second[MAX_RANK];
};

__device__ inline float sigmoidOf(float x) {
    return 1.0f / (1.0f + expf(-x));
}

/* silu'(x) = s(1 + x(1-s)), s = sigmoid(x). */
__device__ inline float siluSlope(float x) {
    float s = sigmoidOf(x);
    return s * fmaf(x, 1.0f - s, 1.0f);
}

__device__ inline float apply(int op, float x) {
    switch (op) {
        case NEG: return -x;
        case EXP: return expf(x);
        case LOG: return logf(x);
        case SQUARE: return x * x;
        case RSQRT: return 1.0f / sqrtf(x);
        case TANH: return tanhf(x);
        case SIGMOID: return sigmoidOf(x);
        default: return x * sigmoidOf(x);
    }
}

/* dy op'(x), where y = op(x). */
__device__ inline float applyBackward(int op, float x, float y, float dy) {
    switch (op) {
        case NEG: return -dy;
        case EXP: return dy * y;
        case LOG: return dy / x;
        case SQUARE: return dy * (2.0f * x);
        case RSQRT: return dy * (-0.5f * y) * (y * y);
        case TANH: return dy * (1.0f - y * y);
        case SIGMOID: return dy * (y * (1.0f - y));
        default: return dy * siluSlope(x);
    }
}

__device__ inline float combine(int op, float a, float b) {
    switch (op) {
        case ADD: return a + b;
        case SUB: return a - b;
        case MUL: return a * b;
        default: return a / b;
    }
}

/* y = op(x); y may be x. grid: elements. */
extern "C" __global__ void map(int op, const float *x, float *y, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        y[i] = apply(op, x[i]);
    }
}

/* dx = dy op'(x), where y = op(x); dx may be dy. grid: elements. */
extern "C" __global__ void mapBackward(int op, const float *x, const float *y, const float *dy, float *dx, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        dx[i] = applyBackward(op, x[i], y[i], dy[i]);
    }
}

/* out = a op b, all of one shape; out may be either. grid: elements. */
extern "C" __global__ void zip(int op, const float *a, const float *b, float *out, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        out[i] = combine(op, a[i], b[i]);
    }
}

/* out = a op b with broadcasting of a (first) and b (second); out may be one that has its shape. n numbers of out, fewer than
 * 2^31. grid: elements. */
extern "C" __global__ void zipBroadcast(int op, const float *a, const float *b, float *out, Broadcast shape, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        unsigned rest = (unsigned) i;
        long long left = 0;
        long long right = 0;
        /* Over all ranks that there may be, so that every index is a constant and the struct stays where it is. */
#pragma unroll
        for (int dim = MAX_RANK - 1; dim >= 0; dim--) {
            if (dim < shape.rank) {
                unsigned at = rest % shape.sizes[dim];
                rest /= shape.sizes[dim];
                left += (long long) at * shape.first[dim];
                right += (long long) at * shape.second[dim];
            }
        }
        out[i] = combine(op, a[left], b[right]);
    }
}

/*
 * Where in x lies number `term` of the sum that makes number `of` of out. shape has the sizes of x, and as first the strides
 * of out, 0 for the dimensions that are summed.
 */
__device__ inline long long termOf(const Broadcast &shape, unsigned of, unsigned term) {
    long long at = 0;
    long long stride = 1;
#pragma unroll
    for (int dim = MAX_RANK - 1; dim >= 0; dim--) {
        unsigned size = dim < shape.rank ? shape.sizes[dim] : 1;
        if (dim < shape.rank && shape.first[dim] != 0) {
            at += of / shape.first[dim] % size * stride;
        } else {
            at += term % size * stride;
            term /= size;
        }
        stride *= size;
    }
    return at;
}

/*
 * out = x summed over the dimensions of which shape.first is 0; shape.sizes are those of x, shape.first the strides of out;
 * `terms` numbers for each number of out, 0 where x is empty. For sums along the innermost dimension: one block a number.
 * grid: the numbers of out.
 */
extern "C" __global__ void sumToInner(const float *x, float *out, Broadcast shape, int terms) {
    double sum = 0;
    for (unsigned term = threadIdx.x; term < (unsigned) terms; term += BLOCK) {
        sum += x[termOf(shape, blockIdx.x, term)];
    }
    sum = blockSum(sum);
    if (threadIdx.x == 0) {
        out[blockIdx.x] = (float) sum;
    }
}

/*
 * The same for sums that keep the innermost dimension: 32 numbers of out a block, so that neighbours read neighbours, and
 * eight threads for each. size numbers of out. grid: ceil(size / 32).
 */
extern "C" __global__ void sumToOuter(const float *x, float *out, Broadcast shape, int terms, int size) {
    __shared__ double parts[WARPS][WARP];
    long long of = (long long) blockIdx.x * WARP + laneOf();
    double sum = 0;
    for (unsigned term = warpOf(); of < size && term < (unsigned) terms; term += WARPS) {
        sum += x[termOf(shape, (unsigned) of, term)];
    }
    parts[warpOf()][laneOf()] = sum;
    __syncthreads();
    if (warpOf() == 0 && of < size) {
        for (int warp = 1; warp < WARPS; warp++) {
            sum += parts[warp][laneOf()];
        }
        out[of] = (float) sum;
    }
}

/* y = y + alpha x. grid: elements. */
extern "C" __global__ void addScaled(float alpha, const float *x, float *y, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        y[i] = fmaf(alpha, x[i], y[i]);
    }
}

/* y = silu(gate) up. grid: elements. */
extern "C" __global__ void swiglu(const float *gate, const float *up, float *y, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        y[i] = gate[i] * sigmoidOf(gate[i]) * up[i];
    }
}

/* dgate = dy up silu'(gate), dup = dy silu(gate). grid: elements. */
extern "C" __global__ void swigluBackward(const float *gate, const float *up, const float *dy, float *dgate, float *dup,
                                          long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        float g = gate[i];
        dgate[i] = dy[i] * up[i] * siluSlope(g);
        dup[i] = dy[i] * (g * sigmoidOf(g));
    }
}
