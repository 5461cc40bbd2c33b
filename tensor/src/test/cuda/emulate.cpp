/* The kernels as a library with one function, launch, in place of the driver's cuLaunchKernel. */
#include "emulate.h"
#include "kernels.cu"

#include <utility>

namespace emulator {

template <typename... Args, size_t... I>
void call(void (*kernel)(Args...), void **args, std::index_sequence<I...>) {
    kernel(*static_cast<Args *>(args[I])...);
}

template <typename... Args>
void call(void (*kernel)(Args...), void **args) {
    call(kernel, args, std::index_sequence_for<Args...>());
}

struct Entry {
    const char *name;
    Kernel kernel;
};

#define KERNEL(name) {#name, [](void **args) { call(name, args); }},
static const Entry ENTRIES[] = {
#include "kernels.inc"
};

static std::string run(const char *name, Index grid, Index block, int sharedBytes, void **args) {
    Machine &m = machine;
    m.kernel = nullptr;
    for (const Entry &entry : ENTRIES) {
        if (strcmp(entry.name, name) == 0) {
            m.kernel = entry.kernel;
        }
    }
    if (m.kernel == nullptr) {
        return "there is no such kernel";
    }
    if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > 0x7fffffffu || grid.y > 65535 || grid.z > 65535) {
        return "the grid is empty or too large";
    }
    if (block.y != 1 || block.z != 1 || block.x != BLOCK) {
        return "every block must have " + std::to_string(BLOCK) + " threads in one dimension";
    }
    if (sharedBytes != 0) {
        return "no kernel takes dynamic shared memory";
    }
    m.args = args;
    gridDim = grid;
    blockDim = block;
    for (unsigned z = 0; z < grid.z; z++) {
        for (unsigned y = 0; y < grid.y; y++) {
            for (unsigned x = 0; x < grid.x; x++) {
                blockIdx = {x, y, z};
                std::string wrong = runBlock(block.x);
                if (!wrong.empty()) {
                    return "block (" + std::to_string(x) + "," + std::to_string(y) + "," + std::to_string(z) + "): " + wrong;
                }
            }
        }
    }
    return "";
}

} // namespace emulator

/*
 * Runs a kernel to its end; args has a pointer to each of its arguments, as cuLaunchKernel's kernelParams. Returns null, or
 * one line that says what went wrong, which stays valid until the same thread's next call.
 */
extern "C" __attribute__((visibility("default"))) const char *launch(const char *name, int gridX, int gridY, int gridZ,
        int blockX, int blockY, int blockZ, int sharedBytes, void **args) {
    static thread_local std::string line;
    std::lock_guard<std::mutex> alone(emulator::machine.busy);
    std::string wrong = emulator::run(name, {(unsigned) gridX, (unsigned) gridY, (unsigned) gridZ},
            {(unsigned) blockX, (unsigned) blockY, (unsigned) blockZ}, sharedBytes, args);
    line = std::string(name) + ": " + wrong;
    return wrong.empty() ? nullptr : line.c_str();
}
