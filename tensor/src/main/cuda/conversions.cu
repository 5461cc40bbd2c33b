/* Tensors of 16-bit numbers as floats and back. grid: elements, for each. */

extern "C" __global__ void widenF16(const unsigned short *x, float *y, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        y[i] = f16ToFloat(x[i]);
    }
}

extern "C" __global__ void narrowBf16(const float *x, unsigned short *y, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        y[i] = floatToBf16(x[i]);
    }
}

extern "C" __global__ void narrowF16(const float *x, unsigned short *y, long long n) {
    for (long long i = firstElement(); i < n; i += elementStep()) {
        y[i] = floatToF16(x[i]);
    }
}
