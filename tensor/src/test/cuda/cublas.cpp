/* As much of libcublas.so.12 as org.soarj.tensor.cuda.JCudaDevice calls, as plain loops: the companion of driver.cpp. */
#include <cstdint>
#include <cstring>
#include <cmath>

#define EXPORT extern "C" __attribute__((visibility("default")))

enum { SUCCESS = 0, INVALID_VALUE = 7 };
enum { R_32F = 0, R_16F = 2, R_16BF = 14 };
enum { COMPUTE_32F = 68, COMPUTE_32F_FAST_TF32 = 77 };

static float wide(const void *matrix, int type, long long at) {
    if (type == R_32F) {
        return static_cast<const float *>(matrix)[at];
    }
    uint16_t bits = static_cast<const uint16_t *>(matrix)[at];
    if (type == R_16F) {
        _Float16 half;
        memcpy(&half, &bits, sizeof half);
        return static_cast<float>(half);
    }
    uint32_t shifted = static_cast<uint32_t>(bits) << 16;
    float value;
    memcpy(&value, &shifted, sizeof value);
    return value;
}

EXPORT int cublasCreate_v2(void **handle) {
    static int only;
    *handle = &only;
    return SUCCESS;
}

EXPORT int cublasDestroy_v2(void *) {
    return SUCCESS;
}

EXPORT int cublasGetProperty(int type, int *value) {
    *value = type == 0 ? 12 : 4;
    return SUCCESS;
}

EXPORT int cublasGemmStridedBatchedEx(void *, int transA, int transB, int m, int n, int k, const float *alpha, const void *a,
        int typeA, int lda, long long strideA, const void *b, int typeB, int ldb, long long strideB, const float *beta, void *c,
        int typeC, int ldc, long long strideC, int batches, int compute, int algorithm) {
    bool fits = lda >= (transA ? k : m) && lda >= 1 && ldb >= (transB ? n : k) && ldb >= 1 && ldc >= m && ldc >= 1;
    bool types = typeA == typeB && typeC == R_32F && algorithm == -1
            && (compute == COMPUTE_32F || (compute == COMPUTE_32F_FAST_TF32 && typeA == R_32F));
    if (!fits || !types || m < 0 || n < 0 || k < 0) {
        return INVALID_VALUE;
    }
    for (int batch = 0; batch < batches; batch++) {
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < m; i++) {
                float *out = static_cast<float *>(c) + batch * strideC + i + (long long) j * ldc;
                float sum = *beta == 0 ? 0 : *beta * *out;
                for (int l = 0; l < k; l++) {
                    long long atA = batch * strideA + (transA ? l + (long long) i * lda : i + (long long) l * lda);
                    long long atB = batch * strideB + (transB ? j + (long long) l * ldb : l + (long long) j * ldb);
                    sum = fmaf(*alpha * wide(a, typeA, atA), wide(b, typeB, atB), sum);
                }
                *out = sum;
            }
        }
    }
    return SUCCESS;
}

EXPORT int cublasGemmEx(void *handle, int transA, int transB, int m, int n, int k, const float *alpha, const void *a, int typeA,
        int lda, const void *b, int typeB, int ldb, const float *beta, void *c, int typeC, int ldc, int compute, int algorithm) {
    return cublasGemmStridedBatchedEx(handle, transA, transB, m, n, k, alpha, a, typeA, lda, 0, b, typeB, ldb, 0, beta, c, typeC,
            ldc, 0, 1, compute, algorithm);
}
