/*
 * As much of CUDA C as the kernels use, for an ordinary C++ compiler, so that they can be run and tested without a card: one
 * block after the other, the threads of a block in turn on one processor, each on a stack of its own.
 *
 * A thread runs until it waits for its warp or its block or is done; then the next one does, upwards in one block and
 * downwards in the next, so that threads which read and write the same without waiting make wrong numbers in some blocks at
 * least. When some threads of a warp or a block wait where others do not, a card may hang; here the launch fails and says
 * which thread waits where.
 */
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <math.h>
#include <mutex>
#include <string>
#include <ucontext.h>
#include <vector>

#define __global__
#define __device__
#define __launch_bounds__(threads, blocks)
/* Blocks run one at a time, so what a block shares may be the process's. */
#define __shared__ static
#define __align__(bytes) __attribute__((aligned(bytes)))

struct __align__(8) float2 {
    float x, y;
};

struct __align__(16) float4 {
    float x, y, z, w;
};

struct Index {
    unsigned x, y, z;
};

static Index gridDim, blockDim, blockIdx, threadIdx;

namespace emulator {

constexpr unsigned WARP_SIZE = 32;
constexpr unsigned MOST_THREADS = 1024;
constexpr size_t STACK_BYTES = 128 * 1024;

enum class State { READY, AT_WARP, AT_BLOCK, DONE };

/* A place in the kernels' source. */
struct Site {
    const char *file = "";
    int line = 0;

    bool operator!=(const Site &other) const {
        return line != other.line || (file != other.file && strcmp(file, other.file) != 0);
    }
};

struct Fiber {
    State state = State::DONE;
    Site waitsAt;
    /* How often this thread has exchanged numbers with its warp. */
    unsigned exchanges = 0;
    bool started = false;
    /* Where it goes on, as the compiler's own setjmp has it: the library's is much slower and forbids leaving a stack. */
    void *at[5];
    std::vector<char> stack;
};

/* Called by a thread with its arguments. */
typedef void (*Kernel)(void **args);

struct Machine {
    std::mutex busy;
    std::vector<Fiber> fibers = std::vector<Fiber>(MOST_THREADS);
    Fiber *running = nullptr;
    void *scheduler[5];
    Kernel kernel = nullptr;
    void **args = nullptr;
    /* Whether threads have their turns from the last to the first. */
    bool downwards = false;
    /* What the threads of each warp give each other, for two exchanges: the last may still be read while the next begins. */
    uint64_t exchanged[MOST_THREADS / WARP_SIZE][2][WARP_SIZE];
    /* Whether a thread said yes, of those that arrived since the last barrier, and of those before. */
    bool anyArrived = false;
    bool any = false;
};

static Machine machine;

/* Goes on where a place was taken, in a function of its own, since no function may both take places and go to them. */
__attribute__((noipa)) static void go(void **to) {
    __builtin_longjmp(to, 1);
}

/*
 * Gives the processor back to the scheduler until it lets this thread go on. noipa here and below: a caller may not count on
 * what it could see of the registers that these functions leave alone, for others run meanwhile.
 */
__attribute__((noipa)) static void pause(State state, Site site) {
    Machine &m = machine;
    Fiber *self = m.running;
    self->state = state;
    self->waitsAt = site;
    if (__builtin_setjmp(self->at) == 0) {
        go(m.scheduler);
    }
}

/* What a stack runs for ever: one thread after the other. */
__attribute__((noipa)) static void live() {
    Machine &m = machine;
    for (;;) {
        m.kernel(m.args);
        pause(State::DONE, Site());
    }
}

/* Lets a thread go on until it pauses. */
__attribute__((noipa)) static void resume(unsigned thread) {
    Machine &m = machine;
    Fiber *fiber = &m.fibers[thread];
    threadIdx = {thread, 0, 0};
    m.running = fiber;
    if (__builtin_setjmp(m.scheduler) != 0) {
        return;
    }
    if (fiber->started) {
        go(fiber->at);
    }
    fiber->started = true;
    fiber->stack.resize(STACK_BYTES);
    ucontext_t context;
    getcontext(&context);
    context.uc_stack.ss_sp = fiber->stack.data();
    /* Stacks that end at like addresses would share few lines of a cache. */
    context.uc_stack.ss_size = fiber->stack.size() - thread % 64 * 5 * 64;
    context.uc_link = nullptr;
    makecontext(&context, live, 0);
    setcontext(&context);
}

/* Whether threads from to to-1 all are in this state, at one place. */
inline bool all(State state, unsigned from, unsigned to) {
    std::vector<Fiber> &fibers = machine.fibers;
    for (unsigned i = from; i < to; i++) {
        if (fibers[i].state != state || fibers[i].waitsAt != fibers[from].waitsAt) {
            return false;
        }
    }
    return true;
}

inline void release(unsigned from, unsigned to) {
    for (unsigned i = from; i < to; i++) {
        machine.fibers[i].state = State::READY;
    }
}

/* Lets a warp go on until its threads wait for the block or are done, or cannot go on. */
inline void runWarp(unsigned from) {
    unsigned to = from + WARP_SIZE;
    bool goesOn = true;
    while (goesOn) {
        for (unsigned i = 0; i < WARP_SIZE; i++) {
            unsigned thread = machine.downwards ? to - 1 - i : from + i;
            if (machine.fibers[thread].state == State::READY) {
                resume(thread);
            }
        }
        goesOn = all(State::AT_WARP, from, to);
        if (goesOn) {
            release(from, to);
        }
    }
}

inline std::string describe(unsigned thread) {
    const Fiber &fiber = machine.fibers[thread];
    std::string where = std::string(fiber.waitsAt.file) + ":" + std::to_string(fiber.waitsAt.line);
    return "thread " + std::to_string(thread)
            + (fiber.state == State::DONE ? " is done" : (fiber.state == State::AT_WARP ? " waits for its warp at "
                    : " waits for its block at ") + where);
}

/* Which two threads do not agree. */
inline std::string disagreement(unsigned threads) {
    for (unsigned i = 1; i < threads; i++) {
        if (!all(machine.fibers[i - 1].state, i - 1, i + 1)) {
            return describe(i - 1) + ", " + describe(i);
        }
    }
    return describe(0) + ", as do all";
}

/* Runs a block; returns what went wrong, or nothing. */
inline std::string runBlock(unsigned threads) {
    Machine &m = machine;
    m.downwards = (blockIdx.x + blockIdx.y + blockIdx.z) % 2 == 1;
    m.anyArrived = false;
    release(0, threads);
    for (unsigned i = 0; i < threads; i++) {
        m.fibers[i].waitsAt = Site();
        m.fibers[i].exchanges = 0;
    }
    for (;;) {
        for (unsigned warp = 0; warp < threads; warp += WARP_SIZE) {
            runWarp(m.downwards ? threads - WARP_SIZE - warp : warp);
        }
        if (all(State::DONE, 0, threads)) {
            return "";
        }
        if (!all(State::AT_BLOCK, 0, threads)) {
            std::string wrong = disagreement(threads);
            for (unsigned i = 0; i < threads; i++) {
                m.fibers[i].started = m.fibers[i].started && m.fibers[i].state == State::DONE;
            }
            return wrong;
        }
        m.any = m.anyArrived;
        m.anyArrived = false;
        release(0, threads);
    }
}

template <typename T>
inline T exchange(T value, unsigned lane, Site site) {
    static_assert(sizeof(T) <= sizeof(uint64_t), "one number at a time");
    Machine &m = machine;
    uint64_t *slots = m.exchanged[threadIdx.x / WARP_SIZE][m.running->exchanges++ % 2];
    memcpy(&slots[threadIdx.x % WARP_SIZE], &value, sizeof value);
    pause(State::AT_WARP, site);
    T other;
    memcpy(&other, &slots[lane % WARP_SIZE], sizeof other);
    return other;
}

inline unsigned ballot(bool yes, Site site) {
    Machine &m = machine;
    uint64_t *slots = m.exchanged[threadIdx.x / WARP_SIZE][m.running->exchanges++ % 2];
    slots[threadIdx.x % WARP_SIZE] = yes;
    pause(State::AT_WARP, site);
    unsigned votes = 0;
    for (unsigned lane = 0; lane < WARP_SIZE; lane++) {
        votes |= (unsigned) slots[lane] << lane;
    }
    return votes;
}

inline bool blockOr(bool yes, Site site) {
    machine.anyArrived |= yes;
    pause(State::AT_BLOCK, site);
    return machine.any;
}

} // namespace emulator

/* Every mask must be that of the whole warp. */
#define EMULATOR_SITE (emulator::Site {__FILE__, __LINE__})
#define __syncthreads() emulator::pause(emulator::State::AT_BLOCK, EMULATOR_SITE)
#define __syncthreads_or(yes) emulator::blockOr((yes) != 0, EMULATOR_SITE)
#define __syncwarp() emulator::pause(emulator::State::AT_WARP, EMULATOR_SITE)
#define __shfl_sync(mask, value, lane) emulator::exchange((value), (unsigned) (lane), EMULATOR_SITE)
#define __shfl_xor_sync(mask, value, bits) emulator::exchange((value), threadIdx.x ^ (unsigned) (bits), EMULATOR_SITE)
#define __ballot_sync(mask, yes) emulator::ballot((yes) != 0, EMULATOR_SITE)

inline int min(int a, int b) {
    return a < b ? a : b;
}

inline int max(int a, int b) {
    return a > b ? a : b;
}

inline int __ffs(int bits) {
    return __builtin_ffs(bits);
}

inline unsigned __float_as_uint(float value) {
    unsigned bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

inline float __uint_as_float(unsigned bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
