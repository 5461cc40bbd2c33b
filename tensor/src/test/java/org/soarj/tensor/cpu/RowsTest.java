package org.soarj.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** What the conformance tests, whose rows are short, do not see of the row kernels. */
class RowsTest {
    @Test
    void rowsOfWhichNoArrayHoldsTwoAreRefused() {
        int longest = 1_073_741_776;
        assertEquals(Integer.MAX_VALUE - 35, Rows.work(longest, 2));
        String message = assertThrows(IllegalArgumentException.class, () -> Rows.work(longest + 1, 2)).getMessage();
        assertEquals("a kernel that keeps 2 rows takes rows of at most 1073741776 numbers, got 1073741777; use the backend reference "
                + "for longer ones", message);
    }
}
