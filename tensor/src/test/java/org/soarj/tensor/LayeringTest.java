package org.soarj.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The walls between packages, read from the class files. Another module keeps its own by a copy of this test with other
 * walls: {@link #breaches} takes any folder of classes.
 */
class LayeringTest {

    /** Classes whose name starts with {@code types} may be mentioned by those under {@code allowed} alone. */
    record Wall(String types, String allowed) {}

    private static final List<Wall> WALLS = List.of(
            new Wall("jdk/incubator/", "org/soarj/tensor/cpu/"),
            new Wall("org/ejml/", "org/soarj/tensor/linalg/"),
            new Wall("jcuda/", "org/soarj/tensor/cuda/"),
            new Wall("tools/jackson/", "org/soarj/tensor/io/"),
            new Wall("org/soarj/tensor/cpu/", "org/soarj/tensor/cpu/"),
            new Wall("org/soarj/tensor/cuda/", "org/soarj/tensor/cuda/"),
            new Wall("org/soarj/tensor/reference/", "org/soarj/tensor/reference/"),
            new Wall("org/soarj/tensor/linalg/", "org/soarj/tensor/linalg/"));

    @Test
    void everyPackageKeepsToItsSide() throws IOException, URISyntaxException {
        assertEquals(List.of(), breaches(classesOf(Tensor.class), WALLS));
    }

    @Test
    void aBreachIsFound() throws IOException, URISyntaxException {
        Wall wrong = new Wall("org/ejml/", "org/soarj/tensor/cpu/");
        List<String> breaches = breaches(classesOf(Tensor.class), List.of(wrong));
        assertTrue(breaches.contains("org/soarj/tensor/linalg/Eigen mentions org/ejml/"), breaches.toString());
    }

    static Path classesOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    static List<String> breaches(Path classes, List<Wall> walls) throws IOException {
        List<String> breaches = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class")).sorted().toList()) {
                String name = classes.relativize(file).toString().replace('\\', '/').replace(".class", "");
                for (Wall wall : walls) {
                    if (!name.startsWith(wall.allowed) && mentions(file, wall.types)) {
                        breaches.add(name + " mentions " + wall.types);
                    }
                }
            }
        }
        return breaches;
    }

    /** Names of classes, descriptors and generic signatures are all text in the constant pool. */
    private static boolean mentions(Path file, String types) throws IOException {
        for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
            if (entry instanceof Utf8Entry text && text.stringValue().contains(types)) {
                return true;
            }
        }
        return false;
    }
}
