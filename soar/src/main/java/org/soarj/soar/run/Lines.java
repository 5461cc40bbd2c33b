package org.soarj.soar.run;

import java.util.Map;

/** What takes JSON objects, one a line. */
@FunctionalInterface
public interface Lines {
    /** Adds an object: maps, lists, arrays, records, numbers, text. NaN and the infinities become null, which JSON lacks. */
    void append(Map<String, ?> object);
}
