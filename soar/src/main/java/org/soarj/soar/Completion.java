package org.soarj.soar;

import java.util.List;

/** A raw teacher sample: its text, and its token ids exactly as sampled. */
public record Completion(String text, List<Integer> tokens) {
    public Completion {
        tokens = List.copyOf(tokens);
    }
}
