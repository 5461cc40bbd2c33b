/* What an optimiser does to a parameter. */

__device__ inline double squareOf(double value) {
    return value * value;
}

/*
 * The first of two steps to the sum of squares of tensors: each block's share of one of them, x, as doubles. parts has one
 * number a block, those of x from `first` on. grid: min(1024, ceil(n / 1024)), and no other, since the sum's order depends on
 * it.
 */
extern "C" __global__ void sumOfSquaresParts(const float *x, double *parts, int first, long long n) {
    double sum = 0;
    for (long long i = firstElement(); i < n / 4; i += elementStep()) {
        float4 four = reinterpret_cast<const float4 *>(x)[i];
        sum += (squareOf(four.x) + squareOf(four.y)) + (squareOf(four.z) + squareOf(four.w));
    }
    for (long long i = n / 4 * 4 + firstElement(); i < n; i += elementStep()) {
        sum += squareOf(x[i]);
    }
    sum = blockSum(sum);
    if (threadIdx.x == 0) {
        parts[first + blockIdx.x] = sum;
    }
}

/* The second step: total = the sum of `count` parts, of all tensors. grid: 1. */
extern "C" __global__ void sumOfSquaresTotal(const double *parts, double *total, int count) {
    double sum = 0;
    for (int i = threadIdx.x; i < count; i += BLOCK) {
        sum += parts[i];
    }
    sum = blockSum(sum);
    if (threadIdx.x == 0) {
        *total = sum;
    }
}

/*
 * One step of one parameter p with gradient g and its m and v in place. The factors are AdamWStep's: decay(), beta1, beta2,
 * epsilon, stepSize(), rootCorrection() and gradientScale. grid: elements.
 */
extern "C" __global__ void adamW(float decay, float beta1, float beta2, float epsilon, float stepSize, float rootCorrection,
                                 float gradientScale, float *p, const float *g, float *m, float *v, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        float gradient = g[i] * gradientScale;
        float first = beta1 * m[i] + (1.0f - beta1) * gradient;
        float second = beta2 * v[i] + (1.0f - beta2) * (gradient * gradient);
        m[i] = first;
        v[i] = second;
        p[i] = p[i] * decay - first / (sqrtf(second) * rootCorrection + epsilon) * stepSize;
    }
}
