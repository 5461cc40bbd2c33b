package org.soarj.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class HugePagesTest {

    @Property(tries = 20)
    void memoryIsOfTheSizeAskedForAndZero(@ForAll @LongRange(min = 1, max = 3 * HugePages.SIZE) long bytes) {
        MemorySegment memory = HugePages.allocate(bytes);
        assertEquals(bytes, memory.byteSize());
        assertEquals(0, memory.address() % 64);
        assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[(int) bytes])));
        memory.fill((byte) 1);
        assertEquals(1, memory.get(ValueLayout.JAVA_BYTE, bytes - 1));
    }

    @Example
    void blocksDoNotOverlap() {
        List<MemorySegment> blocks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            blocks.add(HugePages.allocate(HugePages.SIZE + 64L * i).fill((byte) i));
        }
        for (int i = 0; i < 8; i++) {
            MemorySegment expected = MemorySegment.ofArray(new byte[(int) blocks.get(i).byteSize()]).fill((byte) i);
            assertEquals(-1, blocks.get(i).mismatch(expected));
        }
    }
}
