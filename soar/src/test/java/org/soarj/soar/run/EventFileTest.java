package org.soarj.soar.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    @TempDir
    private Path folder;

    /** The bytes that tensorboard 2.x's own EventFileWriter wrote for these events. */
    private static final String VERSION = "1800000000000000a37f4b220900000000004a93401a0d627261696e2e4576656e743a3265b8d3fb";
    private static final String SCALARS = "2f000000000000006d5d1d500900000000004a934010ac022a210a120a0b7265776172642f6d65616e150000003f0a0b0a04"
            + "6c6f737315000010c01daa74d0";

    @Test
    void theBytesAreThoseOfTensorBoardsWriter() throws IOException {
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("reward/mean", .5);
        scalars.put("broken", Double.NaN);
        scalars.put("loss", -2.25);
        try (EventFile events = EventFile.in(folder, 1234.5)) {
            events.append(1234.5, 300, scalars);
        }
        assertEquals(VERSION + SCALARS, HexFormat.of().formatHex(Files.readAllBytes(only())));
    }

    @Test
    void aRunThatGoesOnAppendsToTheSameFileFromItsMark() throws IOException {
        long mark;
        try (EventFile events = EventFile.in(folder, 1)) {
            events.append(1, 0, Map.of("a", 1.0));
            mark = events.mark();
            events.append(2, 1, Map.of("a", 2.0));
        }
        try (EventFile events = EventFile.in(folder, 99)) {
            events.rewind(mark);
            assertEquals(mark, events.mark());
            events.append(2, 1, Map.of("a", 2.0));
            byte[] resumed = Files.readAllBytes(only());
            events.rewind(0);
            events.append(1, 0, Map.of("a", 1.0));
            events.append(2, 1, Map.of("a", 2.0));
            assertEquals(HexFormat.of().formatHex(resumed), HexFormat.of().formatHex(Files.readAllBytes(only())));
        }
        assertTrue(only().getFileName().toString().startsWith("events.out.tfevents.1."));
    }

    private Path only() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertEquals(1, all.size());
            return all.getFirst();
        }
    }
}
