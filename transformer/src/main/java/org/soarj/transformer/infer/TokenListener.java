package org.soarj.transformer.infer;

import java.util.Optional;

/** Sees each token of a completion as soon as it is chosen, and may end the completion with it. */
@FunctionalInterface
public interface TokenListener {
    /** Lets everything pass. */
    TokenListener NONE = id -> Optional.empty();

    /** @return why the completion ends with this token; nothing if it goes on */
    Optional<Completion.Finish> accept(int id);
}
