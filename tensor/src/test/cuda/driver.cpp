/*
 * A CUDA driver without a card: as much of libcuda.so.1 as org.soarj.tensor.cuda.JCudaDevice calls. Memory is the process's, and
 * kernels are emulate.h's, looked up in the PTX that was loaded. So the way through JCuda can be walked on any machine.
 *
 * SOAR_FAKE_CUDA says what is wrong with it: "none" (no card), "old" (a driver for CUDA 11), "lost" (every launch fails).
 */
#include "emulate.cpp"

#include <cstdio>
#include <cstdlib>
#include <map>

#define EXPORT extern "C" __attribute__((visibility("default")))

enum { SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NO_DEVICE = 100, INVALID_PTX = 218, NOT_FOUND = 500, LAUNCH_FAILED = 719 };

constexpr size_t CARD_BYTES = 1u << 30;

static size_t used;
static std::map<unsigned long long, size_t> sizes;
static std::string ptx;

static bool wrong(const char *what) {
    const char *said = getenv("SOAR_FAKE_CUDA");
    return said != nullptr && strcmp(said, what) == 0;
}

EXPORT int cuInit(unsigned) {
    return wrong("none") ? NO_DEVICE : SUCCESS;
}

EXPORT int cuDriverGetVersion(int *version) {
    *version = wrong("old") ? 11080 : 12040;
    return SUCCESS;
}

EXPORT int cuDeviceGetCount(int *count) {
    *count = 1;
    return SUCCESS;
}

EXPORT int cuDeviceGet(int *device, int ordinal) {
    *device = 0;
    return ordinal == 0 ? SUCCESS : INVALID_VALUE;
}

EXPORT int cuDeviceGetName(char *name, int length, int) {
    snprintf(name, length, "Emulated card");
    return SUCCESS;
}

EXPORT int cuDeviceTotalMem_v2(size_t *bytes, int) {
    *bytes = CARD_BYTES;
    return SUCCESS;
}

EXPORT int cuDevicePrimaryCtxRetain(void **context, int) {
    *context = &ptx;
    return SUCCESS;
}

EXPORT int cuDevicePrimaryCtxRelease_v2(int) {
    return SUCCESS;
}

EXPORT int cuCtxSetCurrent(void *context) {
    return context == &ptx ? SUCCESS : INVALID_VALUE;
}

EXPORT int cuModuleLoadData(void **module, const void *image) {
    ptx = static_cast<const char *>(image);
    *module = &ptx;
    return ptx.find(".version") == std::string::npos ? INVALID_PTX : SUCCESS;
}

EXPORT int cuModuleUnload(void *) {
    return SUCCESS;
}

EXPORT int cuModuleGetFunction(void **function, void *, const char *name) {
    if (ptx.find(".entry " + std::string(name) + "(") == std::string::npos) {
        return NOT_FOUND;
    }
    *function = strdup(name);
    return SUCCESS;
}

EXPORT int cuLaunchKernel(void *function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY,
                          unsigned blockZ, unsigned sharedBytes, void *, void **arguments, void **) {
    if (wrong("lost")) {
        return LAUNCH_FAILED;
    }
    const char *line = launch(static_cast<const char *>(function), gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes,
                              arguments);
    if (line != nullptr) {
        fprintf(stderr, "%s\n", line);
    }
    return line == nullptr ? SUCCESS : LAUNCH_FAILED;
}

EXPORT int cuMemGetInfo_v2(size_t *free, size_t *total) {
    *free = CARD_BYTES - used;
    *total = CARD_BYTES;
    return SUCCESS;
}

EXPORT int cuMemAlloc_v2(unsigned long long *address, size_t bytes) {
    if (used + bytes > CARD_BYTES) {
        return OUT_OF_MEMORY;
    }
    *address = reinterpret_cast<unsigned long long>(aligned_alloc(256, (bytes + 255) / 256 * 256));
    sizes[*address] = bytes;
    used += bytes;
    return SUCCESS;
}

EXPORT int cuMemFree_v2(unsigned long long address) {
    if (sizes.count(address) == 0) {
        return INVALID_VALUE;
    }
    used -= sizes[address];
    sizes.erase(address);
    free(reinterpret_cast<void *>(address));
    return SUCCESS;
}

EXPORT int cuMemAllocHost_v2(void **memory, size_t bytes) {
    *memory = malloc(bytes);
    return SUCCESS;
}

EXPORT int cuMemFreeHost(void *memory) {
    free(memory);
    return SUCCESS;
}

EXPORT int cuMemcpyHtoD_v2(unsigned long long to, const void *from, size_t bytes) {
    memcpy(reinterpret_cast<void *>(to), from, bytes);
    return SUCCESS;
}

EXPORT int cuMemcpyHtoDAsync_v2(unsigned long long to, const void *from, size_t bytes, void *) {
    return cuMemcpyHtoD_v2(to, from, bytes);
}

EXPORT int cuMemcpyDtoH_v2(void *to, unsigned long long from, size_t bytes) {
    memcpy(to, reinterpret_cast<void *>(from), bytes);
    return SUCCESS;
}

EXPORT int cuMemcpyDtoDAsync_v2(unsigned long long to, unsigned long long from, size_t bytes, void *) {
    memcpy(reinterpret_cast<void *>(to), reinterpret_cast<void *>(from), bytes);
    return SUCCESS;
}

EXPORT int cuMemsetD32Async(unsigned long long to, unsigned value, size_t count, void *) {
    for (size_t i = 0; i < count; i++) {
        reinterpret_cast<unsigned *>(to)[i] = value;
    }
    return SUCCESS;
}

EXPORT int cuStreamSynchronize(void *) {
    return SUCCESS;
}
