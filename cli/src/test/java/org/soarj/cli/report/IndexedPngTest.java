package org.soarj.cli.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class IndexedPngTest {
    private static final int SIZE = 64;

    @Test
    void aPictureOfFewColoursIsTheSame() throws IOException {
        int[] pixels = IntStream.range(0, SIZE * SIZE).map(i -> 0xFF000000 | i % 256 * 0x010203).toArray();
        assertArrayEquals(pixels, read(IndexedPng.of(picture(pixels))));
    }

    @Test
    void frequentColoursStayAndRareOnesBecomeTheNearest() throws IOException {
        int[] pixels = IntStream.range(0, SIZE * SIZE).map(i -> i < 3000 ? 0xFF0072B2 : 0xFF000000 | i * 977 % 0xFFFFFF).toArray();
        int[] back = read(IndexedPng.of(picture(pixels)));
        assertTrue(IntStream.range(0, 3000).allMatch(i -> back[i] == 0xFF0072B2));
        assertTrue(IntStream.of(back).distinct().count() <= 256);
        double error = IntStream.range(0, pixels.length).mapToDouble(i -> Math.abs((pixels[i] & 0xFF) - (back[i] & 0xFF))).average()
                .orElseThrow();
        assertTrue(error < 10, "mean error of blue " + error);
    }

    private static BufferedImage picture(int[] pixels) {
        BufferedImage picture = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(0, 0, SIZE, SIZE, pixels, 0, SIZE);
        return picture;
    }

    private static int[] read(byte[] png) throws IOException {
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
        assertEquals(SIZE, picture.getWidth());
        return picture.getRGB(0, 0, SIZE, SIZE, null, 0, SIZE);
    }
}
