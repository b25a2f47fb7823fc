/** Measures the registry from outside, as its users see it, beside a floor that is measured in the same run. */
@NullMarked
package io.slotregistry.benchmarks;

import org.jspecify.annotations.NullMarked;
