/** What a node's cores receive instead of threads, clocks and random sources of their own, and the real ones. */
@NullMarked
package io.slotregistry.runtime;

import org.jspecify.annotations.NullMarked;
