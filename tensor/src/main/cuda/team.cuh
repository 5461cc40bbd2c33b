/* Threads that work together: their numbers, and what they add up. */
#pragma once

constexpr int BLOCK = 256;
constexpr int WARP = 32;
constexpr int WARPS = BLOCK / WARP;
constexpr unsigned ALL = 0xffffffffu;

__device__ inline int laneOf() {
    return threadIdx.x % WARP;
}

__device__ inline int warpOf() {
    return threadIdx.x / WARP;
}

/* The first element of this thread in a grid of elements, and how far apart its elements are. */
__device__ inline long long firstElement() {
    return (long long) blockIdx.x * BLOCK + threadIdx.x;
}

__device__ inline long long elementStep() {
    return (long long) gridDim.x * BLOCK;
}

/* The sum over a warp in every lane of it: a butterfly, so that all lanes add the same pairs and have the same bits. */
template <typename T>
__device__ inline T warpSum(T value) {
    for (int step = WARP / 2; step > 0; step /= 2) {
        value += __shfl_xor_sync(ALL, value, step);
    }
    return value;
}

/* The largest number of a warp in every lane of it; NaN counts for nothing. */
__device__ inline float warpMax(float value) {
    for (int step = WARP / 2; step > 0; step /= 2) {
        value = fmaxf(value, __shfl_xor_sync(ALL, value, step));
    }
    return value;
}

/* The sum over the block in every thread of it: each warp's, then these in ascending order. */
template <typename T>
__device__ inline T blockSum(T value) {
    __shared__ T parts[WARPS];
    value = warpSum(value);
    /* What an earlier sum left here may still be being read. */
    __syncthreads();
    if (laneOf() == 0) {
        parts[warpOf()] = value;
    }
    __syncthreads();
    T sum = parts[0];
    for (int warp = 1; warp < WARPS; warp++) {
        sum += parts[warp];
    }
    return sum;
}

/* The largest number of the block in every thread of it. */
__device__ inline float blockMax(float value) {
    __shared__ float parts[WARPS];
    value = warpMax(value);
    __syncthreads();
    if (laneOf() == 0) {
        parts[warpOf()] = value;
    }
    __syncthreads();
    float largest = parts[0];
    for (int warp = 1; warp < WARPS; warp++) {
        largest = fmaxf(largest, parts[warp]);
    }
    return largest;
}
