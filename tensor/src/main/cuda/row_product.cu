/*
 * The product of one row with a matrix of rows, as a decoder of one sequence asks for it: bound by reading the matrix, and by
 * launches, of which a library's needs more time.
 */

/* Numbers that a lane reads at a time: 16 bytes of halves, and their factors. */
constexpr int PIECE = 8;

struct __align__(16) EightHalves {
    unsigned short of[PIECE];
};

template <float (*WIDENED)(unsigned short)>
__device__ inline void loadEight(const unsigned short *from, float (&into)[PIECE]) {
    EightHalves eight = *reinterpret_cast<const EightHalves *>(from);
#pragma unroll
    for (int i = 0; i < PIECE; i++) {
        into[i] = WIDENED(eight.of[i]);
    }
}

__device__ inline void loadEight(const float *from, float (&into)[PIECE]) {
    float4 four = *reinterpret_cast<const float4 *>(from);
    float4 more = *reinterpret_cast<const float4 *>(from + 4);
    into[0] = four.x;
    into[1] = four.y;
    into[2] = four.z;
    into[3] = four.w;
    into[4] = more.x;
    into[5] = more.y;
    into[6] = more.z;
    into[7] = more.w;
}

/* How numbers of a matrix become floats. */
struct Floats {
    typedef float Number;
    __device__ static float one(float number) { return number; }
    __device__ static void eight(const float *from, float (&into)[PIECE]) { loadEight(from, into); }
};

struct Bf16 {
    typedef unsigned short Number;
    __device__ static float one(unsigned short bits) { return bf16ToFloat(bits); }
    __device__ static void eight(const unsigned short *from, float (&into)[PIECE]) { loadEight<bf16ToFloat>(from, into); }
};

struct F16 {
    typedef unsigned short Number;
    __device__ static float one(unsigned short bits) { return f16ToFloat(bits); }
    __device__ static void eight(const unsigned short *from, float (&into)[PIECE]) { loadEight<f16ToFloat>(from, into); }
};

template <typename TYPE>
__device__ inline void rowTimes(const float *x, const typename TYPE::Number *w, float alpha, float beta, float *y, int k,
                                int n) {
    int row = blockIdx.x * WARPS + warpOf();
    if (row >= n) {
        return;
    }
    w += (long long) row * k;
    float sum = 0.0f;
    /* Rows of another length do not begin at a multiple of 16 bytes. */
    int whole = k % PIECE == 0 ? k : 0;
#pragma unroll 4
    for (int i = laneOf() * PIECE; i < whole; i += WARP * PIECE) {
        float left[PIECE];
        float right[PIECE];
        loadEight(x + i, left);
        TYPE::eight(w + i, right);
#pragma unroll
        for (int j = 0; j < PIECE; j++) {
            sum = fmaf(left[j], right[j], sum);
        }
    }
    for (int i = whole + laneOf(); i < k; i += WARP) {
        sum = fmaf(x[i], TYPE::one(w[i]), sum);
    }
    sum = warpSum(sum);
    if (laneOf() == 0) {
        y[row] = beta == 0.0f ? alpha * sum : fmaf(alpha, sum, beta * y[row]);
    }
}

/* y (n) = alpha x w^T + beta y for x (k) and w (n, k), of which a warp takes a row. y is only written where beta is 0.
 * grid: ceil(n / 8). */
#define MULTIPLY_ROW(NAME, TYPE) \
    extern "C" __global__ void NAME(const float *x, const TYPE::Number *w, float alpha, float beta, float *y, int k, int n) { \
        rowTimes<TYPE>(x, w, alpha, beta, y, k, n); \
    }
MULTIPLY_ROW(multiplyRow, Floats)
MULTIPLY_ROW(multiplyRowBf16, Bf16)
MULTIPLY_ROW(multiplyRowF16, F16)
