package org.soarj.cli.report;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A drawing as PNG with at most 256 colours, half as large as with all: lines and letters have few colours, and the blends at
 * their edges, which are many and rare, become the nearest of the frequent ones.
 */
final class IndexedPng {
    private static final int MOST = 256;
    private static final int OPAQUE = -1;

    private IndexedPng() {}

    static byte[] of(BufferedImage picture) throws IOException {
        int width = picture.getWidth();
        int height = picture.getHeight();
        int[] pixels = picture.getRGB(0, 0, width, height, null, 0, width);
        int[] palette = frequent(pixels);
        IndexColorModel colours = new IndexColorModel(8, palette.length, palette, 0, false, OPAQUE, DataBuffer.TYPE_BYTE);
        BufferedImage indexed = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, colours);
        byte[] indices = ((DataBufferByte) indexed.getRaster().getDataBuffer()).getData();
        Map<Integer, Byte> known = new HashMap<>();
        for (int i = 0; i < pixels.length; i++) {
            boolean asBefore = i > 0 && pixels[i] == pixels[i - 1];
            indices[i] = asBefore ? indices[i - 1] : known.computeIfAbsent(pixels[i], colour -> nearest(palette, colour));
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
            ImageIO.write(indexed, "png", out);
        }
        return png.toByteArray();
    }

    /** The most frequent colours; of equally frequent ones those of lower value, so that the same picture has the same palette. */
    private static int[] frequent(int[] pixels) {
        record Count(int colour, int times) {}
        int[] sorted = pixels.clone();
        Arrays.sort(sorted);
        List<Count> counts = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= sorted.length; i++) {
            if (i == sorted.length || sorted[i] != sorted[start]) {
                counts.add(new Count(sorted[start], i - start));
                start = i;
            }
        }
        return counts.stream().sorted(Comparator.comparingInt(Count::times).reversed().thenComparingInt(Count::colour))
                .limit(MOST).mapToInt(Count::colour).toArray();
    }

    private static byte nearest(int[] palette, int colour) {
        int best = 0;
        for (int i = 1; i < palette.length; i++) {
            if (distance(palette[i], colour) < distance(palette[best], colour)) {
                best = i;
            }
        }
        return (byte) best;
    }

    private static int distance(int a, int b) {
        int sum = 0;
        for (int shift = 0; shift < 24; shift += 8) {
            int difference = (a >> shift & 0xFF) - (b >> shift & 0xFF);
            sum += difference * difference;
        }
        return sum;
    }
}
