package org.soarj.soar.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.soar.StepReport;

/** A run of many steps needs no more at its end than near its beginning. */
class SteadyRunTest {
    private static final int STEPS = 60;
    /** A step of this run logs 32 rollouts, which take some 20 kB; what stayed of each step would show after forty. */
    private static final long SLACK = 200_000;

    @TempDir
    private Path folder;

    @Test
    void neitherMemoryNorOpenFilesGrowWithTheSteps() throws IOException {
        Map<Integer, Long> heap = new TreeMap<>();
        Map<Integer, Long> files = new TreeMap<>();
        TinySoar.run(folder.resolve("run"), folder.resolve("tokenizer"), TinySoar.config(STEPS).withoutPromotion(), 2, new TinySoar.Quiet() {
            @Override
            public void step(StepReport report) {
                if (report.step() % 20 == 19) {
                    heap.put(report.step(), heapInUse());
                    files.put(report.step(), openFiles());
                }
            }
        });
        assertEquals(3, heap.size());
        assertTrue(heap.get(59) - heap.get(19) < SLACK, "bytes in use: " + heap);
        assertEquals(files.get(19), files.get(59), "open files: " + files);
    }

    /** The least of several, since a collection may leave what another thread is just done with. */
    private static long heapInUse() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount() : 0;
    }
}
