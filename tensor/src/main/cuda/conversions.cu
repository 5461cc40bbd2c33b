/* Tensors of 16-bit numbers as floats and back. grid: elements, for each. */

extern "C" __global__ void widenF16(const unsigned short *x, float *y, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        y[i] = f16ToFloat(x[i]);
    }
}

/* Four numbers, so that each thread reads 16 bytes at a time: the card's memory is not kept busy by less. */
struct __align__(8) FourHalves {
    unsigned short x, y, z, w;
};

template <unsigned short (*NARROWED)(float)>
__device__ inline void narrow(const float *x, unsigned short *y, long long n) {
    for (long long i = firstElement(); i < n / 4; i += elementStep()) {
        float4 four = reinterpret_cast<const float4 *>(x)[i];
        reinterpret_cast<FourHalves *>(y)[i] = {NARROWED(four.x), NARROWED(four.y), NARROWED(four.z), NARROWED(four.w)};
    }
    for (long long i = n / 4 * 4 + firstElement(); i < n; i += elementStep()) {
        y[i] = NARROWED(x[i]);
    }
}

extern "C" __global__ void narrowBf16(const float *x, unsigned short *y, long long n) {
    narrow<floatToBf16>(x, y, n);
}

extern "C" __global__ void narrowF16(const float *x, unsigned short *y, long long n) {
    narrow<floatToF16>(x, y, n);
}
