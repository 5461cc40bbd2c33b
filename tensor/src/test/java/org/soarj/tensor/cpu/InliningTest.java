package org.soarj.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What keeps vectors from becoming objects in some runs and not in others, read from the class files: C2 decides by profiles,
 * and those by the clock.
 */
class InliningTest {
    /** Bytecodes of a method that C2 still makes part of a frequent caller (FreqInlineSize). */
    private static final int INLINED = 325;
    /** What C2 is told to inline wherever it is called, as {@code bin/soar} and the tests do. */
    static final Path COMMANDS = Path.of("src/main/jvm/inline.txt");
    /** As a value on the stack: not a local variable, and not made by one. */
    private static final int OTHER = -1;

    /** One of these leaves no room for a second in the same unit: a caller that took in two would box the vectors of one. */
    @ParameterizedTest
    @CsvSource({"RowPairs, exp", "RowPairs, logSum", "RowPairs, logProbBefore", "RowPairs, lessExp", "Attention, softmax",
            "Tiles, product", "Tiles, row"})
    void whatFillsAUnitIsOneOfItsOwn(String type, String method) throws IOException {
        int length = read(type).methods().stream().filter(each -> each.methodName().equalsString(method))
                .mapToInt(each -> each.findAttribute(Attributes.code()).orElseThrow().codeLength()).min().orElseThrow();
        assertTrue(length > INLINED, type + "." + method + " has " + length + " bytecodes, which C2 inlines");
    }

    /**
     * The class of a loop's vector is what its operations return. Those of the vector itself return it only as far as C2 trusts
     * the profile of the call, which it stops doing within a large unit; those of a vector just read always do.
     */
    @Test
    void noAccumulatorIsTheReceiverOfItsOwnOperation() throws IOException, URISyntaxException {
        List<String> found = new ArrayList<>();
        for (ClassModel type : types()) {
            for (MethodModel method : type.methods()) {
                method.code().ifPresent(code -> receivers(code, type.thisClass().name() + " " + method.methodName(), found));
            }
        }
        assertEquals(List.of(), found);
    }

    /**
     * What is called for one row of a task, or has short loops, may have what it calls left out when it becomes part of its caller, and
     * a vector that is in use across a call is an object. So may what has several loops, of which a call takes one: 52,000 bytes for
     * each token that a small decoder made, in two of three runs. Neither has a unit as large as the tallest tiles of a product room
     * for more.
     */
    @ParameterizedTest
    @CsvSource({"Lanes, sum,", "Lanes, dot,", "Lanes, max,", "Lanes, fold,", "Tiles, row,", "GemmKernels, tile6,",
            "GemmPackedKernels, wide6,", "GemmWalkingKernels, wide6,", "GemmFirstKernels, wide6,", "GemmTransposedKernels, wide6,", "HeadKernels, wide6,",
            "Attention, softmax, org/soarj/tensor/cpu/VectorMath"})
    void nothingOfOursIsCalledBetweenVectors(String type, String method, String but) throws IOException {
        MethodModel model = read(type).methods().stream().filter(each -> each.methodName().equalsString(method)).findAny()
                .orElseThrow();
        List<String> owners = model.code().orElseThrow().elementStream().filter(InvokeInstruction.class::isInstance)
                .map(call -> ((InvokeInstruction) call).owner().asInternalName()).distinct().toList();
        assertTrue(owners.contains("jdk/incubator/vector/FloatVector"), owners.toString());
        assertEquals(but == null ? List.of() : List.of(but), owners.stream().filter(owner -> owner.startsWith("org/soarj")).toList());
    }

    /**
     * By itself C2 leaves a method out where the profile says that few calls come by, as it does of a caller that was called much before
     * it had one, which is what happens where compilation cannot keep up; and what is left out is handed its vectors as objects.
     */
    @Test
    void whatHandsVectorsOnIsInlinedByCommand() throws IOException, URISyntaxException {
        List<String> wanted = new ArrayList<>(List.of("quiet"));
        for (ClassModel type : types()) {
            type.methods().stream().filter(method -> method.methodTypeSymbol().descriptorString().contains("Vector;"))
                    .filter(method -> !method.methodName().stringValue().startsWith("lambda$"))
                    .map(method -> "inline " + type.thisClass().asInternalName().replace('/', '.') + "::" + method.methodName())
                    .distinct().sorted().forEach(wanted::add);
        }
        assertEquals(wanted, Files.readAllLines(COMMANDS));
    }

    @Test
    void anAccumulatorThatIsTheReceiverIsFound() throws IOException {
        List<String> found = new ArrayList<>();
        try (InputStream bytes = InliningTest.class.getResourceAsStream("InliningTest.class")) {
            ClassFile.of().parse(bytes.readAllBytes()).methods().stream()
                    .filter(method -> method.methodName().equalsString("wrongSum"))
                    .forEach(method -> receivers(method.code().orElseThrow(), "wrongSum", found));
        }
        assertEquals(1, found.size(), found.toString());
    }

    /** Only the first of its sums is made by the accumulator. */
    private static FloatVector wrongSum(float[] x) {
        FloatVector a = FloatVector.zero(Lanes.SPECIES), b = a;
        for (int i = 0; i < x.length; i += Lanes.WIDTH) {
            a = a.add(FloatVector.fromArray(Lanes.SPECIES, x, i));
            b = FloatVector.fromArray(Lanes.SPECIES, x, i).add(b);
        }
        a = a.add(b);
        return a;
    }

    /** The package's classes, by name. */
    private static List<ClassModel> types() throws IOException, URISyntaxException {
        Path folder = Path.of(Lanes.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .resolve(Lanes.class.getPackageName().replace('.', '/'));
        try (Stream<Path> files = Files.list(folder)) {
            List<ClassModel> types = new ArrayList<>();
            for (Path file : files.filter(path -> path.toString().endsWith(".class")).sorted().toList()) {
                types.add(ClassFile.of().parse(file));
            }
            return types;
        }
    }

    private static ClassModel read(String type) throws IOException {
        try (InputStream bytes = Lanes.class.getResourceAsStream(type + ".class")) {
            return ClassFile.of().parse(bytes.readAllBytes());
        }
    }

    /** Finds x = x.operation(...) within loops, by going over the values on the stack of each expression. */
    private static void receivers(CodeModel code, String where, List<String> found) {
        List<CodeElement> elements = code.elementList();
        Deque<Integer> stack = new ArrayDeque<>();
        int line = 0;
        for (int at = 0; at < elements.size(); at++) {
            switch (elements.get(at)) {
                case LineNumber number -> line = number.line();
                case LoadInstruction load -> stack.push(load.typeKind() == TypeKind.REFERENCE ? load.slot() : OTHER);
                case ConstantInstruction _ -> stack.push(OTHER);
                case FieldInstruction field -> replace(stack, field.opcode() == Opcode.GETSTATIC ? 0 : 1, OTHER);
                case ArrayLoadInstruction _ -> replace(stack, 2, OTHER);
                case OperatorInstruction operator -> replace(stack, operands(operator), OTHER);
                case InvokeInstruction call -> call(call, stack);
                case StoreInstruction store -> {
                    if (store.typeKind() == TypeKind.REFERENCE && pop(stack) == madeBy(store.slot()) && inLoop(elements, at)) {
                        found.add(where + ", line " + line);
                    }
                    stack.clear();
                }
                case IncrementInstruction _ -> { }
                case Instruction _ -> stack.clear();
                case LabelTarget _ -> { }
                default -> { }
            }
        }
    }

    private static int operands(OperatorInstruction operator) {
        return switch (operator.opcode()) {
            case ARRAYLENGTH, INEG, LNEG, FNEG, DNEG -> 1;
            default -> 2;
        };
    }

    private static void call(InvokeInstruction call, Deque<Integer> stack) {
        for (int i = 0; i < call.typeSymbol().parameterCount(); i++) {
            pop(stack);
        }
        boolean receiver = call.opcode() != Opcode.INVOKESTATIC;
        int by = receiver ? pop(stack) : OTHER;
        boolean vector = call.owner().asInternalName().equals(FloatVector.class.getName().replace('.', '/'))
                && call.typeSymbol().returnType().descriptorString().endsWith("/FloatVector;");
        stack.push(!vector ? OTHER : by >= 0 ? madeBy(by) : by);
    }

    /** What an operation on the vector in a local variable has made. */
    private static int madeBy(int slot) {
        return -2 - slot;
    }

    private static void replace(Deque<Integer> stack, int values, int by) {
        for (int i = 0; i < values; i++) {
            pop(stack);
        }
        stack.push(by);
    }

    private static int pop(Deque<Integer> stack) {
        return stack.isEmpty() ? OTHER : stack.pop();
    }

    /** Whether a branch from below leads to above. */
    private static boolean inLoop(List<CodeElement> elements, int at) {
        List<Label> above = elements.subList(0, at).stream().filter(LabelTarget.class::isInstance)
                .map(element -> ((LabelTarget) element).label()).toList();
        return elements.subList(at, elements.size()).stream()
                .anyMatch(element -> element instanceof BranchInstruction branch && above.contains(branch.target()));
    }
}
