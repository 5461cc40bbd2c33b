package org.soarj.tensor.cuda;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import jcuda.LogLevel;
import jcuda.driver.CUdevice;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import org.soarj.tensor.backend.BackendProvider.Probe.Unavailable;

/**
 * The first card that the driver shows, found without making anything on it.
 *
 * @param name as its maker calls it
 * @param bytes of its memory
 * @param driver newest CUDA version that the driver knows, such as 12040 for 12.4
 * @param cublas version of cuBLAS, such as 12.4
 */
record Card(CUdevice device, String name, long bytes, int driver, String cublas) {
    private static final int LEAST_DRIVER = 12_000;
    private static final String OR_CPU = ", or use --device cpu";
    private static final String DRIVER_REMEDY = "install NVIDIA's driver for CUDA 12 or later" + OR_CPU;
    private static final String CUBLAS_REMEDY = "install CUDA 12's cuBLAS (pip install nvidia-cublas-cu12, or the package of your "
            + "system; CUDA 13's does not serve) and put its folder on LD_LIBRARY_PATH" + OR_CPU;

    /** What the loader says of a library that is there: not allowed, of another version, cut short, or none. */
    private static final List<String> BROKEN = List.of("failed to map segment", "not found (required by", "file too short",
            "invalid ELF header");

    /** Why there is no card to compute on. */
    static final class MissingException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Unavailable missing;

        MissingException(String reason, String remedy) {
            super(reason + "; " + remedy);
            missing = new Unavailable(reason, remedy);
        }

        Unavailable missing() {
            return missing;
        }
    }

    /** Asks driver and libraries. */
    static Card find() throws MissingException {
        load(() -> JCudaDriver.setLogLevel(LogLevel.LOG_QUIET), "NVIDIA's driver (libcuda.so.1 or nvcuda.dll) is missing",
                DRIVER_REMEDY);
        int status = JCudaDriver.cuInit(0);
        int[] count = new int[1];
        int[] version = new int[1];
        if (status == CUresult.CUDA_SUCCESS) {
            status = JCudaDriver.cuDeviceGetCount(count);
            JCudaDriver.cuDriverGetVersion(version);
        }
        if (status == CUresult.CUDA_ERROR_NO_DEVICE || status == CUresult.CUDA_SUCCESS && count[0] == 0) {
            throw new MissingException("the driver finds no card",
                    "look at nvidia-smi and at CUDA_VISIBLE_DEVICES" + OR_CPU);
        }
        if (status != CUresult.CUDA_SUCCESS) {
            throw new MissingException("the driver does not start: " + CUresult.stringFor(status),
                    "look at nvidia-smi, restart the machine after an update of the driver" + OR_CPU);
        }
        if (version[0] < LEAST_DRIVER) {
            throw new MissingException("the driver is for CUDA " + version(version[0]), DRIVER_REMEDY);
        }
        load(() -> JCublas2.setLogLevel(LogLevel.LOG_QUIET), "cuBLAS 12 (libcublas.so.12 or cublas64_12.dll) is missing", CUBLAS_REMEDY);
        return describe(version[0]);
    }

    private static Card describe(int driver) throws MissingException {
        CUdevice device = new CUdevice();
        byte[] name = new byte[256];
        long[] bytes = new long[1];
        int status = JCudaDriver.cuDeviceGet(device, 0);
        if (status == CUresult.CUDA_SUCCESS) {
            JCudaDriver.cuDeviceGetName(name, name.length, device);
            status = JCudaDriver.cuDeviceTotalMem(bytes, device);
        }
        if (status != CUresult.CUDA_SUCCESS) {
            throw new MissingException("the card does not answer: " + CUresult.stringFor(status), "look at nvidia-smi" + OR_CPU);
        }
        int[] major = new int[1];
        int[] minor = new int[1];
        JCublas2.cublasGetProperty(0, major);
        JCublas2.cublasGetProperty(1, minor);
        return new Card(device, text(name), bytes[0], driver, major[0] + "." + minor[0]);
    }

    private static String text(byte[] name) {
        int end = 0;
        while (end < name.length && name[end] != 0) {
            end++;
        }
        return new String(name, 0, end, StandardCharsets.UTF_8);
    }

    /** Calls a native library for the first time, which loads it. */
    private static void load(Runnable call, String reason, String remedy) throws MissingException {
        try {
            call.run();
        } catch (LinkageError failed) {
            if (failed instanceof NoClassDefFoundError none && none.getMessage().startsWith("jcuda/")) {
                throw failed;
            }
            String text = text(failed);
            // Where JCuda does not even know a name for it, its class fails for another reason.
            if (text.contains("No resource found") || !text.contains(UnsatisfiedLinkError.class.getName())) {
                throw new MissingException("JCuda has no native part for " + System.getProperty("os.name") + " on "
                        + System.getProperty("os.arch"), "use Linux or Windows on x86-64" + OR_CPU);
            }
            Optional<String> broken = text.lines().filter(line -> BROKEN.stream().anyMatch(line::contains)).findFirst();
            if (broken.isPresent()) {
                throw new MissingException("a library does not load: " + broken.get().strip(), "if it is in "
                        + System.getProperty("java.io.tmpdir") + ", where JCuda unpacks its own, delete it there, and see that programs "
                        + "may be loaded from there" + OR_CPU);
            }
            throw new MissingException(reason, remedy);
        }
    }

    /** All that an error and its causes say: the second attempt to load a class only hints at the first. */
    private static String text(Throwable error) {
        StringBuilder text = new StringBuilder();
        for (Throwable each = error; each != null; each = each.getCause()) {
            text.append(each).append('\n');
        }
        return text.toString();
    }

    private static String version(int number) {
        return number / 1000 + "." + number % 1000 / 10;
    }

    @Override
    public String toString() {
        return name + ", " + (bytes >> 20) + " MiB, driver for CUDA " + version(driver) + ", cuBLAS " + cublas;
    }
}
