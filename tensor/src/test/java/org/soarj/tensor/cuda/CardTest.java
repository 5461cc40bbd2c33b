package org.soarj.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import org.soarj.tensor.OwnJava;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.UnaryOp;

/** What only a card can do: round in its own way, run behind the caller, be full, and be lost. */
@Tag("card")
@AddLifecycleHook(WithoutCard.class)
class CardTest implements RoundedProducts {
    private static final Map<FloatProducts, Backend> BACKENDS = new EnumMap<>(FloatProducts.class);

    @AfterContainer
    static void close() {
        BACKENDS.values().forEach(Backend::close);
        BACKENDS.clear();
    }

    @Override
    public Backend backend(FloatProducts rounding) {
        return BACKENDS.computeIfAbsent(rounding, each -> new CudaBackend(open(), each));
    }

    private static Device open() {
        try {
            return JCudaDevice.open(Card.find());
        } catch (Card.MissingException e) {
            throw new AssertionError(e);
        }
    }

    /** More than the ring of page-locked memory holds, while nobody waits for the card. */
    @Example
    void indicesThatAreQueuedAreThoseOfTheirCall() {
        Backend backend = backend(FloatProducts.F32);
        int rows = 5_000;
        Tensor table = Tensor.zeros(rows, 1);
        for (int i = 0; i < rows; i++) {
            table.put(i, i);
        }
        List<int[]> asked = new ArrayList<>();
        List<Tensor> got = new ArrayList<>();
        Rng rng = Rng.of(1);
        for (int call = 0; call < 200; call++) {
            int[] ids = IntStream.range(0, rows).map(i -> rng.nextInt(rows)).toArray();
            Tensor out = backend.empty(Shape.of(rows, 1));
            backend.gather(table, ids, out);
            asked.add(ids.clone());
            got.add(out);
        }
        for (int call = 0; call < asked.size(); call++) {
            float[] numbers = got.get(call).toArray();
            assertArrayEquals(asked.get(call), IntStream.range(0, rows).map(i -> (int) numbers[i]).toArray());
        }
    }

    @Example
    void tenThousandStepsLeaveTheMemoryLevel() {
        Device device = open();
        try (Backend backend = new CudaBackend(device, FloatProducts.F32)) {
            assertEquals(0, DevicePoolTest.growthInTenThousandSteps(backend, () -> device.totalBytes() - device.freeBytes()));
        }
    }

    @Example
    void aFullCardSaysSoAndGoesOn() {
        Backend backend = backend(FloatProducts.F32);
        List<Tensor> held = new ArrayList<>();
        DeviceException full = assertThrows(DeviceException.class, () -> {
            while (true) {
                held.add(backend.empty(Shape.of(1 << 30)));
            }
        });
        assertEquals(DeviceException.Kind.FULL, full.kind());
        assertTrue(full.getMessage().startsWith("cuda: the card's memory is full: 4096 MiB more were asked for beside "), full::getMessage);
        held.forEach(backend::recycle);
        Tensor sum = backend.zeros(Shape.of(2, 2));
        backend.matmul(Tensor.full(1f, 2, 3), false, Tensor.full(2f, 3, 2), false, 1f, 0f, sum);
        assertArrayEquals(new float[] {6, 6, 6, 6}, sum.toArray());
    }

    @Example
    void aFaultOnTheCardLosesItInOneLine() throws IOException, InterruptedException {
        List<String> lines = OwnJava.lines(List.of("--enable-native-access=ALL-UNNAMED"), Fault.class);
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.getFirst().matches("LOST: cuda: .* was lost in .*CUDA_ERROR_ILLEGAL_ADDRESS.*start again.*"), lines.getFirst());
    }

    /** Reads where nothing is, after which its process has no card any more. */
    static final class Fault {
        private static final long NOWHERE = 1L << 52;

        private Fault() {}

        public static void main(String[] arguments) {
            DevicePool pool = new DevicePool(open(), 0, false);
            DeviceException lost = assertThrows(DeviceException.class, () -> {
                pool.kernel().of("map").number(UnaryOp.NEG.ordinal()).number(NOWHERE).number(NOWHERE).elements(1);
                pool.device().synchronise();
            });
            System.out.println(lost.kind() + ": " + lost.getMessage());
            pool.close();
        }
    }
}
