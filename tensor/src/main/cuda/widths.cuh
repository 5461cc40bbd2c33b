/* One number of 16 bits as a float and back, as org.soarj.tensor.FloatBytes does it. */
#pragma once

__device__ inline float bf16ToFloat(unsigned short bits) {
    return __uint_as_float((unsigned) bits << 16);
}

/* To nearest, ties to even; NaN stays NaN. */
__device__ inline unsigned short floatToBf16(float value) {
    unsigned bits = __float_as_uint(value);
    if (isnan(value)) {
        return (unsigned short) (bits >> 16 | 0x0040u);
    }
    return (unsigned short) ((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

__device__ inline float f16ToFloat(unsigned short bits) {
    unsigned sign = (unsigned) (bits & 0x8000u) << 16;
    unsigned exponent = bits >> 10 & 0x1fu;
    unsigned fraction = bits & 0x3ffu;
    if (exponent == 0) {
        /* Zero, or a multiple of 2^-24 too small for the half's exponents but not for a float's. */
        return __uint_as_float(__float_as_uint((float) fraction * 5.9604644775390625e-8f) | sign);
    }
    unsigned wide = exponent == 31 ? 255u : exponent + 112u;
    return __uint_as_float(sign | wide << 23 | fraction << 13);
}

/* To nearest, ties to even; what is too large becomes infinite, NaN stays NaN. */
__device__ inline unsigned short floatToF16(float value) {
    unsigned bits = __float_as_uint(value);
    unsigned sign = bits >> 16 & 0x8000u;
    unsigned size = bits & 0x7fffffffu;
    if (isnan(value)) {
        return (unsigned short) (sign | 0x7e00u | (size >> 13 & 0x3ffu));
    }
    if (size >= 0x47800000u) {
        return (unsigned short) (sign | 0x7c00u);
    }
    if (size < 0x38800000u) {
        /* Below 2^-14 halves lie 2^-24 apart, as floats do between 0.5 and 1; adding 0.5 rounds to one of them. */
        return (unsigned short) (sign | (__float_as_uint(__uint_as_float(size) + 0.5f) - 0x3f000000u));
    }
    return (unsigned short) (sign | ((size - 0x38000000u + 0xfffu + (size >> 13 & 1u)) >> 13));
}
